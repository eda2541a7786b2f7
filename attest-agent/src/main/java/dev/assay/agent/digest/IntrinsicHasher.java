package dev.assay.agent.digest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.assay.tree.Digest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;

/// One message after the other, by the JDK's SHA-256, which uses the processor's own instructions
/// where it has them. Ends each feed at once.
final class IntrinsicHasher implements ContentHasher {
    static final int READ_BYTES = 128 << 10;

    /// Read and hashed while it lies in the processor's nearest cache.
    private static final int BLOCK_BYTES = 16 << 10;

    private final MessageDigest sha256 = Digest.hasher();
    private final MemorySegment buffer = Arena.ofAuto().allocate(READ_BYTES, 64);
    private final byte[] block = new byte[BLOCK_BYTES];

    @Override
    public void hash(Feed feed, long expectedBytes) {
        sha256.reset();
        int length = feed.read(buffer);
        while (length > 0) {
            update(length);
            length = feed.read(buffer);
        }
        feed.ended(length == 0 ? Digest.finish(sha256) : null);
    }

    private void update(int length) {
        int done = 0;
        while (done < length) {
            int next = Math.min(BLOCK_BYTES, length - done);
            MemorySegment.copy(buffer, JAVA_BYTE, done, block, 0, next);
            sha256.update(block, 0, next);
            done += next;
        }
    }

    @Override
    public void finish() {}
}
