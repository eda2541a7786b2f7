package dev.assay.measurement;

import dev.assay.bytes.MalformedInputException;
import java.util.Locale;

/// What a leaf stands for (FORMAT.md, section 4).
public enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHAR_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET,
    /// A value of the kernel's configuration.
    VALUE,
    /// An entry of PID 1's mount table.
    MOUNT,
    /// Something whose expectation or class holds: a constant, equal on every golden host.
    HELD,
    /// Something that is there and could not be read: never taken for golden, never for absent.
    UNREADABLE,
    /// A file that changed while it was read: it has no digest.
    UNSTABLE;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String wire() {
        return wire;
    }

    /// Whether the agent could not determine what is there.
    public boolean isUndetermined() {
        return this == UNREADABLE || this == UNSTABLE;
    }

    public static Kind parse(String wire) throws MalformedInputException {
        for (Kind kind : values()) {
            if (kind.wire.equals(wire)) {
                return kind;
            }
        }
        throw new MalformedInputException("unknown kind of leaf");
    }
}
