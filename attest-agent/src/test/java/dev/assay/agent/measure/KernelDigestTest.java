package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.HostTree;
import dev.assay.agent.collect.files.Crew;
import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.agent.collect.files.FsVerity;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.agent.collect.files.PosixWalk;
import dev.assay.agent.collect.files.Walk;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Few kernels that build this have fs-verity, so the kernel's answer alone is made up here; the
/// file, its times and its content are real.
final class KernelDigestTest {
    private HostTree host = HostTree.create();
    private Path program = host.file("program", "golden");
    private Optional<FsVerity.Measured> kernels = verity("aa");
    private boolean honest = true;

    KernelDigestTest() throws IOException {}

    private static Optional<FsVerity.Measured> verity(String octet) {
        return Optional.of(
                new FsVerity.Measured(FsVerity.Algorithm.SHA256, Bytes.ofHex(octet.repeat(32))));
    }

    @AfterEach
    void remove() throws IOException {
        host.close();
    }

    private Measurement measure(Pass pass) throws IOException {
        return new BothWalks(new Kernel(), 1)
                .measure(host, pass, Progress.NONE, "fs/program immutable");
    }

    private Measurement again(Measurement earlier) throws IOException {
        return measure(new Pass.Incremental(BothWalks.tree(earlier)));
    }

    /// As an intruder with the raw disk, who cannot make the kernel's digest agree.
    private void touch() throws IOException {
        Files.writeString(program, "forged");
    }

    @Test
    void isInTheLeafBesideTheContent() throws IOException {
        assertThat(BothWalks.entries(measure(new Pass.Full())).get("fs/program"))
                .contains("fs-verity=sha256:" + "aa".repeat(32))
                .contains("content=");
    }

    @Test
    void standsForTheContentWhileItIsTheSame() throws IOException {
        Measurement first = measure(new Pass.Full());
        touch();
        Measurement second = again(first);
        assertThat(second.bytesRead()).isZero();
        assertThat(BothWalks.entries(second)).isEqualTo(BothWalks.entries(first));
    }

    @Test
    void isNotBelievedWhereAnotherOneIsKept() throws IOException {
        Measurement first = measure(new Pass.Full());
        touch();
        kernels = verity("bb");
        Measurement second = again(first);
        assertThat(second.bytesRead()).isPositive();
        assertThat(BothWalks.entries(second)).isNotEqualTo(BothWalks.entries(first));
    }

    @Test
    void isNotBelievedOfAnotherSize() throws IOException {
        Measurement first = measure(new Pass.Full());
        Files.writeString(program, "golden and more");
        assertThat(again(first).bytesRead()).isPositive();
    }

    /// A FUSE answers what it likes, or never.
    @Test
    void isNotAskedOfAFilesystemThatIsNotTheKernels() throws IOException {
        honest = false;
        Measurement first = measure(new Pass.Full());
        assertThat(BothWalks.entries(first).get("fs/program")).doesNotContain("fs-verity");
        touch();
        assertThat(again(first).bytesRead()).isPositive();
    }

    @Test
    void neverStandsForTheContentInAFullPass() throws IOException {
        measure(new Pass.Full());
        assertThat(measure(new Pass.Full()).bytesRead()).isPositive();
    }

    @Test
    void thatIsLostIsAChange() throws IOException {
        Measurement first = measure(new Pass.Full());
        touch();
        kernels = Optional.empty();
        assertThat(BothWalks.entries(again(first)).get("fs/program")).doesNotContain("fs-verity");
    }

    /// Walks real files; tells of each what the test says that a kernel keeps.
    private final class Kernel implements Walk {
        @Override
        public <C> void run(Path root, NodePath as, Visitor<C> visitor, Crew crew)
                throws IOException {
            new PosixWalk().run(root, as, new Telling<>(visitor), crew);
        }
    }

    private final class Telling<C> implements Walk.Visitor<C> {
        private final Walk.Visitor<C> told;

        Telling(Walk.Visitor<C> told) {
            this.told = told;
        }

        @Override
        public @Nullable C visit(@Nullable C parent, FoundNode node) throws FileFaultException {
            return told.visit(parent, new Node(node));
        }

        @Override
        public @Nullable Collection<Bytes> names(C directory) {
            return told.names(directory);
        }

        @Override
        public void undetermined(@Nullable C parent, FoundNode node, Kind kind, String reason) {
            told.undetermined(parent, node, kind, reason);
        }

        @Override
        public void undetermined(C directory, Kind kind, String reason) {
            told.undetermined(directory, kind, reason);
        }

        @Override
        public void leftOut(C parent, FoundNode node, String reason) {
            told.leftOut(parent, node, reason);
        }

        @Override
        public void changing(C directory) {
            told.changing(directory);
        }

        @Override
        public void closed(C directory) {
            told.closed(directory);
        }
    }

    private final class Node implements FoundNode {
        private final FoundNode real;

        Node(FoundNode real) {
            this.real = real;
        }

        @Override
        public NodePath path() {
            return real.path();
        }

        @Override
        public Bytes name() {
            return real.name();
        }

        @Override
        public FileStat stat() throws FileFaultException {
            return real.stat();
        }

        @Override
        public boolean hasHonestTimes() {
            return honest;
        }

        @Override
        public Bytes target() throws FileFaultException {
            return real.target();
        }

        @Override
        public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
                throws FileFaultException {
            return real.extendedAttributes(wanted);
        }

        @Override
        public OpenFile open() throws FileFaultException {
            return new Opened(real.open());
        }
    }

    private final class Opened implements OpenFile {
        private final OpenFile real;

        Opened(OpenFile real) {
            this.real = real;
        }

        @Override
        public Optional<FsVerity.Measured> verity() {
            return kernels;
        }

        @Override
        public FileStat stat() {
            return real.stat();
        }

        @Override
        public FileStat now() throws FileFaultException {
            return real.now();
        }

        @Override
        public int read(long offset, MemorySegment into) throws FileFaultException {
            return real.read(offset, into);
        }

        @Override
        public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
                throws FileFaultException {
            return real.extendedAttributes(wanted);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
