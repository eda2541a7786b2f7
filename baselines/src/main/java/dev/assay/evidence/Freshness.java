package dev.assay.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Objects;

/// How much of a measurement was read for it and how much was remembered (FORMAT.md, section 8). A
/// digest that is remembered holds as far as nobody on the host could change a file and forge its
/// ctime: root can, so the age says for how long such a forgery may have gone unseen.
///
/// @param pass what was looked at
/// @param oldestDigestSeconds the age of the oldest content digest relied on; 0 in a full pass
public record Freshness(Pass pass, long oldestDigestSeconds) {
    /// Everything was read now.
    public static final Freshness FULL = new Freshness(Pass.FULL, 0);

    /// Some 8900 years: no sum of two overflows.
    public static final long MAX_SECONDS = 1L << 48;

    /// What a measurement looked at.
    public enum Pass {
        /// All content was read.
        FULL,
        /// All attributes were read; content only where they differ from the remembered ones.
        INCREMENTAL,
        /// Only what a watcher named was looked at.
        WATCHED;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }

        /// @throws IllegalArgumentException for an unknown pass
        @JsonCreator
        public static Pass of(String wire) {
            for (Pass value : values()) {
                if (value.wire.equals(wire)) {
                    return value;
                }
            }
            throw new IllegalArgumentException("unknown pass " + wire);
        }
    }

    /// @throws IllegalArgumentException where the age is out of bounds, or a full pass has one
    public Freshness {
        Objects.requireNonNull(pass, "freshness without pass");
        if (oldestDigestSeconds < 0 || oldestDigestSeconds > MAX_SECONDS) {
            throw new IllegalArgumentException("age of a digest is out of bounds");
        }
        if (pass == Pass.FULL && oldestDigestSeconds != 0) {
            throw new IllegalArgumentException("a full pass relies on no older digest");
        }
    }
}
