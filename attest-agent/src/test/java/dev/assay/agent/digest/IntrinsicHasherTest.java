package dev.assay.agent.digest;

class IntrinsicHasherTest extends HasherContract {
    @Override
    ContentHasher hasher() {
        return new IntrinsicHasher();
    }
}
