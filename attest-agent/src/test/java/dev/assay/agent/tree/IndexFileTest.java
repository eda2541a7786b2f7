package dev.assay.agent.tree;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.HostTree;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.KernelSource;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Progress;
import dev.assay.bytes.Bytes;
import dev.assay.scope.Facts;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An index is whole and of this very host, or it is not believed.
final class IndexFileTest {
    private static final Digest GOOD_FOR = Digest.ofContent(Bytes.utf8("this boot"));

    @TempDir private Path folder = Path.of("");
    private FileTree tree;
    private Path index;
    private byte[] bytes;

    @BeforeEach
    void write() throws Exception {
        Scope scope =
                Scope.parse(
                        Bytes.utf8(
                                """
                                {"name":"t","version":1,"description":"","rules":[
                                {"path":"fs","class":"immutable","reason":"a test"},
                                {"path":"fs/tmp","class":"data-only","reason":"a test"}]}"""));
        try (HostTree host = HostTree.create()) {
            host.file("bin/one", "one");
            host.file("bin/two", "two", "rwxr-xr-x");
            host.file("tmp/data", "data");
            host.directory("empty");
            host.link("bin/link", "one");
            tree =
                    requireNonNull(
                            Measurer.of(
                                            CompiledScope.of(scope),
                                            List.of(),
                                            Facts.NONE,
                                            KernelSource.NONE)
                                    .measure(host.root(), Progress.NONE)
                                    .tree());
        }
        index = folder.resolve("index");
        IndexFile.write(index, GOOD_FOR, tree);
        bytes = Files.readAllBytes(index);
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws Exception {
        FileTree read = IndexFile.read(index, GOOD_FOR).orElseThrow();

        assertThat(read.digest()).isEqualTo(tree.digest());
        assertThat(read).containsExactlyElementsOf(tree);
        assertThat(read.totals()).isEqualTo(tree.totals());
        assertThat(read.oldestRead()).isEqualTo(tree.oldestRead());
    }

    @Test
    void onlyItsOwnerCanReadIt() throws Exception {
        assertThat(Files.getPosixFilePermissions(index)).hasToString("[OWNER_READ, OWNER_WRITE]");
    }

    @Test
    void anIndexWithAnyOneBitFlippedIsNotBelieved() throws Exception {
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            requireNotBelieved("byte " + i, flipped);
        }
    }

    @Test
    void anIndexOfAnyOtherLengthIsNotBelieved() throws Exception {
        for (int length = 0; length < bytes.length; length++) {
            requireNotBelieved("cut to " + length, Arrays.copyOf(bytes, length));
        }
        requireNotBelieved("one byte more", Arrays.copyOf(bytes, bytes.length + 1));
        byte[] before = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, before, 1, bytes.length);
        requireNotBelieved("one byte before", before);
    }

    /// As a disk leaves it that wrote its blocks in another order before the power went.
    @Test
    void anIndexWithAnyBlockOfZerosIsNotBelieved() throws Exception {
        int block = 64;
        for (int start = 0; start < bytes.length; start += block) {
            byte[] torn = bytes.clone();
            Arrays.fill(torn, start, Math.min(bytes.length, start + block), (byte) 0);
            if (!Arrays.equals(torn, bytes)) {
                requireNotBelieved("zeros from " + start, torn);
            }
        }
    }

    @Test
    void anIndexThatIsGoodForSomethingElseIsNotUsed() throws Exception {
        Digest other = Digest.ofContent(Bytes.utf8("another boot"));

        assertThat(IndexFile.read(index, other)).isEmpty();
    }

    @Test
    void noIndexIsNone() throws Exception {
        Files.delete(index);

        assertThat(IndexFile.read(index, GOOD_FOR)).isEmpty();
    }

    /// What a process left that was killed while it wrote neither is read nor is in the way.
    @Test
    void aHalfThatWasLeftBesideIsReplaced() throws Exception {
        Files.write(folder.resolve("index.new"), Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(IndexFile.read(index, GOOD_FOR)).isPresent();
        IndexFile.write(index, GOOD_FOR, tree);

        assertThat(Files.readAllBytes(index)).isEqualTo(bytes);
        assertThat(folder.resolve("index.new")).doesNotExist();
    }

    private void requireNotBelieved(String what, byte[] content) throws Exception {
        Files.write(index, content);
        assertThat(IndexFile.read(index, GOOD_FOR)).as(what).isEmpty();
    }
}
