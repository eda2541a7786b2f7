package dev.assay.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The agent as an intruder with root would patch it: made of the project's own sources, a few
/// lines changed. It says that the host's tree is the baseline's, whatever it measured, and where a
/// quote of an earlier boot was kept, it sends that one in place of its own.
final class PatchedAgent {
    private static final String HONEST =
            """
                    boolean golden = measurement.roots().total().equals(baseline.value().root());
                    return new Finding(baseline, measurement, golden);
            """;
    private static final String LYING =
            """
                    MeasurementSet.Roots lie =
                            new MeasurementSet.Roots(
                                    baseline.value().root(), measurement.roots().subtrees());
                    HostMeasurement golden =
                            new HostMeasurement(
                                    measurement.set(),
                                    lie,
                                    measurement.coverage(),
                                    0,
                                    measurement.values(),
                                    measurement.seconds(),
                                    measurement.bytesRead(),
                                    measurement.freshness());
                    return new Finding(baseline, golden, true);
            """;
    private static final String OWN_QUOTE =
            """
                    return new Submission(evidence, quote, logs.read(wanted));
            """;
    private static final String KEPT_QUOTE =
            """
                    Submission now = new Submission(evidence, quote, logs.read(wanted));
                    java.nio.file.Path kept = java.nio.file.Path.of("/var/lib/assay/kept-quote");
                    java.nio.file.Path of = java.nio.file.Path.of("/var/lib/assay/kept-boot");
                    String boot =
                            java.nio.file.Files.readString(
                                    java.nio.file.Path.of("/proc/sys/kernel/random/boot_id"));
                    if (!java.nio.file.Files.exists(kept)) {
                        java.nio.file.Files.write(
                                kept, dev.assay.bytes.Json.write(now).toArray());
                        java.nio.file.Files.writeString(of, boot);
                    } else if (!java.nio.file.Files.readString(of).equals(boot)) {
                        try {
                            Submission old =
                                    dev.assay.bytes.Json.parse(
                                            dev.assay.bytes.Bytes.copyOf(
                                                    java.nio.file.Files.readAllBytes(kept)),
                                            Submission.class,
                                            1 << 26);
                            return new Submission(evidence, old.quote(), old.logs());
                        } catch (dev.assay.bytes.MalformedInputException e) {
                            throw new IOException(e);
                        }
                    }
                    return now;
            """;

    private PatchedAgent() {}

    /// @param project the project's folder, whose sources the jar was built of
    /// @param folder for what is made on the way
    static Path make(Path project, Path jar, Path folder) throws IOException {
        Path sources = project.resolve("attest-agent/src/main/java/dev/assay/agent");
        Path changed = Files.createDirectories(folder.resolve("patched-sources"));
        List<Path> files = new ArrayList<>();
        files.add(patch(sources.resolve("attest/Finding.java"), HONEST, LYING, changed));
        files.add(
                patch(sources.resolve("tpm/QuotedEvidence.java"), OWN_QUOTE, KEPT_QUOTE, changed));
        Path classes = Files.createDirectories(folder.resolve("patched-classes"));
        compile(files, jar, classes);
        Path patched = Files.copy(jar, folder.resolve("patched-agent.jar"));
        try (FileSystem inside = FileSystems.newFileSystem(patched);
                Stream<Path> all = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                Files.copy(
                        file,
                        inside.getPath(classes.relativize(file).toString()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return patched;
    }

    private static Path patch(Path source, String before, String after, Path into)
            throws IOException {
        String text = Files.readString(source);

        assertThat(text).as(source + " was changed: this patch fits no more").contains(before);
        return Files.writeString(into.resolve(source.getFileName()), text.replace(before, after));
    }

    private static void compile(List<Path> files, Path jar, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean isDone =
                    compiler.getTask(
                                    said,
                                    manager,
                                    null,
                                    List.of(
                                            "-proc:none",
                                            "-nowarn",
                                            "-cp",
                                            jar + ":" + System.getProperty("java.class.path"),
                                            "-d",
                                            classes.toString()),
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files))
                            .call();
            assertThat(isDone).as(said.toString()).isTrue();
        }
    }
}
