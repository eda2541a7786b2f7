package dev.assay.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UndeterminedRegionsTest {
    private static final Leaf FOLDER = Leaf.of(Kind.DIRECTORY, Map.of());
    private static final Leaf FILE = Leaf.of(Kind.FILE, Map.of());
    private static final Leaf UNREADABLE = Leaf.ofReason(Kind.UNREADABLE, "EACCES");
    private static final Drift FOLDER_UNREADABLE =
            new Drift(NodePath.of("fs/a"), FOLDER, UNREADABLE, null, false);

    private final UndeterminedRegions regions = new UndeterminedRegions();

    @Test
    void whatIsMissingBelowAnUnreadableFolderIsUndetermined() {
        assertThat(regions.covers(FOLDER_UNREADABLE)).isTrue();
        assertThat(regions.covers(removed("fs/a/b"))).isTrue();
        assertThat(regions.covers(removed("fs/a/b/c"))).isTrue();
    }

    @Test
    void whatIsMissingBesideAnUnreadableFolderIsRemoved() {
        assertThat(regions.covers(FOLDER_UNREADABLE)).isTrue();
        assertThat(regions.covers(removed("fs/ab"))).isFalse();
    }

    @Test
    void whatWasAddedBelowAnUnreadableFolderIsDrift() {
        assertThat(regions.covers(FOLDER_UNREADABLE)).isTrue();
        Drift added = new Drift(NodePath.of("fs/a/x"), null, FILE, null, false);
        assertThat(regions.covers(added)).isFalse();
    }

    @Test
    void whatIsMissingBelowAFolderThatWasReadIsRemoved() {
        assertThat(regions.covers(removed("fs/a/b"))).isFalse();
    }

    private static Drift removed(String path) {
        return new Drift(NodePath.of(path), FILE, null, null, false);
    }
}
