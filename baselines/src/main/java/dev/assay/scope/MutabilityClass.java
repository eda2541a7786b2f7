package dev.assay.scope;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How a path may differ between golden hosts; what of it enters the tree follows from it
/// (FORMAT.md, section 5).
public enum MutabilityClass {
    /// All attributes and the content.
    IMMUTABLE,
    /// Kind, mode, owner and capabilities; not the content.
    METADATA,
    /// The baseline's own length and prefix digest still hold.
    APPEND_ONLY,
    /// Logs: names by pattern, nothing executable.
    ROTATING,
    /// Files may come and go, but nothing that could be run or that gives rights: a tripwire.
    DATA_ONLY,
    /// It is there.
    PRESENT,
    /// Explicitly left out, with a reason.
    UNMEASURED;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    @JsonValue
    public String wire() {
        return wire;
    }

    /// @throws IllegalArgumentException for an unknown class
    @JsonCreator
    public static MutabilityClass of(String wire) {
        for (MutabilityClass value : values()) {
            if (value.wire.equals(wire)) {
                return value;
            }
        }
        throw new IllegalArgumentException("unknown class " + wire);
    }
}
