package dev.assay.agent.digest;

import java.util.function.Supplier;

/// The engines of this machine.
///
/// The system property `assay.digest` chooses: `auto` (the default), `intrinsic` (the JDK's
/// SHA-256, one content after the other), or `lanes` (several contents at once by vectors, from the
/// first byte on, whether or not they are faster here; for measuring).
///
/// `auto` begins with the intrinsic. Lanes need the compiler for a third of a second and 20 MiB of
/// memory, so they are tried beside the work, once, and only when they will earn it back: {@link
/// #expect} announced 1.5 GiB for each processor, or {@link ContentHasher#toCome} as much to one
/// thread. Where they are then 1.15 times as fast as the intrinsic, each thread's next content goes
/// to lanes; where the processor has no wide vectors nothing is tried. A short command therefore
/// pays nothing, and neither does a daemon that re-reads a little at a time and announces nothing.
public final class Hashers {
    private static final String PROPERTY = "assay.digest";
    private static final String AUTO = "auto";
    private static final Lanes LANES = new Lanes();

    private Hashers() {}

    /// The fastest engine here: each thread takes one of its own.
    ///
    /// @throws IllegalArgumentException where the property names no engine
    /// @throws UnsupportedOperationException where the property wants lanes and there are none
    public static Supplier<ContentHasher> best() {
        return of(System.getProperty(PROPERTY, AUTO));
    }

    static Supplier<ContentHasher> of(String engine) {
        return switch (engine) {
            case AUTO -> () -> new ChoosingHasher(LANES);
            case "intrinsic" -> IntrinsicHasher::new;
            case "lanes" -> inLanes();
            default ->
                    throw new IllegalArgumentException(
                            PROPERTY + " is auto, intrinsic or lanes, not " + engine);
        };
    }

    private static Supplier<ContentHasher> inLanes() {
        LaneTrial.gain();
        return () -> new LaneHasher(new IntrinsicHasher());
    }

    /// Says about how many bytes this process is going to hash, on all threads. Said while the
    /// files are still being listed, lanes are ready when the first is hashed; never said, or more
    /// than once, nothing is wrong.
    public static void expect(long bytes) {
        if (System.getProperty(PROPERTY, AUTO).equals(AUTO)) {
            LANES.expect(bytes);
        }
    }

    /// What `auto` has come to so far and why, for people.
    public static String chosen() {
        return LANES.chosen();
    }
}
