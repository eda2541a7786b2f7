package dev.assay.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Something that is measured beside others on the same files.
sealed interface Contender {
    String name();

    /// @param before what has to be done each time before it is let go, untimed
    /// @param exits those of a run that did its work
    record Present(String name, List<String> command, Set<Integer> exits, Step before)
            implements Contender {
        static Present of(String name, List<String> command) {
            return new Present(name, command, Set.of(0), Step.NONE);
        }

        Present exiting(Set<Integer> codes) {
            return new Present(name, command, codes, before);
        }

        Present after(Step step) {
            return new Present(name, command, exits, step);
        }
    }

    /// @param reason why this machine or this program has none
    record Absent(String name, String reason) implements Contender {}

    /// An untimed preparation.
    @FunctionalInterface
    interface Step {
        Step NONE = () -> {};

        void run() throws IOException, InterruptedException;
    }
}
