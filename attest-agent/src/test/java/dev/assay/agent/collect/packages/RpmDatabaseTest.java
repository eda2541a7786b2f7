package dev.assay.agent.collect.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.collect.packages.RpmFixture.Tag;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RpmDatabaseTest {
    private static final Bytes BASH = Bytes.utf8("/usr/bin/bash");
    private static final Bytes SH = Bytes.utf8("/usr/bin/sh");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int PAGE = RpmFixture.PAGE;

    @TempDir Path root;

    @Test
    void aFileHasItsPackageWithVersionReleaseAndArchitecture() throws IOException {
        assertThat(ownersIn(database())).containsExactly(Map.entry(BASH, "bash 5.2-1.el9.x86_64"));
    }

    @Test
    void anEpochStandsBeforeTheVersion() throws IOException {
        List<Tag> tags = RpmFixture.bash();
        tags.add(Tag.numbers(RpmHeader.EPOCH, 2));
        assertThat(ownersOf(tags)).containsEntry(BASH, "bash 2:5.2-1.el9.x86_64");
    }

    @Test
    void aListedBinIsThatOfUsrWhereItIsALink() throws IOException {
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        assertThat(ownersIn(database())).containsOnlyKeys(BASH, SH);
    }

    @Test
    void aNameThatWouldTakeOverATerminalIsNoOwner() throws IOException {
        List<Tag> tags = RpmFixture.bash();
        tags.set(0, Tag.string(RpmHeader.NAME, "ba\u001b[2Jsh"));
        assertThat(ownersOf(tags)).isEmpty();
    }

    @Test
    void aPageThatIsItsOwnChildIsRefused() throws IOException {
        byte[] database = database();
        ByteBuffer page = ByteBuffer.wrap(database, PAGE, PAGE);
        page.put((byte) 0x05).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        page.put((byte) 0).putInt(2);
        assertThat(ownersIn(database)).isEmpty();
    }

    @Test
    void anOverflowChainThatEndsInItselfIsRefused() throws IOException {
        byte[] database = database();
        ByteBuffer.wrap(database).putInt(2 * PAGE, 3);
        assertThat(ownersIn(database)).isEmpty();
    }

    @Test
    void anOverflowChainThatLeadsOutOfTheFileIsRefused() throws IOException {
        byte[] database = database();
        ByteBuffer.wrap(database).putInt(2 * PAGE, 0x7fffffff);
        assertThat(ownersIn(database)).isEmpty();
    }

    @Test
    void aRowThatSaysThatItIsLargerThanTheFileIsNotAllocated() throws IOException {
        byte[] database = database();
        int cell = ByteBuffer.wrap(database).getShort(PAGE + 8) & 0xffff;
        database[PAGE + cell] = (byte) 0xff;
        database[PAGE + cell + 1] = (byte) 0xff;
        database[PAGE + cell + 2] = (byte) 0x7f;
        assertThat(ownersIn(database)).isEmpty();
    }

    @Test
    void aCellOutsideItsPageIsRefused() throws IOException {
        byte[] database = database();
        ByteBuffer.wrap(database).putShort(PAGE + 8, (short) 0xffff);
        assertThat(ownersIn(database)).isEmpty();
    }

    @Test
    void manyPointersToOneCellAreRefused() throws Exception {
        List<Tag> small = RpmFixture.bash();
        small.set(4, Tag.strings(RpmHeader.BASE_NAMES, "bash", "sh", "x"));
        byte[] database = RpmFixture.database(RpmFixture.header(small));
        assertThat(ownersIn(database)).containsKey(BASH);
        ByteBuffer page = ByteBuffer.wrap(database);
        page.putShort(PAGE + 3, (short) 3);
        short cell = page.getShort(PAGE + 8);
        page.putShort(PAGE + 10, cell).putShort(PAGE + 12, cell);
        write(database);
        try (FileChannel file =
                FileChannel.open(root.resolve("usr/lib/sysimage/rpm/rpmdb.sqlite"))) {
            SqliteTable table = SqliteTable.open(file);
            assertThatThrownBy(() -> table.read(2, row -> {}))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining("lie on each other");
        }
    }

    @Test
    void aFileThatEndsEarlyIsRefused() throws IOException {
        byte[] database = database();
        for (int length : new int[] {0, 15, 99, PAGE - 1, PAGE, 2 * PAGE - 1, 2 * PAGE}) {
            assertThat(ownersIn(Arrays.copyOf(database, length))).as("%d", length).isEmpty();
        }
    }

    @Test
    void aPageSizeThatIsNoneIsRefused() throws IOException {
        for (int size : new int[] {0, 2, 256, 513, 0x8001}) {
            byte[] database = database();
            ByteBuffer.wrap(database).putShort(16, (short) size);
            assertThat(ownersIn(database)).as("%d", size).isEmpty();
        }
    }

    @Test
    void countsThatLieGiveNoOwner() throws IOException {
        for (int count : new int[] {-1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 24}) {
            for (int tag = 4; tag < 7; tag++) {
                List<Tag> tags = RpmFixture.bash();
                tags.set(tag, tags.get(tag).withCount(count));
                assertThat(ownersOf(tags)).as("count %d of tag %d", count, tag).isEmpty();
            }
        }
    }

    @Test
    void directoryIndexesOutsideTheDirectoriesGiveNoOwner() throws IOException {
        List<Tag> tags = RpmFixture.bash();
        tags.set(6, Tag.numbers(RpmHeader.DIR_INDEXES, 2, -1, Integer.MIN_VALUE));
        assertThat(ownersOf(tags)).isEmpty();
    }

    @Test
    void anEntryCountThatLiesGivesNoOwner() throws IOException {
        for (int count : new int[] {-1, 1 << 16, Integer.MAX_VALUE}) {
            byte[] header = RpmFixture.header(RpmFixture.bash());
            ByteBuffer.wrap(header).putInt(0, count);
            assertThat(ownersIn(RpmFixture.database(header))).isEmpty();
        }
    }

    @Test
    void anyDamageEndsSoonWithoutThrowing() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_500; i++) {
            byte[] database = database();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                // Mostly where the structure is.
                int at = random.nextInt(random.nextBoolean() ? 2 * PAGE : database.length);
                database[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xff);
            }
            assertThat(ownersIn(database)).as("seed %d", seed).isNotNull();
        }
    }

    @Test
    void aDatabaseThatRpmMadeIsRead() throws Exception {
        Assumptions.assumeTrue(isThere("rpmbuild") && isThere("rpm"), "no rpm tools here");
        Path work = Files.createDirectory(root.resolve("work"));
        Files.writeString(
                work.resolve("fixture.spec"),
                """
                Name: assay-fixture
                Version: 1.2
                Release: 3
                Epoch: 4
                Summary: fixture
                License: none
                BuildArch: noarch
                %description
                fixture
                %install
                mkdir -p %{buildroot}/usr/bin %{buildroot}/etc/fixture
                echo a > %{buildroot}/usr/bin/fixture
                for i in $(seq 1 800); do echo a > %{buildroot}/etc/fixture/long-name-$i; done
                %files
                /usr/bin/fixture
                /etc/fixture
                """);
        String made = " --define \"_topdir $PWD/top\" --define \"_rpmdir $PWD/out\" ";
        String install = "rpm --dbpath \"$PWD/../usr/lib/sysimage/rpm\" -i --nodeps --justdb ";
        Files.createDirectories(root.resolve("usr/lib/sysimage/rpm"));
        Process process =
                new ProcessBuilder(
                                "sh",
                                "-ec",
                                "rpmbuild -bb" + made + "fixture.spec; " + install + "out/*/*.rpm")
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("log").toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Assumptions.assumeTrue(process.exitValue() == 0, "rpm cannot make a database here");
        Set<Bytes> asked =
                Set.of(
                        Bytes.utf8("/usr/bin/fixture"),
                        Bytes.utf8("/etc/fixture/long-name-800"),
                        Bytes.utf8("/etc/fixture/long-name-801"));
        assertThat(PackageOwners.of(root).lookup(asked))
                .containsOnly(
                        Map.entry(Bytes.utf8("/usr/bin/fixture"), "assay-fixture 4:1.2-3.noarch"),
                        Map.entry(
                                Bytes.utf8("/etc/fixture/long-name-800"),
                                "assay-fixture 4:1.2-3.noarch"));
    }

    private static boolean isThere(String program) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "command -v " + program).start();
        return process.waitFor() == 0;
    }

    private static byte[] database() {
        return RpmFixture.database(RpmFixture.header(RpmFixture.bash()));
    }

    private SortedMap<Bytes, String> ownersOf(List<Tag> tags) throws IOException {
        return ownersIn(RpmFixture.database(RpmFixture.header(tags)));
    }

    private SortedMap<Bytes, String> ownersIn(byte[] database) throws IOException {
        write(database);
        return Assertions.assertTimeoutPreemptively(
                SOON, () -> PackageOwners.of(root).lookup(Set.of(BASH, SH)));
    }

    private void write(byte[] database) throws IOException {
        Path folder = Files.createDirectories(root.resolve("usr/lib/sysimage/rpm"));
        Files.write(folder.resolve("rpmdb.sqlite"), database);
    }
}
