package dev.assay.verifier.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.StoredDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathNatureTest {
    private static Leaf file(String mode) {
        return Leaf.of(Kind.FILE, Map.of(Leaf.MODE, Bytes.utf8(mode)));
    }

    private static PathNature of(String path, Leaf leaf) {
        return PathNature.of(NodePath.of(path), leaf);
    }

    @ParameterizedTest
    @CsvSource({
        "fs/usr/bin/x, 4755, executable set-id",
        "fs/usr/bin/x, 2711, executable set-id",
        "fs/usr/bin/x, 0755, executable",
        "fs/etc/motd, 0644, ''",
        "fs/etc/motd, 0666, world-writable",
        "fs/etc/systemd/system/x.service, 0644, systemd-unit",
        "fs/etc/cron.d/x, 0644, cron-table",
        "fs/root/.ssh/authorized_keys, 0600, authorized-keys",
        "fs/etc/ld.so.preload, 0644, ld-preload",
        "fs/usr/lib/libx.so.1, 0644, shared-library",
        "fs/usr/lib/modules/6.1/x.ko.xz, 0644, kernel-module",
        "fs/etc/sudoers.d/x, 0440, sudoers",
        "fs/var/cache/x.so, 0644, shared-library"
    })
    void whatAFileWouldLetSomebodyDo(String path, String mode, String dangers) {
        assertThat(String.join(" ", of(path, file(mode)).dangers())).isEqualTo(dangers);
    }

    @Test
    void aCapabilityIsADanger() {
        Leaf leaf =
                Leaf.of(
                        Kind.FILE,
                        Map.of(
                                Leaf.MODE,
                                Bytes.utf8("0644"),
                                "xattr.security.capability",
                                Bytes.utf8("x")));

        assertThat(of("fs/srv/x", leaf).dangers()).containsExactly("capability");
    }

    @Test
    void aTripwiresReasonIsADanger() {
        Leaf leaf =
                Leaf.of(
                        Kind.FILE,
                        Map.of(Leaf.MODE, Bytes.utf8("0644"), Leaf.REASON, Bytes.utf8("script")));

        assertThat(of("fs/var/lib/x", leaf).dangers()).containsExactly("script");
    }

    @Test
    void whatCouldNotBeReadSaysNothing() {
        Leaf leaf = Leaf.ofReason(Kind.UNREADABLE, "permission denied");

        assertThat(of("fs/usr/bin/x", leaf).dangers()).isEmpty();
    }

    @Test
    void whatIsGoneDoesNothing() {
        assertThat(PathNature.of(NodePath.of("fs/usr/bin/x"), null).dangers()).isEmpty();
    }

    @Test
    void modulesMountsAndDevicesAreDangers() {
        Leaf empty = Leaf.ofValue(Bytes.EMPTY);
        assertThat(of("kernel/module/evil", empty).dangers()).containsExactly("kernel-module");
        assertThat(of("kernel/sysctl/kernel.kptr_restrict", empty).dangers())
                .containsExactly("kernel-setting");
        assertThat(of("mount/usr", Leaf.of(Kind.MOUNT, Map.of())).dangers())
                .containsExactly("mount");
        assertThat(of("fs/dev/x", Leaf.of(Kind.BLOCK_DEVICE, Map.of())).dangers())
                .containsExactly("device");
    }

    @ParameterizedTest
    @CsvSource({
        "fs/var/cache/man/index.db, true",
        "fs/etc/passwd~, true",
        "fs/etc/.motd.swp, true",
        "fs/usr/lib/python3/__pycache__/x.pyc, true",
        "fs/home/x/.cache/y, true",
        "fs/etc/passwd, false",
        "fs/usr/share/doc/x, false"
    })
    void whatLooksLikeData(String path, boolean data) {
        assertThat(of(path, file("0644")).data()).isEqualTo(data);
    }

    @Test
    void aProgramAmongDataIsNoData() {
        assertThat(of("fs/var/cache/x", file("0755")).data()).isFalse();
    }

    private static Drift added(String path, String mode, @Nullable String owner) {
        return new Drift(NodePath.of(path), null, file(mode), owner, false);
    }

    private static DriftFacts facts(Drift... drifts) {
        return DriftFacts.of(new StoredDrift(null, List.of(drifts), List.of()));
    }

    @Test
    void aPackageWhoseDatabaseEntryChangedTooIsAnUpdate() {
        DriftFacts facts =
                facts(
                        added("fs/usr/bin/ssh", "0755", "openssh-client 1:9.2p1-2"),
                        added("fs/var/lib/dpkg/info/openssh-client.md5sums", "0644", null));

        assertThat(facts.allUpdated()).isTrue();
        assertThat(facts.packages()).containsExactly(Map.entry("openssh-client", true));
    }

    @Test
    void aDatabaseEntryWithAnArchitectureIsOfItsPackage() {
        DriftFacts facts =
                facts(
                        added("fs/usr/lib/libssl.so.3", "0644", "libssl3 3.0.1"),
                        added("fs/var/lib/dpkg/info/libssl3:amd64.list", "0644", null));

        assertThat(facts.allUpdated()).isTrue();
    }

    @Test
    void aPackagesLeafThatChangedIsAnUpdate() {
        DriftFacts facts =
                facts(
                        added("fs/usr/bin/ssh", "0755", "openssh-client 9"),
                        new Drift(
                                NodePath.of("package/deb/openssh-client"),
                                Leaf.ofValue(Bytes.utf8("8")),
                                Leaf.ofValue(Bytes.utf8("9")),
                                null,
                                false));

        assertThat(facts.allUpdated()).isTrue();
    }

    @Test
    void aPackagesFileAloneIsNoUpdate() {
        DriftFacts facts = facts(added("fs/usr/bin/ssh", "0755", "openssh-client 9"));

        assertThat(facts.allUpdated()).isFalse();
        assertThat(facts.allOwned()).isTrue();
    }

    @Test
    void oneFileThatNoPackageOwnsMakesItNoUpdate() {
        DriftFacts facts =
                facts(
                        added("fs/usr/bin/ssh", "0755", "openssh-client 9"),
                        added("fs/var/lib/dpkg/info/openssh-client.md5sums", "0644", null),
                        added("fs/usr/bin/.x", "0755", null));

        assertThat(facts.allUpdated()).isFalse();
    }

    @Test
    void packagesAreBounded() {
        List<Drift> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(added("fs/usr/bin/x" + i, "0755", "p" + i + " 1"));
        }
        DriftFacts facts = facts(many.toArray(Drift[]::new));

        assertThat(facts.packages()).hasSize(DriftFacts.MAX_PACKAGES);
        assertThat(facts.owned()).isEqualTo(100);
    }

    @Test
    void whatCouldNotBeReadIsCountedApart() {
        DriftFacts facts =
                facts(
                        new Drift(
                                NodePath.of("fs/etc/x"),
                                file("0644"),
                                Leaf.ofReason(Kind.UNREADABLE, "denied"),
                                null,
                                false));

        assertThat(facts.listed()).isZero();
        assertThat(facts.undetermined()).isEqualTo(1);
    }
}
