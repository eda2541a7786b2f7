package dev.assay.verifier.refusal;

import java.util.Locale;

/// A request of an operator, an orchestrator or a viewer that cannot be done. The message says in
/// one line what is wrong and, where there is something to do, what.
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    /// A stable word for each; it ends the problem's type.
    public enum Refusal {
        UNKNOWN_HOST,
        UNKNOWN_GROUP,
        UNKNOWN_BASELINE,
        UNKNOWN_INCIDENT,
        UNKNOWN_TOKEN,
        UNKNOWN_TRUST_ROOT,
        /// The host has no reset to which this could be done.
        NO_RESET,
        /// The reset has no exhibits.
        NO_EXHIBITS,
        /// The reset has exhibits already; the first stay.
        EXHIBITS_THERE,
        /// The host's group does not want any.
        EXHIBITS_NOT_WANTED,
        GROUP_EXISTS,
        /// A baseline of this serial or a later one is there already.
        SERIAL_NOT_GROWING,
        BASELINE_EXPIRED,
        NOT_SIGNED,
        TRUST_ROOT_EXPIRED,
        OUT_OF_BOUNDS,
        /// Events after the cursor were pruned: some were missed.
        CURSOR_GONE,
        /// The host has not attested yet.
        NO_RESULT;

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public String word() {
            return word;
        }

        /// Whether what was asked for does not exist.
        public boolean isAbsence() {
            return switch (this) {
                case UNKNOWN_HOST,
                        UNKNOWN_GROUP,
                        UNKNOWN_BASELINE,
                        UNKNOWN_INCIDENT,
                        UNKNOWN_TOKEN,
                        UNKNOWN_TRUST_ROOT,
                        NO_RESET,
                        NO_EXHIBITS,
                        NO_RESULT ->
                        true;
                case GROUP_EXISTS,
                        EXHIBITS_THERE,
                        EXHIBITS_NOT_WANTED,
                        SERIAL_NOT_GROWING,
                        BASELINE_EXPIRED,
                        NOT_SIGNED,
                        TRUST_ROOT_EXPIRED,
                        OUT_OF_BOUNDS,
                        CURSOR_GONE ->
                        false;
            };
        }
    }

    public RefusedException(Refusal refusal, String detail) {
        super(detail);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
