package dev.assay.verifier.reset;

/// Something outside that may say "not now" to a reset: an alert that fires, a change freeze.
public interface Blocker {
    /// Waits for the answer, for seconds at most. Whatever goes wrong is an answer.
    Answer ask() throws InterruptedException;

    sealed interface Answer {
        record Go() implements Answer {}

        /// @param why one line, escaped
        record NotNow(String why) implements Answer {}

        /// It could not be asked, or said what nobody understands. That holds a reset too, but not
        /// for ever: whoever kills what is asked would otherwise hold all resets.
        ///
        /// @param why one line, escaped
        record Unanswered(String why) implements Answer {}
    }
}
