package dev.assay.agent.tree;

import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.util.Arrays;
import java.util.Map;

/// Encoded leaves that say only that the agent could not determine what is there.
public final class Undetermined {
    private static final byte[] UNREADABLE = prefix(Kind.UNREADABLE);
    private static final byte[] UNSTABLE = prefix(Kind.UNSTABLE);
    private static final byte[] TWICE =
            Leaf.ofReason(Kind.UNSTABLE, "listed twice").encode().toArray();

    private Undetermined() {}

    private static byte[] prefix(Kind kind) {
        return Leaf.of(kind, Map.of()).encode().toArray();
    }

    /// By the leaf's first frame, its kind, without decoding a million leaves.
    public static boolean is(byte[] leaf, int from, int length) {
        return startsWith(leaf, from, length, UNREADABLE)
                || startsWith(leaf, from, length, UNSTABLE);
    }

    private static boolean startsWith(byte[] bytes, int from, int length, byte[] prefix) {
        return length >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    /// Of two leaves under one name: what could not be determined wins, and two different answers
    /// are no answer.
    public static byte[] merge(byte[] one, byte[] other) {
        if (is(one, 0, one.length) || Arrays.equals(one, other)) {
            return one;
        }
        return is(other, 0, other.length) ? other : TWICE;
    }
}
