package dev.assay.verifier.verdict;

import java.util.Locale;

/// The trustworthiness tiers of an EAR (draft-ietf-rats-ear, section 3.2).
public enum EarStatus {
    NONE,
    AFFIRMING,
    WARNING,
    CONTRAINDICATED;

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
