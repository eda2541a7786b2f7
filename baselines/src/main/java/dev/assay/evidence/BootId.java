package dev.assay.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// The kernel's name for one boot (`/proc/sys/kernel/random/boot_id`): a UUID in lower case.
public record BootId(@JsonValue String value) {
    /// @throws IllegalArgumentException where it is no UUID in lower case
    @JsonCreator
    public BootId {
        if (!value.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw new IllegalArgumentException("boot id is not a UUID in lower case");
        }
    }

    /// The first four digits, for people.
    public String brief() {
        return value.substring(0, 4);
    }

    @Override
    public String toString() {
        return value;
    }
}
