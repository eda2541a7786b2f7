package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.rig.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The commands over tiny trees: that they measure and say what they did, never how long it took.
final class BenchIT {
    private static final int MAX_DOCUMENT_BYTES = 1 << 20;
    private static final int MINUTES = 5;

    @TempDir private Path folder = Path.of("");

    private JsonNode bench(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        for (String jar : List.of(Programs.AGENT_JAR, Programs.VERIFIER_JAR)) {
            command.add("-D" + jar + "=" + System.getProperty(jar));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(BenchMain.class.getName());
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path complaints = folder.resolve("complaints");
        Process bench =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(complaints.toFile())
                        .start();
        boolean ended = bench.waitFor(MINUTES, TimeUnit.MINUTES);
        bench.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(bench.exitValue()).as(Files.readString(complaints)).isZero();
        return Json.parseTree(Bytes.copyOf(Files.readAllBytes(out)), MAX_DOCUMENT_BYTES);
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(each -> each.get("name").asString()).toList();
    }

    @Test
    void scanTellsEveryContenderOrWhyItIsLeftOut() throws Exception {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.writeString(tree.resolve("one"), "1");
        Files.writeString(tree.resolve("two"), "22");

        JsonNode report =
                bench(
                        "scan",
                        "--root",
                        tree.toString(),
                        "--rounds",
                        "2",
                        "--json",
                        "--work",
                        work());

        assertThat(report.at("/size/files").asInt()).isEqualTo(2);
        assertThat(report.at("/size/bytes").asInt()).isEqualTo(3);
        assertThat(report.at("/machine/cores").asInt()).isPositive();
        List<String> told = new ArrayList<>(names(report.get("contenders")));
        assertThat(told).contains(Measuring.FULL);
        told.addAll(names(report.get("leftOut")));
        assertThat(told)
                .containsExactlyInAnyOrder(
                        Tools.FIND,
                        Tools.READ,
                        Tools.OPENSSL,
                        Aide.NAME,
                        Measuring.FULL,
                        Measuring.UNCHANGED,
                        Measuring.ONE_CHANGED);
        for (JsonNode contender : report.get("contenders")) {
            assertThat(contender.get("runs").size()).as("runs of %s", contender).isEqualTo(2);
            assertThat(contender.get("peakBytes").asLong()).isPositive();
        }
        assertThat(report.get("leftOut").valueStream())
                .allSatisfy(one -> assertThat(one.get("reason").asString()).isNotBlank());
        try (var inTree = Files.list(tree)) {
            assertThat(inTree).hasSize(2);
        }
        assertNothingIsLeftBehind();
    }

    @Test
    void growthHasAPointForEachSize() throws Exception {
        JsonNode curve =
                bench("growth", "--files", "30", "--rounds", "1", "--json", "--work", work());

        assertThat(curve.get("points").size()).isEqualTo(1);
        JsonNode point = curve.at("/points/0");
        assertThat(point.get("files").asInt()).isEqualTo(30);
        assertThat(point.get("bytes").asLong()).isPositive();
        assertThat(point.at("/full/runs").size()).isEqualTo(1);
        assertNothingIsLeftBehind();
    }

    /// An interval that is shorter than the gap between two evidences of changes, and more changes
    /// than that gap takes to grow past it.
    @Test
    void daemonsChangesAreAllFound() throws Exception {
        JsonNode result =
                bench(
                        "daemon",
                        "--files",
                        "30",
                        "--changes",
                        "8",
                        "--quiet",
                        "1",
                        "--interval",
                        "300",
                        "--json",
                        "--work",
                        work());

        assertThat(result.get("latencySeconds").size()).isEqualTo(8);
        assertThat(result.get("missed").asInt()).isZero();
        assertThat(result.at("/afterQuiet/residentBytes").asLong()).isPositive();
        assertThat(result.get("evidenceBytes").asDouble()).isPositive();
        assertThat(result.get("targets").size()).isEqualTo(5);
        assertNothingIsLeftBehind();
    }

    @Test
    void startIsMeasuredOfBothCommands() throws Exception {
        JsonNode result = bench("start", "--rounds", "1", "--json", "--work", work());

        assertThat(names(result.get("contenders")))
                .containsExactly("attest-agent --version", "attest-agent --help");
    }

    private String work() throws Exception {
        return Files.createDirectories(folder.resolve("work")).toString();
    }

    private void assertNothingIsLeftBehind() throws Exception {
        try (var inWork = Files.list(folder.resolve("work"))) {
            assertThat(inWork).isEmpty();
        }
    }
}
