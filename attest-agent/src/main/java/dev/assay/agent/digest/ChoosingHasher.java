package dev.assay.agent.digest;

import org.jspecify.annotations.Nullable;

/// The intrinsic until lanes have won, and lanes from then on.
final class ChoosingHasher implements ContentHasher {
    /// How often what was hashed is told to the other threads.
    private static final long TOLD_BYTES = 4 << 20;

    private final Lanes choice;
    private final IntrinsicHasher intrinsic = new IntrinsicHasher();
    private @Nullable LaneHasher lanes;
    private long toldBytes;

    ChoosingHasher(Lanes choice) {
        this.choice = choice;
    }

    @Override
    public void toCome(long bytes) {
        if (lanes != null) {
            lanes.toCome(bytes);
        } else {
            choice.toCome(bytes);
            if (choice.won()) {
                lanes = new LaneHasher(intrinsic);
                lanes.toCome(bytes);
            }
        }
    }

    @Override
    public void hash(Feed feed, long expectedBytes) {
        if (lanes != null) {
            lanes.hash(feed, expectedBytes);
            return;
        }
        intrinsic.hash(feed, expectedBytes);
        long hashed = intrinsic.hashedBytes();
        if (hashed - toldBytes >= TOLD_BYTES) {
            choice.hashed(hashed - toldBytes);
            toldBytes = hashed;
        }
        if (choice.won()) {
            lanes = new LaneHasher(intrinsic);
        }
    }

    @Override
    public void finish() {
        if (lanes != null) {
            lanes.finish();
        }
    }
}
