package dev.assay.agent.digest;

import org.jspecify.annotations.Nullable;

/// The intrinsic until lanes have won, and lanes from then on.
final class ChoosingHasher implements ContentHasher {
    private final Lanes choice;
    private final IntrinsicHasher intrinsic = new IntrinsicHasher();
    private @Nullable LaneHasher lanes;
    private long toCome;

    ChoosingHasher(Lanes choice) {
        this.choice = choice;
    }

    @Override
    public void toCome(long bytes) {
        toCome = bytes;
        choice.toCome(bytes);
        if (lanes != null) {
            lanes.toCome(bytes);
        }
    }

    @Override
    public void hash(Feed feed, long expectedBytes) {
        if (lanes == null && choice.won()) {
            lanes = new LaneHasher(intrinsic);
            lanes.toCome(toCome);
        }
        ContentHasher engine = lanes != null ? lanes : intrinsic;
        engine.hash(feed, expectedBytes);
    }

    @Override
    public void finish() {
        if (lanes != null) {
            lanes.finish();
        }
        toCome = 0;
    }
}
