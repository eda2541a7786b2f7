package dev.assay.agent.collect.kernel;

import dev.assay.agent.collect.kernel.KernelObservation.BootIdSource;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Measures the kernel's configuration: command line, sysctls, modules, build options, taint,
/// security modules, lockdown, vulnerability states, the mount table of PID 1 and dm-verity
/// devices.
///
/// Works without privileges; what cannot be read is a node that says so, and nothing in the files
/// makes it throw. A captured folder of plain files gives the same entries as the live host.
public final class KernelCollector {
    private static final NodePath KERNEL = NodePath.of("kernel");
    private static final int MAX_COMMAND_LINE_BYTES = 1 << 20;
    private static final int MAX_STATE_BYTES = 4 << 10;
    private static final String BOOT_ID = "proc/sys/kernel/random/boot_id";
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final Path kernelFrom;
    private final Path hostRoot;

    private KernelCollector(Path kernelFrom, Path hostRoot) {
        this.kernelFrom = kernelFrom;
        this.hostRoot = hostRoot;
    }

    /// @param kernelFrom the folder that holds `proc/` and `sys/`; `/` is the running host
    /// @param hostRoot the root of the host's files, for `boot/config-RELEASE`
    public static KernelCollector of(Path kernelFrom, Path hostRoot) {
        return new KernelCollector(kernelFrom, hostRoot);
    }

    public KernelObservation collect() {
        try (KernelFiles files = new KernelFiles(kernelFrom);
                KernelFiles host = new KernelFiles(hostRoot)) {
            return collect(files, host);
        }
    }

    /// The boot id alone; empty where there is none.
    public Optional<String> bootId() {
        try (KernelFiles files = new KernelFiles(kernelFrom)) {
            return bootId(files);
        }
    }

    /// As {@link KernelObservation#live}.
    public boolean isLive() {
        try (KernelFiles files = new KernelFiles(kernelFrom)) {
            return isLive(files, bootId(files));
        }
    }

    private static KernelObservation collect(KernelFiles files, KernelFiles host) {
        Nodes nodes = new Nodes();
        // Before the mount table: entering `fs/binfmt_misc` makes the automounter mount it, and
        // what
        // a first measurement mounts must not be drift in the second.
        new Sysctls(files, nodes).collect();
        CommandLine commandLine = commandLine(files, nodes);
        Map<String, Bytes> verity = new VerityDevices(files, commandLine, nodes).collect();
        new MountTable(files, verity, nodes).collect();
        new Modules(files, nodes).collect();
        new KernelConfig(files, host, nodes).collect();
        Taint.collect(files, nodes);
        states(files, nodes);
        Optional<String> bootId = bootId(files);
        boolean live = isLive(files, bootId);
        return new KernelObservation(
                nodes.entries(), bootId, source(bootId, live), live, nodes.bases());
    }

    private static CommandLine commandLine(KernelFiles files, Nodes nodes) {
        NodePath below = KERNEL.child("cmdline");
        CommandLine none = CommandLine.parse(Bytes.EMPTY);
        return switch (files.read("proc/cmdline", MAX_COMMAND_LINE_BYTES)) {
            case Reading.Content content -> {
                CommandLine parsed = CommandLine.parse(content.value());
                parsed.leaves()
                        .forEach((key, leaf) -> nodes.add(below.child(Segment.of(key)), leaf));
                yield parsed;
            }
            case Reading.Absent absent -> none;
            case Reading.Unreadable unreadable -> {
                nodes.addUnreadable(below, unreadable.reason());
                yield none;
            }
        };
    }

    private static void states(KernelFiles files, Nodes nodes) {
        value(files, nodes, "release", "proc/sys/kernel/osrelease");
        value(files, nodes, "version", "proc/sys/kernel/version");
        value(files, nodes, "lsm", "sys/kernel/security/lsm");
        value(files, nodes, "selinux-enforcing", "sys/fs/selinux/enforce");
        switch (files.read("sys/kernel/security/lockdown", MAX_STATE_BYTES)) {
            case Reading.Content content ->
                    nodes.addValue(KERNEL.child("lockdown"), chosen(content.value()));
            case Reading.Absent absent -> {}
            case Reading.Unreadable unreadable ->
                    nodes.addUnreadable(KERNEL.child("lockdown"), unreadable.reason());
        }
        NodePath vulnerability = KERNEL.child("vulnerability");
        for (Path file : files.childrenOrNone("sys/devices/system/cpu/vulnerabilities")) {
            nodes.addReading(
                    vulnerability.child(Segment.of(FileNames.of(file))),
                    files.read(file, MAX_STATE_BYTES));
        }
    }

    private static void value(KernelFiles files, Nodes nodes, String name, String file) {
        nodes.addReading(KERNEL.child(name), files.read(file, MAX_STATE_BYTES));
    }

    /// `integrity` of `none [integrity] confidentiality`; what does not look like that as it is.
    private static Bytes chosen(Bytes value) {
        String text = value.lossyText();
        int open = text.indexOf('[');
        int close = text.indexOf(']', open + 1);
        return open >= 0 && close > open ? Bytes.utf8(text.substring(open + 1, close)) : value;
    }

    private static Optional<String> bootId(KernelFiles files) {
        return Optional.of(files.readOr(BOOT_ID, MAX_STATE_BYTES, Bytes.EMPTY).lossyText())
                .filter(id -> id.matches(UUID));
    }

    private static BootIdSource source(Optional<String> bootId, boolean live) {
        if (bootId.isEmpty()) {
            return BootIdSource.NONE;
        }
        return live ? BootIdSource.KERNEL : BootIdSource.CAPTURED;
    }

    /// The kernel's own file systems under both names, and the boot id that this process sees
    /// itself: also where the host's are mounted into a container. A captured folder is never live.
    private static boolean isLive(KernelFiles files, Optional<String> bootId) {
        try (KernelFiles own = new KernelFiles(Path.of("/"))) {
            return isOfType(files.root().resolve("proc"), "proc")
                    && isOfType(files.root().resolve("sys"), "sysfs")
                    && bootId.isPresent()
                    && bootId.equals(bootId(own));
        }
    }

    private static boolean isOfType(Path directory, String type) {
        try {
            return Files.getFileStore(directory).type().equals(type);
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            return false;
        }
    }
}
