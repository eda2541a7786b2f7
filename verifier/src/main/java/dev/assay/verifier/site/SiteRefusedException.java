package dev.assay.verifier.site;

import java.nio.file.Path;
import java.util.List;

/// A site file that is not served: with every problem, in the file's order.
public final class SiteRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    SiteRefusedException(Path file, List<String> problems) {
        super(file + ": " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /// One line each, fit to print.
    public List<String> problems() {
        return problems;
    }
}
