package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Anchor;
import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What was remembered of anything else is not used.
final class IndexKeyTest {
    private static final String BOOT = "d1c1b3a0-0000-4000-8000-000000000001";
    private static final CompiledScope SCOPE =
            CompiledScope.of(Measured.scope("fs immutable", "fs/tmp data-only"));
    private static final List<Anchor> ANCHORS = List.of(anchor("fs/log", 3));
    private static final Path ROOT = Path.of("/host");
    private static final Digest KEY = IndexKey.of(BOOT, SCOPE, ANCHORS, ROOT);

    private static Anchor anchor(String path, long length) {
        return new Anchor(NodePath.of(path), length, Digest.ofContent(Bytes.utf8("log")));
    }

    @Test
    void sameIsTheSame() {
        assertThat(
                        IndexKey.of(
                                BOOT,
                                CompiledScope.of(
                                        Measured.scope("fs immutable", "fs/tmp data-only")),
                                List.of(anchor("fs/log", 3)),
                                Path.of("/host")))
                .isEqualTo(KEY);
    }

    @Test
    void anotherBootIsAnother() {
        String boot = "d1c1b3a0-0000-4000-8000-000000000002";

        assertThat(IndexKey.of(boot, SCOPE, ANCHORS, ROOT)).isNotEqualTo(KEY);
    }

    @Test
    void anotherScopeIsAnother() {
        CompiledScope scope = CompiledScope.of(Measured.scope("fs immutable", "fs/tmp metadata"));

        assertThat(IndexKey.of(BOOT, scope, ANCHORS, ROOT)).isNotEqualTo(KEY);
    }

    @Test
    void otherAnchorsAreOthers() {
        assertThat(IndexKey.of(BOOT, SCOPE, List.of(), ROOT)).isNotEqualTo(KEY);
        assertThat(IndexKey.of(BOOT, SCOPE, List.of(anchor("fs/log", 4)), ROOT)).isNotEqualTo(KEY);
        assertThat(IndexKey.of(BOOT, SCOPE, List.of(anchor("fs/lo", 3)), ROOT)).isNotEqualTo(KEY);
    }

    @Test
    void anotherRootIsAnother() {
        assertThat(IndexKey.of(BOOT, SCOPE, ANCHORS, Path.of("/"))).isNotEqualTo(KEY);
    }
}
