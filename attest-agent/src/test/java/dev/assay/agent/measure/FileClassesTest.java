package dev.assay.agent.measure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.agent.HostTree;
import dev.assay.baseline.Anchor;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.MutabilityClass;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FileClassesTest {
    private HostTree host;

    @BeforeEach
    void makeHost() throws IOException {
        host = HostTree.create();
    }

    @AfterEach
    void removeHost() throws IOException {
        host.close();
    }

    private static String text(Leaf leaf, String attribute) {
        return leaf.attribute(attribute).orElseThrow().lossyText();
    }

    @Test
    void immutableFileHasAllItsAttributesAndNoTimes() throws IOException {
        host.file("usr/bin/tool", "hello", "rwxr-xr-x");

        Leaf leaf = Measured.leaves(host, "fs immutable").get("fs/usr/bin/tool");

        assertThat(leaf.kind()).isEqualTo(Kind.FILE);
        assertThat(leaf.attributes().keySet())
                .containsExactly(Leaf.CONTENT, Leaf.GID, Leaf.MODE, Leaf.SIZE, Leaf.UID);
        assertThat(text(leaf, Leaf.MODE)).isEqualTo("0755");
        assertThat(text(leaf, Leaf.SIZE)).isEqualTo("5");
        assertThat(text(leaf, Leaf.CONTENT)).isEqualTo(Digest.ofContent(Bytes.utf8("hello")).hex());
    }

    @Test
    void immutableTreeNamesEveryKindOfThing() throws IOException {
        host.directory("empty");
        host.link("link", "../somewhere\nelse");
        host.fifo("pipe");
        host.mode("empty", 01777);

        Leaves leaves = Measured.leaves(host, "fs immutable");

        assertThat(leaves.keySet()).containsExactly("fs", "fs/empty", "fs/link", "fs/pipe");
        assertThat(leaves.get("fs/empty").attributes().keySet())
                .containsExactly(Leaf.GID, Leaf.MODE, Leaf.UID);
        assertThat(text(leaves.get("fs/empty"), Leaf.MODE)).isEqualTo("1777");
        assertThat(leaves.get("fs/link").attributes().keySet())
                .containsExactly(Leaf.GID, Leaf.TARGET, Leaf.UID);
        assertThat(text(leaves.get("fs/link"), Leaf.TARGET)).isEqualTo("../somewhere\nelse");
        assertThat(leaves.get("fs/pipe").kind()).isEqualTo(Kind.FIFO);
    }

    @Test
    void deviceIsNamedByItsNumbersAndNotOpened() throws IOException {
        assumeTrue(host.characterDevice("null", 1, 3), "making devices needs root");

        Leaf leaf = Measured.leaves(host, "fs immutable").get("fs/null");

        assertThat(leaf.kind()).isEqualTo(Kind.CHAR_DEVICE);
        assertThat(text(leaf, Leaf.DEVICE)).isEqualTo("1:3");
    }

    @Test
    void extendedAttributesEnterAnImmutableLeaf() throws IOException {
        host.file("tool", "x");
        assumeTrue(
                host.attribute("tool", "user.note", "short".getBytes(UTF_8)), "no attributes here");
        host.attribute("tool", "user.long", new byte[300]);
        host.attribute("tool", "user.sp ace", "s".getBytes(UTF_8));
        host.attribute("tool", "user.overlay.opaque", "y".getBytes(UTF_8));

        Leaf leaf = Measured.leaves(host, "fs immutable").get("fs/tool");

        assertThat(text(leaf, "xattr.user.note")).isEqualTo("short");
        assertThat(text(leaf, "xattr.user.sp%20ace")).isEqualTo("s");
        assertThat(text(leaf, "xattr-sha256.user.long"))
                .isEqualTo(Digest.ofContent(Bytes.copyOf(new byte[300])).hex());
        assertThat(leaf.attributes().keySet()).noneMatch(name -> name.contains("overlay"));
    }

    @Test
    void moreExtendedAttributesThanALeafHoldsAreOneDigest() throws IOException {
        host.file("tool", "x");
        assumeTrue(host.attribute("tool", "user.0", "v".getBytes(UTF_8)), "no attributes here");
        int made = 1;
        while (made < 300 && host.attribute("tool", "user." + made, "v".getBytes(UTF_8))) {
            made++;
        }
        assumeTrue(made > 128, "the filesystem holds no more");

        Leaf leaf = Measured.leaves(host, "fs immutable").get("fs/tool");

        assertThat(leaf.attributes().keySet()).contains("xattr-sha256.*");
        assertThat(leaf.attributes()).hasSize(6);
    }

    @Test
    void fileCapabilityIsInMetadataToo() throws IOException {
        host.file("tool", "x");
        byte[] capability = new byte[20];
        capability[3] = 2;
        capability[5] = 0x20;
        assumeTrue(
                host.attribute("tool", "security.capability", capability),
                "setting a capability needs root");

        Leaf immutable = Measured.leaves(host, "fs immutable").get("fs/tool");
        Leaf metadata = Measured.leaves(host, "fs metadata").get("fs/tool");

        assertThat(immutable.attributes()).containsKey("xattr.security.capability");
        assertThat(metadata.attributes().keySet())
                .containsExactly(Leaf.GID, Leaf.MODE, Leaf.UID, "xattr.security.capability");
    }

    @Test
    void metadataForgetsContentAndSize() throws IOException {
        host.file("state", "one");
        Digest before = Measured.measure(host, "fs metadata").set().roots().total();

        host.file("state", "another, longer");

        assertThat(Measured.measure(host, "fs metadata").set().roots().total()).isEqualTo(before);
    }

    @Test
    void copiesOnOtherInodesAtOtherTimesHaveTheSameRoot() throws Exception {
        host.file("usr/bin/tool", "hello", "rwxr-xr-x");
        host.link("usr/bin/alias", "tool");
        host.directory("usr/empty");
        Files.createLink(host.root().resolve("usr/bin/twin"), host.root().resolve("usr/bin/tool"));
        try (HostTree copy = HostTree.create()) {
            new ProcessBuilder(
                            "cp",
                            "-a",
                            host.root().resolve("usr").toString(),
                            copy.root().toString())
                    .start()
                    .waitFor();
            Path tool = copy.root().resolve("usr/bin/tool");
            Files.setLastModifiedTime(tool, FileTime.fromMillis(1));

            assertThat(Measured.measure(copy, "fs/usr immutable").set().roots())
                    .isEqualTo(Measured.measure(host, "fs/usr immutable").set().roots());
        }
    }

    @Test
    void hardLinksAreEachALeafAndReadOnce() throws IOException {
        Path file = host.file("one", "x".repeat(100_000));
        Files.createLink(host.root().resolve("two"), file);

        Measurement measurement = Measured.measure(host, "fs immutable");

        Leaves leaves = Leaves.of(measurement);
        assertThat(leaves.get("fs/two")).isEqualTo(leaves.get("fs/one"));
        assertThat(measurement.bytesRead()).isEqualTo(100_000);
        assertThat(measurement.coverage().of(MutabilityClass.IMMUTABLE).bytes()).isEqualTo(200_000);
    }

    @Test
    void sparseFileIsItsZeros() throws IOException {
        Path file = host.file("sparse", "");
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.position((5L << 20) - 1).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }

        Leaf leaf = Measured.leaves(host, "fs immutable").get("fs/sparse");

        assertThat(text(leaf, Leaf.CONTENT))
                .isEqualTo(Digest.ofContent(Bytes.copyOf(new byte[5 << 20])).hex());
    }

    private Leaf log(String content, List<Anchor> anchors) throws IOException {
        host.file("log", content);
        return Leaves.of(Measured.measure(host, anchors, "fs/log append-only")).get("fs/log");
    }

    private static List<Anchor> anchor(String content) {
        return List.of(
                new Anchor(
                        NodePath.of("fs/log"),
                        content.length(),
                        Digest.ofContent(Bytes.utf8(content))));
    }

    @Test
    void appendOnlyFileThatGrewIsTheSameLeaf() throws IOException {
        Leaf captured = log("abc", List.of());

        assertThat(log("abcdef", anchor("abc"))).isEqualTo(captured);
        assertThat(captured.attributes().keySet())
                .containsExactly(Leaf.GID, Leaf.LENGTH, Leaf.MODE, Leaf.PREFIX, Leaf.UID);
    }

    @Test
    void appendOnlyFileThatWasRewrittenDiffers() throws IOException {
        Leaf captured = log("abc", List.of());

        Leaf rewritten = log("abXdef", anchor("abc"));

        assertThat(text(rewritten, Leaf.LENGTH)).isEqualTo("3");
        assertThat(rewritten.attribute(Leaf.PREFIX)).isNotEqualTo(captured.attribute(Leaf.PREFIX));
    }

    @Test
    void appendOnlyFileThatWasCutIsShorter() throws IOException {
        assertThat(text(log("a", anchor("abc")), Leaf.LENGTH)).isEqualTo("1");
    }

    @Test
    void presentIsAConstantAndNotEntered() throws IOException {
        host.file("var/lib/state/a", "x");

        Leaves leaves = Measured.leaves(host, "fs/var/lib/state present");

        assertThat(leaves.keySet()).containsExactly("fs/var/lib/state");
        assertThat(leaves.get("fs/var/lib/state").kind()).isEqualTo(Kind.HELD);
        assertThat(leaves.get("fs/var/lib/state").attributes()).isEmpty();
    }

    @Test
    void deeperRuleMeasuresInsideWhatIsNotMeasured() throws IOException {
        host.file("var/lib/x/config/app.conf", "x");
        host.file("var/lib/x/data/blob", "x");

        Measurement measurement =
                Measured.measure(
                        host,
                        "fs immutable",
                        "fs/var/lib/x unmeasured",
                        "fs/var/lib/x/config immutable");

        assertThat(Leaves.of(measurement).keySet())
                .containsExactly(
                        "fs",
                        "fs/var",
                        "fs/var/lib",
                        "fs/var/lib/x/config",
                        "fs/var/lib/x/config/app.conf");
        assertThat(measurement.notMeasured()).isEqualTo(1);
        assertThat(measurement.coverage().notMeasured().getFirst().path())
                .isEqualTo("fs/var/lib/x");
    }

    @Test
    void whatNoRuleCoversLeavesNoNode() throws IOException {
        host.file("usr/bin/tool", "x");
        host.file("home/someone/letter", "x");

        assertThat(Measured.leaves(host, "fs/usr/bin immutable").keySet())
                .containsExactly("fs/usr/bin", "fs/usr/bin/tool");
    }
}
