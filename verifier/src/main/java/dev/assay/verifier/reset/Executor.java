package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Receipt;
import org.jspecify.annotations.Nullable;

/// Resets a host by a way that the host does not control: a rung of the ladder.
public interface Executor {
    /// Waits for the end, at most for the task's timeout. Whatever goes wrong is an outcome.
    Outcome reset(ResetTask task) throws InterruptedException;

    /// What came of it. That it was done proves nothing: what counts is the next boot.
    sealed interface Outcome {
        /// For people; escaped, and at most {@link
        /// dev.assay.verifier.fleet.Reset#MAX_OUTPUT_CHARS}.
        String output();

        /// The reset was set going.
        ///
        /// @param receipt the platform's own record of the restart; null where it keeps none
        record Done(String output, @Nullable Receipt receipt) implements Outcome {}

        /// Nothing was done, or nobody knows.
        ///
        /// @param why one line, which is kept
        record Failed(String why, String output) implements Outcome {}
    }
}
