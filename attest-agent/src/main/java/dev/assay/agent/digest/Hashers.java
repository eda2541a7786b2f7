package dev.assay.agent.digest;

import java.util.function.Supplier;

/// The engines of this machine.
///
/// The system property `assay.digest` chooses: `auto` (the default), `intrinsic` (the JDK's
/// SHA-256, one content after the other), or `lanes` (several contents at once by vectors, from the
/// first byte on, whether or not they are faster here; for measuring).
///
/// `auto` begins with the intrinsic. Lanes need the compiler for a third of a second, so they are
/// tried beside the work when there is work enough: 256 MiB for each processor were hashed in the
/// life of this process, or {@link ContentHasher#toCome} announced 1 GiB to one thread. Where the
/// processor has no wide vectors nothing is tried. Where they are compiled and 1.15 times as fast
/// as the intrinsic, each thread's next content goes to lanes. A short command therefore pays
/// nothing, and one that lives long tries once.
public final class Hashers {
    private static final String PROPERTY = "assay.digest";
    private static final Lanes LANES = new Lanes();

    private Hashers() {}

    /// The fastest engine here: each thread takes one of its own.
    ///
    /// @throws IllegalArgumentException where the property names no engine
    /// @throws UnsupportedOperationException where the property wants lanes and there are none
    public static Supplier<ContentHasher> best() {
        return of(System.getProperty(PROPERTY, "auto"));
    }

    static Supplier<ContentHasher> of(String engine) {
        return switch (engine) {
            case "auto" -> () -> new ChoosingHasher(LANES);
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

    /// What `auto` has come to so far and why, for people.
    public static String chosen() {
        return LANES.chosen();
    }
}
