package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What put a host on the way to a reset.
public enum Cause {
    DRIFT,
    /// It could be measured and could not, again and again.
    FLAPPING,
    /// It could not be measured for longer than the group allows.
    UNDETERMINED,
    /// It did not speak for longer than the group allows.
    SILENT;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wire() {
        return wire;
    }
}
