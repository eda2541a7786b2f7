package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;

/// The kernel's taint, one node for each flag that is set, because they do not mean the same: a
/// warning (`W`) happens to a golden host, an unsigned module (`E`) does not. Letters by bit as in
/// Documentation/admin-guide/tainted-kernels.
final class Taint {
    static final NodePath BELOW = NodePath.of("kernel/taint");

    private static final String LETTERS = "PFSRMBUDAWCIOELKXTNJ";
    private static final int MAX_BYTES = 64;

    private Taint() {}

    static void collect(KernelFiles files, Nodes nodes) {
        switch (files.read("proc/sys/kernel/tainted", MAX_BYTES)) {
            case Reading.Content content -> flags(content.value(), nodes);
            case Reading.Absent absent -> {}
            case Reading.Unreadable unreadable -> nodes.addUnreadable(BELOW, unreadable.reason());
        }
    }

    private static void flags(Bytes value, Nodes nodes) {
        String text = value.lossyText();
        if (!text.matches("[0-9]{1,18}")) {
            nodes.addUnreadable(BELOW, "not a number");
            return;
        }
        long bits = Long.parseLong(text);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((bits >>> bit & 1) == 1) {
                String name =
                        bit < LETTERS.length()
                                ? LETTERS.substring(bit, bit + 1)
                                : Integer.toString(bit);
                nodes.addValue(BELOW.child(name), Bytes.EMPTY);
            }
        }
    }
}
