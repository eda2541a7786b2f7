package dev.assay.verifier.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.Comparison;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftCollector;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.GoldenTree;
import dev.assay.baseline.ManifestWriter;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import dev.assay.verifier.appraise.Claims.Claim;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A manifest answers the same whether it is kept in memory, has to make room, or is read anew.
final class ManifestClaimsTest {
    /// One manifest is 500 entries of about 60 bytes.
    private static final long ALL = 100 << 20;

    private static final long NONE = 0;

    private final Shelf shelf = new Shelf();

    /// Counts how often a manifest is read.
    private static final class Shelf implements ManifestArchive {
        private byte[] packed = {};
        private int opened;

        @Override
        public InputStream open(ManifestReference reference) {
            opened++;
            return new ByteArrayInputStream(packed);
        }

        @Override
        public Path receive(InputStream in, long maxBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void discard(Path received) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void keep(GoldenFile file, ManifestReference reference) {
            throw new UnsupportedOperationException();
        }
    }

    private static MeasurementSet tree(String... changed) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String name = String.format("fs/file-%03d", i);
            String value = List.of(changed).contains(name) ? "changed" : "golden";
            entries.add(Entry.of(NodePath.of(name), Leaf.ofValue(Bytes.utf8(value))));
        }
        return MeasurementSet.of(entries);
    }

    private static Scope scope() {
        Rule files =
                new Rule(
                        PathPattern.of("fs"),
                        MutabilityClass.IMMUTABLE,
                        "all of it",
                        false,
                        List.of());
        return new Scope("test", 1, "for tests", List.of(files), List.of());
    }

    private Baseline published(MeasurementSet golden) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        ManifestReference reference = ManifestWriter.write(golden, packed);
        shelf.packed = packed.toByteArray();
        MeasurementSet.Roots roots = golden.roots();
        return new Baseline(
                "web",
                1,
                Given.NOON,
                Given.NOON.plus(Duration.ofDays(90)),
                MeasurementSet.MEASUREMENT_VERSION,
                scope(),
                roots.total(),
                roots.subtrees(),
                Coverage.NONE,
                List.of(),
                reference,
                new Baseline.Captured(Given.NOON, "/", "/", false, "test 0"));
    }

    private static DriftReport report(MeasurementSet golden, MeasurementSet measured)
            throws Exception {
        DriftCollector drifts = new DriftCollector();
        Comparison.run(EntrySource.of(golden), EntrySource.of(measured), scope(), drifts);
        return drifts.report(measured, Map.of());
    }

    @ParameterizedTest
    @ValueSource(longs = {NONE, ALL})
    void aReportGivesTheTreeThatItClaims(long maxBytes) throws Exception {
        Baseline baseline = published(tree());
        ManifestClaims claims = new ManifestClaims(shelf, maxBytes);
        MeasurementSet measured = tree("fs/file-007", "fs/file-300");

        for (int i = 0; i < 3; i++) {
            Claim claim = claims.claim(baseline, report(tree(), measured));
            assertThat(claim).isInstanceOf(Claim.Tree.class);
            assertThat(((Claim.Tree) claim).tree().root()).isEqualTo(measured.roots().total());
            assertThat(((Claim.Tree) claim).tree().drifts())
                    .extracting(drift -> drift.path().toString())
                    .containsExactly("fs/file-007", "fs/file-300");
        }
        assertThat(shelf.opened).isEqualTo(maxBytes == ALL ? 1 : 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {NONE, ALL})
    void aReportOfWhatIsGoldenIsImpossible(long maxBytes) throws Exception {
        Baseline baseline = published(tree());
        DriftReport lie =
                new DriftReport(
                        List.of(new DriftReport.Item(NodePath.of("fs/none"), null, null)),
                        List.of(),
                        1);

        assertThat(new ManifestClaims(shelf, maxBytes).claim(baseline, lie))
                .isInstanceOf(Claim.Impossible.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {NONE, ALL})
    void aDamagedManifestAccusesNobody(long maxBytes) throws Exception {
        Baseline baseline = published(tree());
        published(tree("fs/file-007"));

        assertThat(
                        new ManifestClaims(shelf, maxBytes)
                                .claim(baseline, report(tree(), tree("fs/file-300"))))
                .isInstanceOf(Claim.Unavailable.class);
    }

    @Test
    void whatWasAskedForLastIsKeptWhereNotAllHaveRoom() throws Exception {
        Baseline first = published(tree());
        byte[] firstPacked = shelf.packed;
        long roomForOne = GoldenTree.of(EntrySource.of(tree())).bytes() * 3 / 2;
        ManifestClaims claims = new ManifestClaims(shelf, roomForOne);
        claims.claim(first, report(tree(), tree("fs/file-001")));
        MeasurementSet other = tree("fs/file-499");
        Baseline second = published(other);
        claims.claim(second, report(other, tree()));
        assertThat(shelf.opened).isEqualTo(2);

        claims.claim(second, report(other, tree("fs/file-001")));
        assertThat(shelf.opened).isEqualTo(2);
        shelf.packed = firstPacked;
        assertThat(claims.claim(first, report(tree(), tree("fs/file-001"))))
                .isInstanceOf(Claim.Tree.class);
    }
}
