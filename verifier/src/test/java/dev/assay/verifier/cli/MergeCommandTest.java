package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class MergeCommandTest {
    private static final Instant THEN = Instant.parse("2026-01-31T12:00:00Z");
    private static final Scope SCOPE =
            new Scope(
                    "image",
                    1,
                    "for tests",
                    List.of(
                            rule("**", MutabilityClass.IMMUTABLE),
                            rule("fs/var/log/audit", MutabilityClass.APPEND_ONLY),
                            rule("fs/srv", MutabilityClass.DATA_ONLY)),
                    List.of());

    @TempDir private Path folder = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void nameTheResult() {
        out = folder.resolve("merged.golden");
    }

    private static Rule rule(String path, MutabilityClass mutability) {
        return new Rule(PathPattern.of(path), mutability, "a test", false, List.of());
    }

    /// What every capture has, and what is given beside it: by path, `KIND NAME=VALUE …`.
    private static MeasurementSet tree(Map<String, String> leaves) {
        Map<String, String> all = new TreeMap<>(leaves);
        all.putIfAbsent("fs/usr/bin/ls", file("ls", 0755));
        all.putIfAbsent("kernel/sysctl/kernel.arch", "value value=x86_64");
        List<Entry> entries = new ArrayList<>();
        all.forEach((path, leaf) -> entries.add(Entry.of(NodePath.of(path), leaf(leaf))));
        return MeasurementSet.of(entries);
    }

    private static Leaf leaf(String text) {
        String[] words = text.split(" ", -1);
        Map<String, Bytes> attributes = new TreeMap<>();
        for (int i = 1; i < words.length; i++) {
            String[] attribute = words[i].split("=", 2);
            attributes.put(attribute[0], Bytes.utf8(attribute[1]));
        }
        Kind kind = Kind.valueOf(words[0].toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
        return Leaf.of(kind, attributes);
    }

    private static String file(String content, int mode) {
        return String.format(
                java.util.Locale.ROOT,
                "file mode=%04o uid=0 gid=0 size=%d content=%s",
                mode,
                content.length(),
                Digest.ofContent(Bytes.utf8(content)).hex());
    }

    private static String grown(String content) {
        return "file mode=0640 uid=0 gid=0 length="
                + content.length()
                + " prefix="
                + Digest.ofContent(Bytes.utf8(content)).hex();
    }

    private Path capture(String name, int hours, Map<String, String> leaves) throws IOException {
        return capture(name, hours, leaves, SCOPE, List.of());
    }

    private Path capture(
            String name, int hours, Map<String, String> leaves, Scope scope, List<Anchor> anchors)
            throws IOException {
        return GoldenFiles.write(
                folder.resolve(name),
                "web",
                7,
                tree(leaves),
                scope,
                THEN.plus(Duration.ofHours(hours)),
                anchors);
    }

    /// Two captures that differ in one path, where one of them may lack it.
    private Cli.Run merge(String path, String one, String other, Object... more)
            throws IOException {
        Path first = capture("a.golden", 0, one.isEmpty() ? Map.of() : Map.of(path, one));
        Path second = capture("b.golden", 1, other.isEmpty() ? Map.of() : Map.of(path, other));
        return Cli.run(List.of("baseline", "merge", first, second, "--out", out, "--json"), more);
    }

    private JsonNode only(Cli.Run run) throws Exception {
        assertThat(run.exit()).as(run.err() + run.out()).isEqualTo(Exit.DRIFT);
        assertThat(out).doesNotExist();
        JsonNode differences = run.json().get("differences");
        assertThat(differences).hasSize(1);
        return differences.get(0);
    }

    private static String proposal(JsonNode difference) {
        JsonNode proposal = difference.get("proposal");
        if (proposal.has("byHand")) {
            return "by hand";
        }
        String what = proposal.has("class") ? "class" : "condition";
        return proposal.get(what).asString() + " for " + proposal.get("path").asString();
    }

    @Test
    void alikeCapturesBecomeOneUnsignedBaselineThatIsValidWhenAllAre() throws Exception {
        Path first = capture("a.golden", 0, Map.of());
        Path second = capture("b.golden", 1, Map.of());
        Path third = capture("c.golden", 2, Map.of());

        Cli.run("baseline", "merge", first, second, third, "--out", out).requireDone();

        GoldenFile golden = GoldenFile.open(out);
        Baseline merged = GoldenDocuments.statement(golden);
        assertThat(golden.envelope().signatures()).isEmpty();
        assertThat(merged.root()).isEqualTo(tree(Map.of()).roots().total());
        assertThat(merged.serial()).isEqualTo(7);
        assertThat(merged.notBefore())
                .isEqualTo(THEN.plus(Duration.ofHours(2)).minus(Duration.ofMinutes(1)));
        assertThat(merged.notAfter()).isEqualTo(THEN.plus(Duration.ofDays(90)));
        assertThat(merged.captured().at()).isEqualTo(THEN.plus(Duration.ofHours(2)));
        assertThat(merged.captured().tool()).contains("merging 3 captures by test");
        Cli.run("baseline", "diff", first, out).requireDone();
        assertThat(folder).isDirectoryNotContaining("glob:**.{gz,next}");
    }

    // The strictest class that lets what was seen be golden, for that path alone.
    @ParameterizedTest
    @CsvSource({
        "fs/etc/machine-id, metadata for fs/etc/machine-id",
        "fs/etc/a*b, metadata for fs/etc/a\\*b",
        "fs/var/log/app.log, append-only for fs/var/log/app.log",
        "fs/usr/lib/x.so, by hand",
        "fs/etc/systemd/system/x.service, by hand",
        "fs/root/.ssh/authorized_keys, by hand"
    })
    void anotherContent(String path, String expected) throws Exception {
        JsonNode one = only(merge(path, file("one", 0644), file("another", 0644)));
        assertThat(proposal(one)).isEqualTo(expected);
        assertThat(one.get("what").toString()).isEqualTo("[\"content\",\"size\"]");
    }

    @Test
    void aLogThatShrankIsNoneThatOnlyGrows() throws Exception {
        JsonNode one = only(merge("fs/var/log/app.log", file("another", 0644), file("one", 0644)));
        assertThat(proposal(one)).isEqualTo("metadata for fs/var/log/app.log");
    }

    @ParameterizedTest
    @CsvSource({
        "fs/var/lib/x/state, data-only for fs/var/lib/x/state",
        "fs/var/log/app.log.2.gz, rotating for fs/var/log/app.log.[0-9]*.gz",
        "fs/etc/cron.d/x, by hand"
    })
    void aFileThatComesAndGoes(String path, String expected) throws Exception {
        JsonNode one = only(merge(path, "", file("x", 0644)));
        assertThat(proposal(one)).isEqualTo(expected);
        assertThat(one.get("values").toString()).isEqualTo("[\"not there\",\"file\"]");
    }

    // Captures of one image do not differ in what runs.
    @ParameterizedTest
    @CsvSource({"0755", "4644", "0666"})
    void whatRunsOrGivesRightsIsNeverProposed(String mode) throws Exception {
        int bits = Integer.parseInt(mode, 8);
        assertThat(proposal(only(merge("fs/usr/bin/x", file("x", bits), file("y", bits)))))
                .isEqualTo("by hand");
        assertThat(proposal(only(merge("fs/usr/bin/x", "", file("y", bits))))).isEqualTo("by hand");
    }

    @Test
    void modeAndOwnerThatDifferLeaveThePresence() throws Exception {
        JsonNode one = only(merge("fs/etc/x", file("x", 0644), file("x", 0600)));
        assertThat(proposal(one)).isEqualTo("present for fs/etc/x");
        assertThat(one.get("values").toString()).isEqualTo("[\"mode 0644\",\"mode 0600\"]");
    }

    @Test
    void aFolderThatOneLacksIsOneDifferenceWithAllBelowIt() throws Exception {
        Path first = capture("a.golden", 0, Map.of());
        Path second =
                capture(
                        "b.golden",
                        1,
                        Map.of(
                                "fs/opt/x", "directory mode=0755 uid=0 gid=0",
                                "fs/opt/x/bin", "directory mode=0755 uid=0 gid=0",
                                "fs/opt/x/bin/tool", file("tool", 0755)));
        JsonNode one = only(Cli.run("baseline", "merge", first, second, "--out", out, "--json"));
        assertThat(one.get("values").get(1).asString()).isEqualTo("directory, 2 below it");
        assertThat(one.get("proposal").get("byHand").asString()).contains("executable");
    }

    @ParameterizedTest
    @CsvSource({
        "kernel/sysctl/vm.x, 1, 2, 'one of 1, 2 for kernel/sysctl/vm.x'",
        "kernel/sysctl/kernel.hostname, a, b, ${host.name} for kernel/sysctl/kernel.hostname",
        "kernel/sysctl/vm.x, 1, , unmeasured for kernel/sysctl/vm.x",
        "kernel/cmdline/root, a, b, 'one of a, b for kernel/cmdline/root'",
        "kernel/cmdline/root, a, , by hand",
        "kernel/module/x, '', , by hand",
        "kernel/release, 6.1, 6.2, by hand",
        "verity/root, aa, bb, by hand"
    })
    void kernelValues(String path, String one, String other, String expected) throws Exception {
        String second = other == null ? "" : "value value=" + other;
        JsonNode difference = only(merge(path, "value value=" + one, second));
        assertThat(proposal(difference)).isEqualTo(expected);
    }

    @Test
    void whatBreaksAClassThatIsThereIsFoundOutByHand() throws Exception {
        String violation = "file mode=0755 uid=0 gid=0 reason=executable";
        assertThat(proposal(only(merge("fs/srv/x", "", violation)))).isEqualTo("by hand");
    }

    @Test
    void filesThatMayGrowHaveToBeginAsTheShortestDoesAndThatIsSaid() throws Exception {
        NodePath path = NodePath.of("fs/var/log/audit");
        List<Path> captures = new ArrayList<>();
        for (String content : List.of("one two", "one", "one two three")) {
            Anchor anchor =
                    new Anchor(path, content.length(), Digest.ofContent(Bytes.utf8(content)));
            captures.add(
                    capture(
                            content.length() + ".golden",
                            captures.size(),
                            Map.of(path.toString(), grown(content)),
                            SCOPE,
                            List.of(anchor)));
        }
        Cli.Run run =
                Cli.run(
                                List.of("baseline", "merge"),
                                captures.get(0),
                                captures.get(1),
                                captures.get(2),
                                "--out",
                                out)
                        .requireDone();
        assertThat(run.out()).contains("NOTE       /var/log/audit may grow").contains("3 B");
        Baseline merged = GoldenDocuments.statement(GoldenFile.open(out));
        assertThat(merged.anchors())
                .containsExactly(new Anchor(path, 3, Digest.ofContent(Bytes.utf8("one"))));
        assertThat(merged.root())
                .isEqualTo(tree(Map.of(path.toString(), grown("one"))).roots().total());
    }

    @Test
    void filesOfOneLengthThatBeginDifferentlyAreADifference() throws Exception {
        JsonNode one = only(merge("fs/var/log/audit", grown("one"), grown("two")));
        assertThat(proposal(one)).isEqualTo("metadata for fs/var/log/audit");
    }

    @Test
    void theProposedScopeHoldsWhatIsProposedUnderItsOwnNameAndNothingElse() throws Exception {
        Path first =
                capture(
                        "a.golden",
                        0,
                        Map.of(
                                "fs/etc/machine-id", file("a", 0444),
                                "fs/usr/bin/x", file("x", 0755),
                                "kernel/sysctl/vm.x", "value value=1"));
        Path second =
                capture(
                        "b.golden",
                        1,
                        Map.of(
                                "fs/etc/machine-id", file("b", 0444),
                                "fs/usr/bin/x", file("y", 0755),
                                "kernel/sysctl/vm.x", "value value=2"));
        Path scope = folder.resolve("scope.json");
        Cli.Run run =
                Cli.run(
                        List.of("baseline", "merge", first, second, "--out", out),
                        "--propose",
                        scope,
                        "--scope-name",
                        "web-nodes");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.DRIFT);
        assertThat(out).doesNotExist();
        assertThat(run.out())
                .contains("DIFFERS    /usr/bin/x")
                .contains("3 differences, 1 of them to decide by hand")
                .contains("look at it, and collect all of them again with --scope");
        Scope proposed = Scope.parse(Bytes.copyOf(Files.readAllBytes(scope)));
        assertThat(proposed.name()).isEqualTo("web-nodes");
        assertThat(proposed.rules().subList(0, 3)).isEqualTo(SCOPE.rules());
        assertThat(proposed.rules().subList(3, proposed.rules().size()))
                .singleElement()
                .satisfies(
                        rule -> {
                            assertThat(rule.path().text()).isEqualTo("fs/etc/machine-id");
                            assertThat(rule.mutability()).isEqualTo(MutabilityClass.METADATA);
                            assertThat(rule.reason()).contains("Proposed from 2 captures");
                        });
        assertThat(proposed.expectations())
                .singleElement()
                .satisfies(one -> assertThat(one.oneOf()).containsExactly("1", "2"));
        // It is never written over: somebody may be looking at it.
        Cli.run(
                        List.of("baseline", "merge", first, second, "--out", out),
                        "--propose",
                        scope,
                        "--scope-name",
                        "web-nodes")
                .requireFailed(Exit.OPERATION, "exists");
    }

    @ParameterizedTest
    @CsvSource({"tree, shipped", "image, own scope", "NO NAME, name"})
    void aScopeIsNotProposedUnderANameThatIsTaken(String name, String said) throws Exception {
        Path scope = folder.resolve("scope.json");
        merge(
                        "fs/etc/x",
                        file("a", 0644),
                        file("b", 0644),
                        "--propose",
                        scope,
                        "--scope-name",
                        name)
                .requireFailed(Exit.USAGE, said);
        assertThat(scope).doesNotExist();
    }

    @Test
    void capturesOfOtherPlatformsAreRefused() throws Exception {
        merge("kernel/sysctl/kernel.arch", "value value=x86_64", "value value=aarch64")
                .requireFailed(Exit.OPERATION, "different platforms: kernel.arch");
    }

    @Test
    void everyReasonThatCapturesAreNotOfOneKindIsNamed() throws Exception {
        Path first = capture("a.golden", 0, Map.of());
        Scope other = new Scope("other", 1, "", SCOPE.rules(), List.of());
        Path second =
                GoldenFiles.write(
                        folder.resolve("b.golden"),
                        "db",
                        8,
                        tree(Map.of()),
                        other,
                        THEN,
                        List.of());
        Cli.run("baseline", "merge", first, second, "--out", out)
                .requireFailed(
                        Exit.OPERATION,
                        "different channels: web, db",
                        "their scopes differ (image, other",
                        "different serials: 7",
                        "--serial");
        assertThat(out).doesNotExist();
    }

    @Test
    void oneCaptureTwiceIsRefused() throws Exception {
        Path first = capture("a.golden", 0, Map.of());
        Cli.run("baseline", "merge", first, first, "--out", out)
                .requireFailed(Exit.OPERATION, "there twice");
    }

    @Test
    void aCaptureWithWhatCouldNotBeReadIsNone() throws Exception {
        merge("fs/etc/x", file("a", 0644), "unreadable reason=denied")
                .requireFailed(Exit.OPERATION, "b.golden holds fs/etc/x, which is unreadable");
    }

    @Test
    void aManifestThatGivesOtherDigestsThanItsDocumentIsRefused() throws Exception {
        Path first = capture("a.golden", 0, Map.of());
        Path second = capture("b.golden", 1, Map.of());
        String text = Files.readString(second, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("{");
        Files.writeString(second, "x", StandardOpenOption.APPEND);
        Cli.run("baseline", "merge", first, second, "--out", out)
                .requireFailed(Exit.OPERATION, "the manifest's length is not the document's");
    }

    // A name of a host ends in a terminal.
    @Test
    void namesAreEscaped() throws Exception {
        Path first = capture("a.golden", 0, Map.of());
        Path second = capture("b.golden", 1, Map.of("fs/etc/a%0A%1B[2Jb", file("x", 0644)));
        Cli.Run run = Cli.run("baseline", "merge", first, second, "--out", out);
        assertThat(run.out()).contains("/etc/a%0A%1B[2Jb").doesNotContain("\u001b");
    }
}
