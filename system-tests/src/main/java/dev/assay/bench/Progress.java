package dev.assay.bench;

import java.io.Console;
import java.util.Optional;

/// The line that says what is under way: on standard error, and only where a person looks.
final class Progress implements AutoCloseable {
    private final boolean shown =
            Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();

    void tell(String text) {
        if (shown) {
            System.err.print("\r\033[K" + text);
            System.err.flush();
        }
    }

    @Override
    public void close() {
        tell("");
    }
}
