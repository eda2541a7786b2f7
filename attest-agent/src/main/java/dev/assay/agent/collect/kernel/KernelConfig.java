package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// The options that the kernel was built with: its own `/proc/config.gz`, or else the file beside
/// the kernel in the host's `/boot`, which is a file like any other and vouches for nothing.
final class KernelConfig {
    static final NodePath BELOW = NodePath.of("kernel/config");

    private static final int MAX_COMPRESSED_BYTES = 4 << 20;
    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_RELEASE_BYTES = 128;

    private final KernelFiles kernel;
    private final KernelFiles host;
    private final Nodes nodes;

    /// @param host the host's root, which has `boot/`
    KernelConfig(KernelFiles kernel, KernelFiles host, Nodes nodes) {
        this.kernel = kernel;
        this.host = host;
        this.nodes = nodes;
    }

    void collect() {
        switch (kernel.read("proc/config.gz", MAX_COMPRESSED_BYTES)) {
            case Reading.Content content -> {
                nodes.basis("kernel/config", "proc/config.gz");
                inflate(content.bytes());
            }
            case Reading.Absent absent -> fromBoot();
            case Reading.Unreadable unreadable -> nodes.addUnreadable(BELOW, unreadable.reason());
        }
    }

    private void fromBoot() {
        String release =
                kernel.readOr("proc/sys/kernel/osrelease", MAX_RELEASE_BYTES, Bytes.EMPTY)
                        .lossyText();
        // The release is spliced into a path, and a captured one says what its maker likes.
        if (!release.matches("[A-Za-z0-9_+~][A-Za-z0-9._+~-]{0,126}")) {
            return;
        }
        switch (host.read("boot/config-" + release, MAX_BYTES)) {
            case Reading.Content content -> {
                nodes.basis("kernel/config", "boot/config-RELEASE");
                lines(content.bytes());
            }
            case Reading.Absent absent -> {}
            case Reading.Unreadable unreadable -> nodes.addUnreadable(BELOW, unreadable.reason());
        }
    }

    private void inflate(Bytes compressed) {
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(compressed.toArray()))) {
            byte[] config = in.readNBytes(MAX_BYTES + 1);
            if (config.length > MAX_BYTES) {
                nodes.addUnreadable(BELOW, "EFBIG");
            } else {
                lines(Bytes.copyOf(config));
            }
        } catch (IOException e) {
            nodes.addUnreadable(BELOW, "not gzip");
        }
    }

    private void lines(Bytes config) {
        for (Bytes line : Lines.of(config)) {
            int equals = indexOf(line, '=');
            if (equals > 0 && line.at(0) != '#') {
                nodes.addValue(
                        BELOW.child(Segment.of(line.slice(0, equals))),
                        line.slice(equals + 1, line.length()));
            }
        }
    }

    private static int indexOf(Bytes line, char wanted) {
        for (int i = 0; i < line.length(); i++) {
            if (line.at(i) == wanted) {
                return i;
            }
        }
        return -1;
    }
}
