package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.agent.SilentFilesystem;
import dev.assay.agent.collect.files.PortableWalk;
import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Facts;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The root that was asked for is served by a program that answers as long as it likes.
@Timeout(120)
class SilentFilesystemTest {
    private static final Duration PATIENCE = Duration.ofMillis(400);

    /// Opcodes of linux/fuse.h.
    private static final String LOOKUP = "1:";

    private static final String GETATTR = "3:";
    private static final String OPEN = "14:";
    private static final String READ = "15:";
    private static final String OPENDIR = "27:";
    private static final String READDIR = "28:";

    private static Measurement measure(SilentFilesystem served, BothWalks walk) throws IOException {
        CompiledScope scope = CompiledScope.of(Measured.scope("fs immutable"));
        return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                .with(walk.walk(), walk.threads(), InstantSource.system())
                .measure(served.root(), Progress.NONE);
    }

    private static BothWalks walk(String name, int threads) {
        return name.equals("posix")
                ? new BothWalks(new PosixWalk(PATIENCE), threads)
                : new BothWalks(new PortableWalk(PATIENCE), threads);
    }

    private static List<Thread> stuck() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("measure-"))
                .toList();
    }

    private static void awaitNoneStuck() {
        await().atMost(Duration.ofSeconds(20)).until(() -> stuck().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"posix,1", "posix,4", "portable,1", "portable,4"})
    void fileThatIsNeverReadIsUnreadableAndTheRestIsMeasured(String walk, int threads)
            throws IOException {
        try (SilentFilesystem served = SilentFilesystem.serve(READ + "hang")) {
            Leaves leaves = Leaves.of(measure(served, walk(walk, threads)));

            assertThat(leaves.get("fs/hang"))
                    .isEqualTo(
                            Leaf.ofReason(
                                    dev.assay.measurement.Kind.UNREADABLE, "does not answer"));
            assertThat(leaves.get("fs/a").attribute(Leaf.CONTENT)).isPresent();
            assertThat(leaves.get("fs/many/f19").attribute(Leaf.CONTENT)).isPresent();
            assertThat(leaves.get("fs/z").attribute(Leaf.CONTENT)).isPresent();
        }
        awaitNoneStuck();
    }

    @ParameterizedTest
    @CsvSource({
        "posix," + LOOKUP + "hang,fs/hang",
        "posix," + GETATTR + "hang,fs/hang",
        "posix," + OPEN + "hang,fs/hang",
        "posix," + OPENDIR + "d,fs/d",
        "posix," + READDIR + "d,fs/d",
        "posix," + OPENDIR + ",fs",
        "posix," + GETATTR + ",fs",
        "portable," + LOOKUP + "hang,fs/hang",
        "portable," + OPEN + "hang,fs/hang",
        "portable," + OPENDIR + "d,fs/d",
        "portable," + READDIR + "d,fs/d",
        "portable," + OPENDIR + ",fs",
        "portable," + GETATTR + ",fs"
    })
    void whateverIsNotAnsweredIsToldOfThatNode(String walk, String silent, String node)
            throws IOException {
        try (SilentFilesystem served = SilentFilesystem.serve(silent)) {
            SortedMap<String, String> entries = BothWalks.entries(measure(served, walk(walk, 2)));

            assertThat(entries).containsKey(node);
            assertThat(entries.get(node)).contains("UNREADABLE", "does not answer");
            assertThat(entries)
                    .hasSize(node.equals("fs") ? 1 : node.equals("fs/d") ? 26 - 1 + 1 : 27);
        }
        awaitNoneStuck();
    }

    @Test
    void whereNothingAnswersFewThreadsAreLeftAndNoMoreEachRound() throws IOException {
        try (SilentFilesystem served = SilentFilesystem.serve(READ + "*")) {
            Leaves first = Leaves.of(measure(served, walk("posix", 4)));
            int left = stuck().size();
            Leaves second = Leaves.of(measure(served, walk("posix", 4)));

            assertThat(first.get("fs/many").attribute(Leaf.REASON).orElseThrow().lossyText())
                    .isEqualTo("does not answer");
            assertThat(first.get("fs/z").attribute(Leaf.CONTENT)).isPresent();
            assertThat(second).isEqualTo(first);
            // Up to four for each of three attempts, before the directory is left alone.
            // A thread that has done its work takes a moment to be gone.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> stuck().size() <= Math.min(left, 12));
        }
        awaitNoneStuck();
    }

    @Test
    void answerThatComesLateChangesNothingAndIsAskedForAgain() throws IOException {
        // What is silent is left alone for twenty times as long.
        BothWalks walk = new BothWalks(new PosixWalk(PATIENCE.dividedBy(3)), 2);
        try (SilentFilesystem served = SilentFilesystem.serve(READ + "hang")) {
            Measurement measured = measure(served, walk);
            Object roots = measured.set().roots();
            SortedMap<String, String> entries = BothWalks.entries(measured);

            served.answer();
            awaitNoneStuck();

            assertThat(measured.set().roots()).isEqualTo(roots);
            assertThat(BothWalks.entries(measured)).isEqualTo(entries);
            await().atMost(PATIENCE.multipliedBy(60))
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    Leaves.of(measure(served, walk))
                                                            .get("fs/hang")
                                                            .attribute(Leaf.CONTENT))
                                            .isPresent());
        }
        awaitNoneStuck();
    }
}
