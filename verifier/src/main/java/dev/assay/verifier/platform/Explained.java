package dev.assay.verifier.platform;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.tpm.HashAlgorithm;
import java.util.Locale;

/// What a quoted PCR's value comes from.
///
/// @param detail of the log: how many entries, or which value it gives instead
public record Explained(HashAlgorithm bank, int pcr, String value, By by, String detail) {
    /// What explains a value.
    public enum By {
        /// The replay of the firmware's events gives it.
        BOOT_LOG,
        /// The replay of the kernel's measurements meets it.
        IMA_LIST,
        /// Nothing was measured into it since the machine started, or since it was reset: that any
        /// program may do to PCRs 16 and 23.
        RESET_VALUE,
        /// No log that is there has an event of this bank for it: whatever was measured is not
        /// known.
        NOTHING,
        /// A log has events for it and gives another value: the log is not of this boot, or was
        /// changed.
        CONTRADICTED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
