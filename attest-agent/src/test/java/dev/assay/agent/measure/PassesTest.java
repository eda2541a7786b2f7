package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.HostTree;
import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.agent.tree.FileTree;
import dev.assay.baseline.Comparison;
import dev.assay.baseline.Drift;
import dev.assay.baseline.EntrySource;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Incremental and partial passes end with the tree that a fresh full one finds, whatever was done.
@Timeout(300)
class PassesTest {
    private static final int ROUNDS = 80;
    private static final int EDITS_PER_ROUND = 6;
    private static final int FULL_LOOK_EVERY = 8;

    private HostTree host;
    private HostTree outside;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
        outside = HostTree.create();
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
        outside.close();
    }

    private Measurement measure(CompiledScope scope, int threads, Pass pass) throws IOException {
        return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                .with(new PosixWalk(), threads, BothWalks.LATER)
                .measure(host.root(), pass, Progress.NONE);
    }

    private static CompiledScope scope(String... rules) {
        return CompiledScope.of(Measured.scope(rules));
    }

    private static List<String> entries(Measurement measurement) {
        List<String> lines = new ArrayList<>();
        for (Entry entry : measurement.set()) {
            lines.add(entry.path() + " " + entry.leaf());
        }
        return lines;
    }

    private static List<Entry> listed(Iterable<Entry> entries) {
        List<Entry> all = new ArrayList<>();
        entries.forEach(all::add);
        return all;
    }

    private static List<Drift> differences(Iterable<Entry> golden, Iterable<Entry> measured)
            throws IOException, MalformedInputException {
        List<Drift> drifts = new ArrayList<>();
        Comparison.run(
                EntrySource.of(golden),
                EntrySource.of(measured),
                Measured.scope("fs immutable"),
                drifts::add);
        return drifts;
    }

    @Test
    void ofTwoTreesOnlyTheFoldersOnTheWayToAChangeAreUnlike() throws IOException {
        host.file("a/changing", "old");
        host.file("a/other", "same");
        host.file("b/file", "same");
        CompiledScope scope = scope("fs immutable");
        MeasurementSet before = measure(scope, 1, new Pass.Full()).set();
        awaitTick();
        host.file("a/changing", "new");
        MeasurementSet after = measure(scope, 1, new Pass.Full()).set();

        assertThat(after.unlike(before))
                .extracting(entry -> entry.path().toString())
                .containsExactly("fs", "fs/a", "fs/a/changing", "fs/a/other");
        assertThat(before.unlike(before)).isEmpty();
    }

    /// Two changes within one tick of the kernel's clock show as one.
    private void awaitTick() throws IOException {
        Path probe = outside.root().resolve("tick");
        Files.writeString(probe, "");
        Object now = Files.getAttribute(probe, "unix:ctime");
        do {
            Files.delete(probe);
            Files.writeString(probe, "");
        } while (Files.getAttribute(probe, "unix:ctime").equals(now));
    }

    @ParameterizedTest
    @CsvSource({"partial,1", "partial,4", "incremental,1", "incremental,4", "mixed,2"})
    void passesAfterRandomEditsFindWhatAFullOneFinds(String kind, int threads)
            throws IOException, MalformedInputException {
        long seed = Long.getLong("assay.seed", System.nanoTime());
        System.out.println("PassesTest " + kind + " " + threads + ": -Dassay.seed=" + seed);
        Random random = new Random(seed);
        RandomEdits edits = new RandomEdits(random, host.root(), outside.root());
        CompiledScope scope =
                scope(
                        "fs immutable",
                        "fs/etc metadata",
                        "fs/a/log append-only",
                        "fs/tmp data-only",
                        "fs/log rotating [a-d]*",
                        "fs/x unmeasured",
                        "fs/x/etc present",
                        "fs/x/a immutable");
        Measurement first = measure(scope, threads, new Pass.Full());
        List<Entry> golden = listed(first.set());
        MeasurementSet kept = first.set();
        FileTree known = BothWalks.tree(first);
        for (int round = 0; round < ROUNDS; round++) {
            awaitTick();
            for (int i = random.nextInt(EDITS_PER_ROUND); i >= 0; i--) {
                edits.edit();
            }
            awaitTick();
            String done = edits.toString();
            boolean partial =
                    kind.equals("partial") || kind.equals("mixed") && random.nextBoolean();
            Dirty dirty = edits.take();
            Pass pass = partial ? new Pass.Partial(known, dirty) : new Pass.Incremental(known);
            Measurement found = measure(scope, threads, pass);
            Measurement fresh = measure(scope, threads, new Pass.Full());
            assertThat(entries(found))
                    .as("seed %d round %d: %s", seed, round, done)
                    .isEqualTo(entries(fresh));
            assertThat(found.set().roots()).isEqualTo(fresh.set().roots());
            assertThat(found.coverage()).isEqualTo(fresh.coverage());
            assertThat(found.files()).isEqualTo(fresh.files());
            assertThat(found.undetermined()).isEqualTo(fresh.undetermined());
            assertThat(differences(kept.unlike(found.set()), found.set().unlike(kept)))
                    .as("seed %d round %d: %s", seed, round, done)
                    .isEqualTo(differences(golden, found.set()));
            kept = kept.sharing(found.set());
            assertThat(listed(kept)).isEqualTo(golden);
            // What is kept must also be right for the pass after the next.
            known = round % FULL_LOOK_EVERY == 0 ? BothWalks.tree(fresh) : BothWalks.tree(found);
        }
    }

    @Test
    void partThatIsNotNamedIsNotLookedAt() throws IOException {
        host.file("a/file", "old");
        host.file("b/file", "old");
        CompiledScope scope = scope("fs immutable");
        FileTree known = BothWalks.tree(measure(scope, 1, new Pass.Full()));
        awaitTick();
        host.file("a/file", "new");
        host.file("b/file", "new");
        Dirty dirty = new Dirty();
        dirty.add(NodePath.of("fs/a/file"));

        Measurement found = measure(scope, 1, new Pass.Partial(known, dirty));

        assertThat(found.bytesRead()).isEqualTo(3);
    }

    @Test
    void fileThatIsWrittenWhileItsDirectoryIsElsewhereIsFound() throws IOException {
        host.file("a/b/file", "old");
        CompiledScope scope = scope("fs immutable");
        FileTree known = BothWalks.tree(measure(scope, 1, new Pass.Full()));
        awaitTick();
        Path away = outside.root().resolve("away");
        Files.move(host.root().resolve("a"), away);
        Files.writeString(away.resolve("b/file"), "new");
        Files.move(away, host.root().resolve("a"));
        Dirty dirty = new Dirty();
        dirty.add(NodePath.of("fs/a"));

        Measurement found = measure(scope, 1, new Pass.Partial(known, dirty));

        assertThat(entries(found)).isEqualTo(entries(measure(scope, 1, new Pass.Full())));
    }
}
