package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.HostTree;
import dev.assay.agent.MountTable;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PosixWalkTest {
    private static final NodePath TOP = NodePath.of("fs");

    private HostTree host;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
    }

    /// Enters everything; tells what it was told.
    private static class Recorder implements Walk.Visitor<Boolean> {
        final List<String> told = new ArrayList<>();

        @Override
        public @Nullable Boolean visit(@Nullable Boolean parent, FoundNode node)
                throws FileFaultException {
            Kind kind = node.stat().kind();
            told.add(node.path() + " " + kind);
            return kind == Kind.DIRECTORY ? true : null;
        }

        @Override
        public void undetermined(
                @Nullable Boolean parent, FoundNode node, Kind kind, String reason) {
            told.add(node.path() + " " + kind + " " + reason);
        }

        @Override
        public void undetermined(Boolean directory, Kind kind, String reason) {
            told.add(kind + " " + reason);
        }

        @Override
        public void leftOut(Boolean parent, FoundNode node, String reason) {
            told.add(node.path() + " left out: " + reason);
        }

        @Override
        public void changing(Boolean directory) {
            told.add("changing");
        }
    }

    private static void walk(Path root, NodePath as, Walk.Visitor<Boolean> visitor)
            throws IOException {
        new PosixWalk().run(root, as, visitor, new Crew(1, () -> {}));
    }

    @Test
    void kernelsOwnFilesystemsAreLeftOutWithTheirName() throws IOException {
        Recorder recorder =
                new Recorder() {
                    @Override
                    public @Nullable Boolean visit(@Nullable Boolean parent, FoundNode node)
                            throws FileFaultException {
                        if (parent == null || node.path().toString().equals("fs/proc")) {
                            return super.visit(parent, node);
                        }
                        return null;
                    }
                };

        walk(Path.of("/"), TOP, recorder);

        assertThat(recorder.told)
                .containsExactly("fs DIRECTORY", "fs/proc left out: pseudo filesystem proc");
    }

    @Test
    void directoryThatIsSwappedForALinkInMidWalkIsNotFollowed() throws IOException {
        host.file("a/inside", "x");
        host.directory("elsewhere");
        host.file("elsewhere/secret", "x");
        Recorder recorder =
                new Recorder() {
                    @Override
                    public @Nullable Boolean visit(@Nullable Boolean parent, FoundNode node)
                            throws FileFaultException {
                        Boolean answer = super.visit(parent, node);
                        Path a = host.root().resolve("a");
                        if (node.path().toString().equals("fs/a") && !Files.isSymbolicLink(a)) {
                            swap(a);
                        }
                        return answer;
                    }
                };

        walk(host.root(), TOP, recorder);

        assertThat(recorder.told).contains("fs/a DIRECTORY", "fs/a SYMLINK");
        assertThat(recorder.told).noneMatch(line -> line.startsWith("fs/a/"));
    }

    private void swap(Path a) {
        try {
            Files.move(a, host.root().resolve("moved"));
            Files.createSymbolicLink(a, Path.of("elsewhere"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void fileThatVanishesBetweenListingAndLookIsAbsent() throws IOException {
        host.file("d/a", "x");
        host.file("d/b", "x");
        Recorder recorder =
                new Recorder() {
                    @Override
                    public @Nullable Boolean visit(@Nullable Boolean parent, FoundNode node)
                            throws FileFaultException {
                        if (node.path().parent().toString().equals("fs/d")) {
                            remove("d/a");
                            remove("d/b");
                        }
                        return super.visit(parent, node);
                    }
                };

        walk(host.root(), TOP, recorder);

        assertThat(recorder.told).containsExactly("fs DIRECTORY", "fs/d DIRECTORY");
    }

    private void remove(String name) {
        try {
            Files.deleteIfExists(host.root().resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void rootThatIsNotThereIsAnErrorWithItsName() {
        Path missing = host.root().resolve("missing");

        assertThatThrownBy(() -> walk(missing, TOP, new Recorder()))
                .isInstanceOf(IOException.class)
                .hasMessage(missing + ": ENOENT");
    }

    @Test
    void descriptorsDoNotGrowWithTheTree() throws IOException {
        StringBuilder deep = new StringBuilder("d");
        for (int i = 0; i < 100; i++) {
            deep.append("/d");
        }
        host.file(deep + "/file", "x");
        long before = openDescriptors();
        List<Long> during = new ArrayList<>();
        Recorder recorder =
                new Recorder() {
                    @Override
                    public @Nullable Boolean visit(@Nullable Boolean parent, FoundNode node)
                            throws FileFaultException {
                        during.add(openDescriptors());
                        return super.visit(parent, node);
                    }
                };

        walk(host.root(), TOP, recorder);

        assertThat(during).allMatch(open -> open < before + 40);
        assertThat(openDescriptors()).isLessThanOrEqualTo(before + 2);
    }

    private static long openDescriptors() {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ExtendWith(MountTable.Changed.class)
    @Test
    @Timeout(60)
    void userProgramThatNeverAnswersDoesNotHoldTheWalkUp() throws Exception {
        Path mount = host.directory("served");
        String server =
                """
                import ctypes, os, sys
                fd = os.open('/dev/fuse', os.O_RDWR)
                options = 'fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other' % fd
                if ctypes.CDLL(None).mount(b'x', sys.argv[1].encode(), b'fuse', 0, options.encode()):
                    sys.exit(1)
                print('mounted', flush=True)
                sys.stdin.read()
                """;
        Process process;
        try {
            process = new ProcessBuilder("python3", "-c", server, mount.toString()).start();
        } catch (IOException e) {
            assumeTrue(false, "no python3 to serve");
            return;
        }
        try {
            assumeTrue("mounted".equals(process.inputReader().readLine()), "mounting needs root");
            Recorder recorder = new Recorder();

            walk(host.root(), TOP, recorder);

            assertThat(recorder.told)
                    .containsExactly("fs DIRECTORY", "fs/served left out: network filesystem fuse");
        } finally {
            process.destroy();
            int ignored = new ProcessBuilder("umount", "-l", mount.toString()).start().waitFor();
        }
    }

    private static Stream<Walk> walksWithRoomForFiveNames() {
        int maxNamesBytes = 5 * (2 + "file-0".length());
        return Stream.of(new PosixWalk(maxNamesBytes), new PortableWalk(maxNamesBytes));
    }

    private List<String> toldBy(Walk walk, int files) throws IOException {
        for (int i = 0; i < files; i++) {
            host.file("a/file-" + i, "x");
        }
        host.file("b", "x");
        Recorder recorder = new Recorder();
        walk.run(host.root(), TOP, recorder, new Crew(1, () -> {}));
        return recorder.told;
    }

    @ParameterizedTest
    @MethodSource("walksWithRoomForFiveNames")
    void directoryWithMoreNamesThanAreHeldIsSaidAndTheOthersAreWalked(Walk walk)
            throws IOException {
        List<String> told = toldBy(walk, 8);

        assertThat(told).containsOnlyOnce("UNREADABLE holds too many names").contains("fs/b FILE");
        assertThat(told).filteredOn(line -> line.startsWith("fs/a/")).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("walksWithRoomForFiveNames")
    void directoryWithJustAsManyNamesAsAreHeldIsWalkedWholly(Walk walk) throws IOException {
        List<String> told = toldBy(walk, 5);

        assertThat(told).doesNotContain("UNREADABLE holds too many names");
        assertThat(told).filteredOn(line -> line.startsWith("fs/a/")).hasSize(5);
    }
}
