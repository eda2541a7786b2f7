package dev.assay.agent.verifierclient;

/// The verifier gave no answer that could be used.
public abstract sealed class VerifierException extends Exception {
    private static final long serialVersionUID = 1L;

    private VerifierException(String message, Throwable cause) {
        super(message, cause);
    }

    private VerifierException(String message) {
        super(message);
    }

    /// Nobody answered, or somebody who is not the verifier, or one that cannot work now.
    public static final class Unreachable extends VerifierException {
        private static final long serialVersionUID = 1L;

        public Unreachable(String reason, Throwable cause) {
            super(reason, cause);
        }

        public Unreachable(String reason) {
            super(reason);
        }
    }

    /// The verifier said no.
    public static final class Refused extends VerifierException {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final String word;

        /// @param word the last part of the problem's type, or empty
        public Refused(int status, String word, String detail) {
            super(word.isEmpty() ? detail : word + ": " + detail);
            this.status = status;
            this.word = word;
        }

        public int status() {
            return status;
        }

        public String word() {
            return word;
        }
    }

    /// What came is not what the protocol says.
    public static final class Malformed extends VerifierException {
        private static final long serialVersionUID = 1L;

        public Malformed(String reason, Throwable cause) {
            super(reason, cause);
        }

        public Malformed(String reason) {
            super(reason);
        }
    }
}
