package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.HostTree;
import dev.assay.agent.MountTable;
import dev.assay.agent.PlainUser;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Trees that a hostile user can make, by both walks, alone and on several threads.
@Timeout(120)
class HostileCorpusTest {
    private static final String ALL = "fs immutable";
    private static final long SPARSE_BYTES = 80L << 20;

    private HostTree host;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
    }

    /// A fresh full pass, and an incremental one over it, find the same.
    private SortedMap<String, String> entries(BothWalks walk, String... rules) throws IOException {
        Measurement full = walk.measure(host, rules);
        Pass again = new Pass.Incremental(BothWalks.tree(full));
        Measurement incremental = walk.measure(host, again, Progress.NONE, rules);
        SortedMap<String, String> entries = BothWalks.entries(full);
        assertThat(BothWalks.entries(incremental)).isEqualTo(entries);
        assertThat(incremental.set().roots()).isEqualTo(full.set().roots());
        assertThat(incremental.coverage()).isEqualTo(full.coverage());
        return entries;
    }

    /// What the portable walk says of itself stands in the root's own leaf.
    private void assertBothFindTheSame(String... rules) throws IOException {
        SortedMap<String, String> one = new TreeMap<>(entries(BothWalks.systemCalls(), rules));
        SortedMap<String, String> other = new TreeMap<>(entries(BothWalks.portable(), rules));
        one.remove("fs");
        assertThat(other.remove("fs")).contains("UNREADABLE", "extended attributes");
        assertThat(other).isEqualTo(one);
        assertThat(other).isNotEmpty();
    }

    private Leaf leaf(BothWalks walk, String path) throws IOException {
        return Leaves.of(walk.measure(host, ALL)).get(path);
    }

    @Test
    void namesThatAreNoTextAreMeasuredByBoth() throws IOException {
        Bytes directory = Bytes.ofHex("ff0a1b5b33");
        host.deepFile(directory, Bytes.ofHex("c328"));
        host.deepFile(directory, Bytes.utf8("n".repeat(255)));
        host.deepFile(directory, Bytes.utf8("\ufffd%20 und ein Ü"));
        host.deepFile(Bytes.utf8("..."), Bytes.utf8("-"));

        assertBothFindTheSame(ALL);
    }

    @Test
    void linksOfAllSortsAreMeasuredByBoth() throws Exception {
        host.file("d/file", "x");
        host.link("loop", ".");
        host.link("up", "..");
        host.link("dangling", "no/such/thing");
        host.link("slashes", "d//file");
        host.link("absolute", "/proc/self/root");
        for (String target : new String[] {"a\\xff\\n//b/", "/\\xc3(/\\xff", "/", "//", "\\xff"}) {
            Path link = host.root().resolve("raw-" + target.hashCode());
            String script = "import os,sys; os.symlink(b'" + target + "', sys.argv[1])";
            assumeTrue(runs("python3", "-c", script, link.toString()), "python3 makes the links");
        }

        assertBothFindTheSame(ALL);
    }

    @Test
    void specialFilesAndModesAreMeasuredByBoth() throws IOException {
        host.fifo("fifo");
        host.file("set-id", "x", "rwxr-xr-x");
        host.mode("set-id", 06755);
        host.directory("sticky");
        host.mode("sticky", 01777);
        host.file("one", "linked");
        Files.createLink(host.root().resolve("other"), host.root().resolve("one"));
        host.file("empty", "");
        host.attribute("one", "user.comment", "value".getBytes(StandardCharsets.UTF_8));
        host.attribute("sticky", "user.empty", new byte[0]);
        host.characterDevice("device", 1, 3);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(host.root().resolve("socket")));

            assertBothFindTheSame(ALL);
            assertBothFindTheSame("fs metadata");
            assertBothFindTheSame("fs rotating [a-d]*");
            assertBothFindTheSame("fs data-only");
            assertBothFindTheSame("fs immutable", "fs/one append-only", "fs/fifo present");
        }
    }

    @Test
    void capabilitiesAreNeverSilentlyAbsent() throws IOException {
        host.file("tool", "x", "rwxr-xr-x");
        byte[] capability = new byte[20];
        capability[3] = 2;
        assumeTrue(host.attribute("tool", "security.capability", capability), "needs root");

        assertThat(BothWalks.systemCalls().measure(host, ALL).undetermined()).isZero();
        assertThat(BothWalks.portable().measure(host, ALL).undetermined()).isPositive();
        assertThat(BothWalks.portable().measure(host, "fs data-only").undetermined()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void pathTooLongForTheKernelIsMeasuredOrSaidToBeUnreadable(BothWalks walk) throws IOException {
        Bytes[] names = new Bytes[300];
        Arrays.fill(names, Bytes.utf8("directory-with-a-name"));
        names[299] = Bytes.utf8("file");
        host.deepFile(names);
        host.file("z", "is still found");

        SortedMap<String, String> entries = entries(walk, ALL);

        assertThat(entries).containsKey("fs/z");
        if (walk.isPortable()) {
            String deepest = entries.get(entries.headMap("fs/z").lastKey());
            assertThat(deepest).contains("UNREADABLE", "ENAMETOOLONG");
        } else {
            assertThat(entries).hasSize(302);
        }
    }

    @Test
    void deepTreesAreMeasuredByBoth() throws IOException {
        Bytes[] names = new Bytes[1500];
        Arrays.fill(names, Bytes.utf8("d"));
        host.deepFile(names);
        Bytes[] beside = Arrays.copyOf(names, 700);
        beside[699] = Bytes.utf8("z");
        host.deepFile(beside);

        assertBothFindTheSame(ALL);
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void manyFilesInOneDirectoryAreAllMeasured(BothWalks walk) throws IOException {
        Path many = host.directory("many");
        for (int i = 0; i < 5_000; i++) {
            Files.createFile(many.resolve("file-" + i));
        }

        assertThat(entries(walk, ALL)).hasSize(5_002);
    }

    @ExtendWith(MountTable.Changed.class)
    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void loopByBindMountEnds(BothWalks walk) throws Exception {
        Path inner = host.directory("a/b/loop");
        Path outer = host.root().resolve("a");
        host.file("a/file", "x");
        assumeTrue(runs("mount", "--bind", outer.toString(), inner.toString()), "needs root");
        try {
            SortedMap<String, String> entries = entries(walk, ALL);

            assertThat(entries.keySet())
                    .containsExactly("fs", "fs/a", "fs/a/b", "fs/a/b/loop", "fs/a/file");
            assertThat(entries.get("fs/a/b/loop")).contains("UNREADABLE", "loop");
        } finally {
            assertThat(runs("umount", inner.toString())).isTrue();
        }
    }

    @ExtendWith(MountTable.Changed.class)
    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void kernelsOwnFilesystemsAreLeftOutAndMemoryIsNot(BothWalks walk) throws Exception {
        Path proc = host.directory("in/proc with blank");
        Path memory = host.directory("in/tmp");
        assumeTrue(runs("mount", "-t", "proc", "none", proc.toString()), "needs root");
        try {
            assumeTrue(runs("mount", "-t", "tmpfs", "none", memory.toString()));
            host.file("in/tmp/file", "x");

            Measurement measurement = walk.measure(host, ALL);

            assertThat(BothWalks.entries(measurement).keySet())
                    .containsExactly("fs", "fs/in", "fs/in/tmp", "fs/in/tmp/file");
            assertThat(measurement.coverage().toString())
                    .contains("fs/in/proc with blank", "pseudo filesystem proc");
        } finally {
            boolean ignored = runs("umount", memory.toString());
            assertThat(runs("umount", proc.toString())).isTrue();
        }
    }

    @Test
    void whatIsNotPermittedIsSaidByBoth() throws Exception {
        host.mode("", 0755);
        host.file("secret", "x", "---------");
        host.file("closed/file", "x");
        host.file("listed/file", "x");
        host.file("entered/file", "x");
        host.file("open/file", "x");
        host.mode("closed", 0);
        host.mode("listed", 0444);
        host.mode("entered", 0311);
        try (PlainUser user = PlainUser.become()) {
            assertThat(user.isPlain()).isTrue();
            assertBothFindTheSame(ALL);
            assertBothFindTheSame("fs data-only");
            assertThat(entries(BothWalks.systemCalls(), ALL).values())
                    .filteredOn(leaf -> leaf.contains("EACCES"))
                    .hasSize(4);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void fileThatShrinksDuringOneReadHasTheDigestOfWhatItIs(BothWalks walk) throws IOException {
        Path file = sparse("shrinking");
        during(walk, () -> resize(file, 10));

        assertThat(Files.size(file)).isEqualTo(10);
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void fileThatGrowsDuringOneReadHasTheDigestOfWhatItIs(BothWalks walk) throws IOException {
        Path file = sparse("growing");
        during(walk, () -> resize(file, SPARSE_BYTES + 1));

        assertThat(Files.size(file)).isEqualTo(SPARSE_BYTES + 1);
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void fileThatIsReplacedDuringItsReadIsNoMixture(BothWalks walk) throws IOException {
        Path file = sparse("replaced");
        Path other = host.file("new", "other");
        during(walk, () -> Files.move(other, file, StandardCopyOption.ATOMIC_MOVE));
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void fileThatVanishesDuringItsReadEndsTheMeasurement(BothWalks walk) throws IOException {
        Path file = sparse("vanishing");
        during(walk, () -> Files.delete(file));
    }

    private interface Change {
        void make() throws IOException;
    }

    /// Makes the change once, in the midst of a read. Each leaf then is of what was there before or
    /// of what is there afterwards, or says that it is neither; and the next pass is exact.
    private void during(BothWalks walk, Change change) throws IOException {
        Map<String, String> before = BothWalks.entries(walk.measure(host, ALL));
        AtomicBoolean made = new AtomicBoolean();
        Progress progress =
                (files, bytes) -> {
                    if (made.compareAndSet(false, true)) {
                        make(change);
                    }
                };
        Measurement found = walk.measure(host, new Pass.Full(), progress, ALL);
        assertThat(made).isTrue();
        Map<String, String> after = BothWalks.entries(walk.measure(host, ALL));
        BothWalks.entries(found)
                .forEach(
                        (path, leaf) -> {
                            if (!leaf.contains("UNSTABLE") && !leaf.contains("UNREADABLE")) {
                                assertThat(leaf).isIn(before.get(path), after.get(path));
                            }
                        });
        Pass next = new Pass.Incremental(BothWalks.tree(found));
        assertThat(BothWalks.entries(walk.measure(host, next, Progress.NONE, ALL)))
                .isEqualTo(after);
    }

    private static void make(Change change) {
        try {
            change.make();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path sparse(String name) throws IOException {
        Path file = host.file(name, "");
        resize(file, SPARSE_BYTES);
        return file;
    }

    private static void resize(Path file, long bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void fileThatIsAlwaysWrittenIsUnstable(BothWalks walk) throws IOException {
        Path file = sparse("flapping");
        Progress grow =
                (files, bytes) ->
                        make(() -> Files.write(file, new byte[1], StandardOpenOption.APPEND));

        Leaf leaf = Leaves.of(walk.measure(host, new Pass.Full(), grow, ALL)).get("fs/flapping");

        assertThat(leaf.kind()).isEqualTo(Kind.UNSTABLE);
    }

    @ParameterizedTest
    @MethodSource("dev.assay.agent.measure.BothWalks#each")
    void pipeWithoutAWriterDoesNotHoldTheWalkUp(BothWalks walk) throws IOException {
        host.fifo("a");

        assertThat(leaf(walk, "fs/a").kind()).isEqualTo(Kind.FIFO);
    }

    @Test
    void treeOfThisMachineIsTheSameByBoth() throws IOException {
        Path share = Path.of("/usr/share/zoneinfo");
        assumeTrue(Files.isDirectory(share), "no time zones here");
        copy(share, host.root().resolve("zoneinfo"));

        assertBothFindTheSame(ALL);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)), LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
