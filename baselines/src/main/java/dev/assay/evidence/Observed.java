package dev.assay.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.NodePath;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the agent saw happen beside what it measured (FORMAT.md, section 8). **Unattested**: an
/// intruder on the host may have written all of it, so it is for people and never a reason for a
/// verdict.
///
/// @param watch by what the agent learns of changes
/// @param lost how often since its start events were lost, or a watcher died
/// @param touched immutable paths that were written and are as they were
public record Observed(Watch watch, long lost, List<Touched> touched) {
    public static final int MAX_TOUCHED = 100;
    public static final int MAX_PATH_BYTES = 4096;

    /// Of the name of a program or a container.
    public static final int MAX_NAME_CHARS = 256;

    public static final long MAX_LOST = 1L << 48;

    /// By what an agent learns of changes.
    public enum Watch {
        FANOTIFY,
        INOTIFY,
        /// Attributes are looked at again and again.
        POLLING,
        /// Nothing but the measurements.
        NONE;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }

        /// @throws IllegalArgumentException for an unknown means
        @JsonCreator
        public static Watch of(String wire) {
            for (Watch value : values()) {
                if (value.wire.equals(wire)) {
                    return value;
                }
            }
            throw new IllegalArgumentException("unknown watch " + wire);
        }
    }

    /// An immutable path that was written and is as it was: never drift.
    ///
    /// @param at by the host's clock
    /// @param who null where the watcher does not tell
    public record Touched(NodePath path, Instant at, @Nullable Culprit who) {
        /// @throws IllegalArgumentException where the path is too long
        public Touched {
            Objects.requireNonNull(path, "touched without path");
            Objects.requireNonNull(at, "touched without time");
            if (path.isRoot() || path.value().length() > MAX_PATH_BYTES) {
                throw new IllegalArgumentException("a touched path is too long or the root");
            }
        }
    }

    /// Who wrote it, as the kernel names him a moment later: the process may be gone or another.
    /// His name is whatever he chose: the texts are {@link EscapedText}.
    ///
    /// @param program the executable, or the process's name
    /// @param loginUid of the session that it descends from
    public record Culprit(
            long pid, String program, @Nullable Long loginUid, @Nullable String container) {
        /// @throws IllegalArgumentException where a limit is broken or a text is not escaped
        public Culprit {
            requireName(Objects.requireNonNull(program, "culprit without program"));
            requireName(container);
            if (pid < 0 || loginUid != null && loginUid < 0) {
                throw new IllegalArgumentException("culprit has a negative number");
            }
        }

        /// What the host says of him, escaped and cut to the limits.
        ///
        /// @param program as it is
        /// @param container as it is
        public static Culprit of(
                long pid, String program, @Nullable Long loginUid, @Nullable String container) {
            return new Culprit(
                    pid, fitting(program), loginUid, container == null ? null : fitting(container));
        }

        private static String fitting(String name) {
            StringBuilder fitting = new StringBuilder();
            int[] points = name.codePoints().toArray();
            for (int point : points) {
                String next = EscapedText.of(Bytes.utf8(Character.toString(point)));
                if (fitting.length() + next.length() > MAX_NAME_CHARS) {
                    break;
                }
                fitting.append(next);
            }
            return fitting.toString();
        }

        private static void requireName(@Nullable String name) {
            if (name == null) {
                return;
            }
            if (name.length() > MAX_NAME_CHARS) {
                throw new IllegalArgumentException("a culprit's name is too long");
            }
            try {
                EscapedText.parse(name);
            } catch (MalformedInputException e) {
                throw new IllegalArgumentException("a culprit's name: " + e.getMessage(), e);
            }
        }
    }

    /// @throws IllegalArgumentException where a limit is broken
    public Observed {
        Objects.requireNonNull(watch, "observed by nothing");
        touched = List.copyOf(touched);
        if (touched.size() > MAX_TOUCHED) {
            throw new IllegalArgumentException("too many touched paths");
        }
        if (lost < 0 || lost > MAX_LOST) {
            throw new IllegalArgumentException("count of lost events is out of bounds");
        }
    }

    /// What is left where there is no room for the list.
    public Observed withoutTouched() {
        return touched.isEmpty() ? this : new Observed(watch, lost, List.of());
    }
}
