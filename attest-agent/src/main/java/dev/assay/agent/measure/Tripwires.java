package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.bytes.Bytes;
import dev.assay.scope.Rule;
import dev.assay.scope.TripwireNames;
import dev.assay.tree.NodePath;
import java.util.Optional;

/// What must not appear where files may come and go (FORMAT.md, section 5): each check answers with
/// the name of what was touched, which becomes the leaf's reason.
final class Tripwires {
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
            case FILE -> mode(stat).or(() -> TripwireNames.of(path));
            case DIRECTORY -> directory(stat);
            case SYMLINK -> TripwireNames.of(path);
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
}
