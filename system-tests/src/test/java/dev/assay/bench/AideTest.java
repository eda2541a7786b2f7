package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AideTest {
    private static final List<String> MOUNTS =
            List.of(
                    "20 1 8:1 / / rw - ext4 /dev/sda1 rw",
                    "21 20 0:5 / /usr/share/a\\040b rw - tmpfs none rw",
                    "22 20 0:6 / /usr2 rw - tmpfs none rw");

    @Test
    void mountPointsBelowTheRootAreLeftOut() {
        assertThat(Aide.below(Path.of("/usr"), MOUNTS)).containsExactly("/usr/share/a b");
        assertThat(Aide.below(Path.of("/"), MOUNTS)).containsExactly("/usr/share/a b", "/usr2");
    }

    @Test
    void configurationAsksForAllAttributesAndAllWorkers() {
        String text =
                Aide.configuration(Path.of("/srv/a+b"), Path.of("/t"), 8, List.of("/srv/a+b/c"));
        assertThat(text)
                .contains("num_workers=8\n", "database_out=file:/t/aide.db\n")
                .contains("!/srv/a\\+b/c($|/)\n")
                .endsWith("/srv/a\\+b ftype+p+u+g+s+l+n+m+c+i+sha256+acl+xattrs\n");
    }
}
