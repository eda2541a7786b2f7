package dev.assay.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// What all commands of the bench take.
final class BenchOptions {
    @Option(names = "--json", description = "Print one document.")
    private boolean json;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where generated trees lie while they are needed (default: /tmp).")
    private Path work = Path.of("/tmp");

    boolean json() {
        return json;
    }

    Workplace workplace() throws IOException {
        return new Workplace(work);
    }
}
