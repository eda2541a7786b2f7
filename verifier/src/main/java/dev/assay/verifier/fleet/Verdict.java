package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What the last appraisal of a host came to, before time, latch and reset are looked at.
public enum Verdict {
    GOLDEN,
    DRIFTED,
    OUTDATED,
    /// The host could not be measured whole.
    HOST_FAULT,
    /// The verifier could not appraise: it accuses nobody.
    VERIFIER_FAULT;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    @JsonValue
    public String wire() {
        return wire;
    }
}
