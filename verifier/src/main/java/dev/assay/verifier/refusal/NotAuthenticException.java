package dev.assay.verifier.refusal;

import java.util.Locale;

/// A request of an agent that is not believed: nothing of it changes what the verifier knows,
/// except a counter under its reason.
public final class NotAuthenticException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// Why, as a stable word that agents, metrics and problem types share.
    public enum Reason {
        /// No such host is enrolled.
        UNKNOWN_HOST,
        BANNED,
        /// Signed by another key than the one enrolled.
        BAD_SIGNATURE,
        /// A nonce that this verifier did not issue, or issued for another host, boot or purpose.
        FOREIGN_NONCE,
        STALE_NONCE,
        /// A sequence that this boot had already.
        REPLAYED,
        /// Another evidence of the host is being appraised: this one must not overtake it.
        BUSY,
        /// Measured somewhere else than on the live host, where the group does not allow it.
        SIMULATED,
        /// Measured by a baseline that is not of the host's channel.
        FOREIGN_BASELINE,
        UNKNOWN_TOKEN,
        TOKEN_EXPIRED,
        TOKEN_USED,
        /// The token is for another host, platform id or role.
        TOKEN_NOT_FOR_HOST,
        NAME_TAKEN,
        /// Another host has this key.
        KEY_TAKEN,
        /// Another host is enrolled with this platform id.
        PLATFORM_ID_TAKEN,
        /// The TPM did not show that its keys are its own.
        UNPROVEN_TPM,
        /// The group's policy does not trust the TPM's endorsement key.
        UNTRUSTED_TPM,
        /// The name is bound to another TPM, or the TPM to another name.
        TPM_TAKEN,
        /// The host is bound to its TPM, or has to be, and no quote came.
        NO_QUOTE,
        /// The quote is not the host's TPM's over this evidence.
        BAD_QUOTE,
        /// Logs that begin where this verifier knows nothing of: all of them have to come.
        LOGS_UNKNOWN;

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public String word() {
            return word;
        }
    }

    public NotAuthenticException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
