package dev.assay.agent.tpm;

import java.io.IOException;

/// The TPM did not do what it was asked.
public final class TpmException extends IOException {
    private static final long serialVersionUID = 1L;

    TpmException(String message) {
        super(message);
    }

    TpmException(String message, Throwable cause) {
        super(message, cause);
    }

    /// @param code a TPM_RC (TPM 2.0 Library, part 2, section 6.6)
    static TpmException refused(String command, long code) {
        return new TpmException(String.format("%s: TPM_RC 0x%03x", command, code));
    }
}
