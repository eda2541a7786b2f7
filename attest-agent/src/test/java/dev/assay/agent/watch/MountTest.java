package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MountTest {
    private static Bytes utf8(String text) {
        return Bytes.utf8(text);
    }

    private static Mount mount(String root, String point) {
        return new Mount(1, 0, "8:1", utf8(root), utf8(point), "ext4");
    }

    @Test
    void lineOfTheTableIsRead() {
        List<Mount> table =
                Mount.table(
                        utf8(
                                """
                                36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
                                37 36 0:5 /gone//deleted /a\\040b\\134 rw - tmpfs x y
                                not understood
                                x y 0:5 / / rw - tmpfs x y
                                """));
        assertThat(table)
                .containsExactly(
                        new Mount(36, 35, "98:0", utf8("/mnt1"), utf8("/mnt2"), "ext3"),
                        new Mount(37, 36, "0:5", utf8("/gone"), utf8("/a b\\"), "tmpfs"));
    }

    @Test
    void pathsAreSeenThroughTheMountThatShowsThem() {
        assertThat(mount("/", "/").seenAt(utf8("/usr/bin"))).isEqualTo(utf8("/usr/bin"));
        assertThat(mount("/", "/boot").seenAt(utf8("/efi"))).isEqualTo(utf8("/boot/efi"));
        assertThat(mount("/", "/boot").seenAt(utf8("/"))).isEqualTo(utf8("/boot"));
        assertThat(mount("/srv/a", "/b").seenAt(utf8("/srv/a/c"))).isEqualTo(utf8("/b/c"));
        assertThat(mount("/srv/a", "/b").seenAt(utf8("/srv/a"))).isEqualTo(utf8("/b"));
        assertThat(mount("/srv/a", "/b").seenAt(utf8("/srv/ab"))).isNull();
        assertThat(mount("/srv/a", "/b").seenAt(utf8("/srv"))).isNull();
        assertThat(mount("/srv/a", "/").seenAt(utf8("/srv/a/c"))).isEqualTo(utf8("/c"));
    }

    @Test
    void theWayBackLeadsToTheSamePath() {
        for (String root : List.of("/", "/srv/a")) {
            for (String point : List.of("/", "/b")) {
                Mount mount = mount(root, point);
                for (String below : List.of("", "/c", "/c/d")) {
                    Bytes path = Mount.join(utf8(root), utf8(below));
                    Bytes seen = Objects.requireNonNull(mount.seenAt(path));
                    assertThat(mount.within(seen)).isEqualTo(path);
                }
            }
        }
    }
}
