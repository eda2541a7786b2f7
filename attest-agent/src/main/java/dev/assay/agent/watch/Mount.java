package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of a mount table (proc_pid_mountinfo(5)).
///
/// @param device `MAJOR:MINOR` of the filesystem, whatever mounts it has
/// @param root what of the filesystem is mounted: `/`, or a part of it where it is a bind mount
/// @param point where, by the mount table's own root
record Mount(long id, long parent, String device, Bytes root, Bytes point, String type) {
    private static final Bytes DELETED = Bytes.utf8("//deleted");
    private static final Bytes SLASH = Bytes.utf8("/");

    /// Those of a whole table; lines that are not understood are left out.
    static List<Mount> table(Bytes text) {
        List<Mount> mounts = new ArrayList<>();
        for (Bytes line : split(text, '\n')) {
            Mount mount = parse(split(line, ' '));
            if (mount != null) {
                mounts.add(mount);
            }
        }
        return mounts;
    }

    private static @Nullable Mount parse(List<Bytes> words) {
        int separator = words.indexOf(Bytes.utf8("-"));
        if (separator < 6 || words.size() < separator + 2) {
            return null;
        }
        try {
            Bytes root = unescape(words.get(3));
            int kept = root.length() - DELETED.length();
            boolean deleted = kept >= 0 && root.slice(kept, root.length()).equals(DELETED);
            return new Mount(
                    Long.parseLong(words.get(0).lossyText()),
                    Long.parseLong(words.get(1).lossyText()),
                    words.get(2).lossyText(),
                    deleted ? root.slice(0, kept) : root,
                    unescape(words.get(4)),
                    words.get(separator + 1).lossyText());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static List<Bytes> split(Bytes text, char separator) {
        List<Bytes> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.at(i) == separator) {
                parts.add(text.slice(start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    /// `\040` and the like, which stand for blanks, tabs, line feeds and backslashes.
    static Bytes unescape(Bytes word) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(word.length());
        for (int i = 0; i < word.length(); i++) {
            boolean escape = word.at(i) == '\\' && i + 3 < word.length();
            int value =
                    escape
                            ? digit(word, i + 1) << 6 | digit(word, i + 2) << 3 | digit(word, i + 3)
                            : -1;
            if (value >= 0) {
                out.write(value);
                i += 3;
            } else {
                out.write(word.at(i));
            }
        }
        return Bytes.copyOf(out.toByteArray());
    }

    /// Negative where it is none.
    private static int digit(Bytes word, int at) {
        int digit = word.at(at) - '0';
        return digit > 7 ? -1 : digit;
    }

    /// Whether a path is this mount's point or lies below it.
    boolean holds(Bytes path) {
        return below(point, path) != null;
    }

    /// Where a path within the filesystem is seen through this mount; null where it is not.
    @Nullable Bytes seenAt(Bytes inFilesystem) {
        Bytes below = below(root, inFilesystem);
        return below == null ? null : join(point, below);
    }

    /// The other way: a path of the mount table's root as one within the filesystem.
    @Nullable Bytes within(Bytes path) {
        Bytes below = below(point, path);
        return below == null ? null : join(root, below);
    }

    /// What follows the directory in a path that is it or lies below it, with its `/`; else null.
    static @Nullable Bytes below(Bytes directory, Bytes path) {
        int length = directory.equals(SLASH) ? 0 : directory.length();
        if (path.length() < length || !path.slice(0, length).equals(directory.slice(0, length))) {
            return null;
        }
        Bytes rest = path.slice(length, path.length());
        if (rest.equals(SLASH)) {
            return Bytes.EMPTY;
        }
        return rest.isEmpty() || rest.at(0) == '/' ? rest : null;
    }

    /// @param below empty, or with its `/`
    static Bytes join(Bytes directory, Bytes below) {
        if (below.isEmpty()) {
            return directory;
        }
        return directory.equals(SLASH) ? below : directory.plus(below);
    }
}
