package dev.assay.scope;

import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Names that some program of the system takes for an order (FORMAT.md, section 5, `data-only`): a
/// file that has one runs or lets someone in without being executable.
public final class TripwireNames {
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

    private TripwireNames() {}

    /// What it would be read as, where it is a file or a link: `systemd-unit`, `cron-table` …
    public static Optional<String> of(NodePath path) {
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
