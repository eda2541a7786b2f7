package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.bytes.Bytes;
import dev.assay.scope.Rule;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What must not appear where files may come and go (FORMAT.md, section 5): each check answers with
/// the name of what was touched, which becomes the leaf's reason.
final class Tripwires {
    private static final Set<String> UNIT_SUFFIXES =
            Set.of(
                    "service",
                    "timer",
                    "socket",
                    "path",
                    "mount",
                    "automount",
                    "target",
                    "swap",
                    "slice",
                    "scope",
                    "device",
                    "link",
                    "network",
                    "netdev");

    private static final Set<String> CRON_DIRECTORIES = Set.of("cron", "crontabs", "atjobs");
    private static final Set<String> CRON_FILES = Set.of("crontab", "anacrontab");

    private static final Set<String> SHELL_START_UP =
            Set.of(
                    ".bashrc",
                    ".bash_profile",
                    ".bash_login",
                    ".bash_logout",
                    ".profile",
                    ".zshrc",
                    ".zshenv",
                    ".zprofile",
                    ".zlogin",
                    ".zlogout",
                    ".kshrc",
                    ".mkshrc",
                    ".cshrc",
                    ".tcshrc",
                    ".login",
                    ".logout",
                    ".xprofile",
                    ".xsession",
                    ".xsessionrc",
                    ".xinitrc",
                    ".pam_environment",
                    "config.fish");

    private Tripwires() {}

    /// Below a `rotating` directory: empty where the thing holds.
    static Optional<String> rotating(FileStat stat, Bytes name, Rule rule) {
        return switch (stat.kind()) {
            case FILE -> rotatingFile(stat, name, rule);
            case DIRECTORY -> directory(stat);
            case SYMLINK -> rule.allowsName(name) ? Optional.empty() : Optional.of("name");
            case CHAR_DEVICE, BLOCK_DEVICE -> Optional.of("device");
            case FIFO -> Optional.of("fifo");
            case SOCKET -> Optional.of("socket");
            case VALUE, MOUNT, HELD, UNREADABLE, UNSTABLE -> Optional.of("type");
        };
    }

    private static Optional<String> rotatingFile(FileStat stat, Bytes name, Rule rule) {
        Optional<String> mode = mode(stat);
        if (mode.isPresent()) {
            return mode;
        }
        if (stat.has(FileStat.WORLD_WRITABLE)) {
            return Optional.of("world-writable");
        }
        return rule.allowsName(name) ? Optional.empty() : Optional.of("name");
    }

    /// Below a `data-only` directory, as far as it shows without opening anything.
    static Optional<String> dataOnly(FileStat stat, NodePath path) {
        return switch (stat.kind()) {
            case FILE -> mode(stat).or(() -> name(path));
            case DIRECTORY -> directory(stat);
            case SYMLINK -> name(path);
            case CHAR_DEVICE, BLOCK_DEVICE -> Optional.of("device");
            case FIFO, SOCKET -> Optional.empty();
            case VALUE, MOUNT, HELD, UNREADABLE, UNSTABLE -> Optional.of("type");
        };
    }

    /// By a file's first bytes: what the kernel would run.
    static Optional<String> content(Bytes first) {
        if (startsWith(first, 0x7f, 'E', 'L', 'F')) {
            return Optional.of("elf");
        }
        return startsWith(first, '#', '!') ? Optional.of("script") : Optional.empty();
    }

    private static boolean startsWith(Bytes bytes, int... prefix) {
        if (bytes.length() < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes.at(i) & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> mode(FileStat stat) {
        if (stat.has(FileStat.SET_UID | FileStat.SET_GID)) {
            return Optional.of("set-id");
        }
        return stat.has(FileStat.ANY_EXECUTE) ? Optional.of("executable") : Optional.empty();
    }

    private static Optional<String> directory(FileStat stat) {
        boolean open = stat.has(FileStat.WORLD_WRITABLE) && !stat.has(FileStat.STICKY);
        return open ? Optional.of("world-writable") : Optional.empty();
    }

    /// What some program of the system would read as an order to run something or to let someone
    /// in.
    static Optional<String> name(NodePath path) {
        String name = path.name().lossyText();
        String parent = path.parent().name().lossyText();
        if (isUnit(path, name, parent)) {
            return Optional.of("systemd-unit");
        } else if (isCron(name, parent)) {
            return Optional.of("cron-table");
        } else if (name.startsWith("authorized_keys")) {
            return Optional.of("authorized-keys");
        } else if (parent.equals(".ssh") && name.equals("rc")) {
            return Optional.of("ssh-rc");
        } else if (name.equals("ld.so.preload")) {
            return Optional.of("ld-preload");
        } else if (name.endsWith(".rules") && parent.equals("rules.d")) {
            return Optional.of("udev-rule");
        } else if (SHELL_START_UP.contains(name) || parent.equals("profile.d")) {
            return Optional.of("shell-start-up");
        } else if (name.endsWith(".so") || name.contains(".so.")) {
            return Optional.of("shared-library");
        } else if (name.endsWith(".pth")) {
            return Optional.of("python-path");
        } else if (name.equals("sudoers") || parent.equals("sudoers.d")) {
            return Optional.of("sudoers");
        }
        return Optional.empty();
    }

    /// `.../systemd/system/x.service`, `.../systemd/user/x.service.d/y.conf` and their like. Not
    /// every name that ends so: `/var/lib/systemd/timers/stamp-x.timer` is a time stamp.
    private static boolean isUnit(NodePath path, String name, String parent) {
        int dot = name.lastIndexOf('.');
        boolean unit = dot > 0 && UNIT_SUFFIXES.contains(name.substring(dot + 1));
        boolean dropIn = parent.endsWith(".d") && name.endsWith(".conf");
        if (!unit && !dropIn) {
            return false;
        }
        List<String> segments = new ArrayList<>();
        for (NodePath at = path.parent(); !at.isRoot(); at = at.parent()) {
            segments.addFirst(at.name().lossyText());
        }
        for (int i = 0; i < segments.size(); i++) {
            boolean below = i + 1 < segments.size() && isUnitDirectory(segments.get(i + 1));
            if (segments.get(i).equals("systemd") && (dropIn || below)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnitDirectory(String directory) {
        return directory.startsWith("system")
                || directory.startsWith("user")
                || directory.startsWith("generator")
                || directory.equals("transient")
                || directory.equals("network");
    }

    /// Cron itself passes over names with a leading dot.
    private static boolean isCron(String name, String parent) {
        boolean inTable = CRON_DIRECTORIES.contains(parent) || parent.startsWith("cron.");
        return CRON_FILES.contains(name) || inTable && !name.startsWith(".");
    }
}
