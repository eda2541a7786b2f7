package dev.assay.verifier;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What other projects' machines measured and quoted; beside the project, not in it.
public final class Vectors {
    private Vectors() {}

    /// Skips the test, by name, where the file is not there.
    public static Path file(String name) {
        Path file = Path.of(System.getProperty("assay.vectors", "../../shared/vectors"), name);
        assumeTrue(Files.exists(file), "no test vector " + file);
        return file;
    }

    public static Bytes read(String name) throws IOException {
        return Bytes.copyOf(Files.readAllBytes(file(name)));
    }

    /// The files of a folder whose names end so, without the end.
    public static List<String> names(String folder, String end) throws IOException {
        try (Stream<Path> files = Files.list(file(folder))) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(end))
                    .map(name -> name.substring(0, name.length() - end.length()))
                    .sorted()
                    .toList();
        }
    }
}
