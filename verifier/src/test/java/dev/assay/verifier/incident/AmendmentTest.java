package dev.assay.verifier.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.baseline.Anchor;
import dev.assay.baseline.Baseline;
import dev.assay.baseline.Comparison;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Expectation;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.fleet.StoredDrift;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes golden, and what does not.
final class AmendmentTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Digest INCIDENT = Digest.ofContent(Bytes.utf8("incident"));
    private static final Digest OLDER = Digest.ofContent(Bytes.utf8("older"));

    private static final SortedMap<NodePath, Leaf> GOLDEN = new TreeMap<>();

    static {
        put(GOLDEN, "fs", directory("0755"));
        put(GOLDEN, "fs/etc", directory("0755"));
        put(GOLDEN, "fs/etc/motd", file("0644", "welcome"));
        put(GOLDEN, "fs/etc/hosts", file("0644", "localhost"));
        put(GOLDEN, "fs/etc/link", link("hosts"));
        put(GOLDEN, "fs/opt", directory("0755"));
        put(GOLDEN, "fs/opt/tool", file("0755", "tool"));
        put(GOLDEN, "fs/share", directory("0755"));
        put(GOLDEN, "fs/share/a", file("0644", "a"));
        put(GOLDEN, "fs/share/b", file("0644", "b"));
        put(GOLDEN, "fs/meta", directory("0755", false));
        put(GOLDEN, "fs/meta/x", file("0600", false));
        put(GOLDEN, "fs/log", directory("0755", false));
        put(GOLDEN, "fs/audit", prefix(10, "begin"));
        put(GOLDEN, "kernel/sysctl/vm.swappiness", Leaf.ofValue(Bytes.utf8("60")));
    }

    private static void put(SortedMap<NodePath, Leaf> tree, String path, Leaf leaf) {
        tree.put(NodePath.of(path), leaf);
    }

    private static Leaf file(String mode, String content) {
        return Leaf.of(
                Kind.FILE,
                Map.of(
                        Leaf.MODE, Bytes.utf8(mode),
                        Leaf.UID, Bytes.utf8("0"),
                        Leaf.GID, Bytes.utf8("0"),
                        Leaf.SIZE, Bytes.utf8(Integer.toString(content.length())),
                        Leaf.CONTENT, Bytes.utf8(Digest.ofContent(Bytes.utf8(content)).hex())));
    }

    private static Leaf file(String mode, boolean content) {
        return content ? file(mode, "x") : owned(Kind.FILE, mode);
    }

    private static Leaf owned(Kind kind, String mode) {
        return Leaf.of(
                kind,
                Map.of(
                        Leaf.MODE, Bytes.utf8(mode),
                        Leaf.UID, Bytes.utf8("0"),
                        Leaf.GID, Bytes.utf8("0")));
    }

    private static Leaf directory(String mode) {
        return owned(Kind.DIRECTORY, mode);
    }

    private static Leaf directory(String mode, boolean ignored) {
        return directory(mode);
    }

    private static Leaf link(String target) {
        return Leaf.of(
                Kind.SYMLINK,
                Map.of(
                        Leaf.UID, Bytes.utf8("0"),
                        Leaf.GID, Bytes.utf8("0"),
                        Leaf.TARGET, Bytes.utf8(target)));
    }

    private static Leaf prefix(long length, String content) {
        return Leaf.of(
                Kind.FILE,
                Map.of(
                        Leaf.MODE, Bytes.utf8("0640"),
                        Leaf.UID, Bytes.utf8("0"),
                        Leaf.GID, Bytes.utf8("0"),
                        Leaf.LENGTH, Bytes.utf8(Long.toString(length)),
                        Leaf.PREFIX, Bytes.utf8(Digest.ofContent(Bytes.utf8(content)).hex())));
    }

    private static Leaf touched(String reason) {
        SortedMap<String, Bytes> attributes = new TreeMap<>(owned(Kind.FILE, "0644").attributes());
        attributes.put(Leaf.REASON, Bytes.utf8(reason));
        return Leaf.of(Kind.FILE, attributes);
    }

    private static Rule rule(String path, MutabilityClass mutability, String... names) {
        return new Rule(PathPattern.of(path), mutability, "a test", false, List.of(names));
    }

    private static Scope scope() {
        return new Scope(
                "test",
                1,
                "for tests",
                List.of(
                        rule("fs", MutabilityClass.IMMUTABLE),
                        rule("fs/meta", MutabilityClass.METADATA),
                        rule("fs/log", MutabilityClass.ROTATING, "*.log"),
                        rule("fs/audit", MutabilityClass.APPEND_ONLY),
                        rule("kernel", MutabilityClass.IMMUTABLE)),
                List.of(
                        new Expectation(
                                PathPattern.of("kernel/sysctl/kernel.kptr_restrict"),
                                "hidden",
                                "2",
                                null,
                                null,
                                null,
                                null,
                                null)));
    }

    private static MeasurementSet set(SortedMap<NodePath, Leaf> tree) {
        List<Entry> entries = new ArrayList<>();
        tree.forEach((path, leaf) -> entries.add(Entry.of(path, leaf)));
        return MeasurementSet.of(entries);
    }

    private static Baseline baseline(List<Digest> amends) {
        MeasurementSet.Roots roots = set(GOLDEN).roots();
        return new Baseline(
                "web",
                3,
                NOW.minusSeconds(3600),
                NOW.plusSeconds(86_400),
                1,
                scope(),
                roots.total(),
                roots.subtrees(),
                new Coverage(
                        Map.of(
                                MutabilityClass.IMMUTABLE, new Coverage.Count(11, 22),
                                MutabilityClass.METADATA, new Coverage.Count(2, 0),
                                MutabilityClass.ROTATING, new Coverage.Count(5, 0),
                                MutabilityClass.APPEND_ONLY, new Coverage.Count(1, 10)),
                        List.of(new Coverage.NotMeasured("fs/proc", "another file system"))),
                List.of(
                        new Anchor(
                                NodePath.of("fs/audit"),
                                10,
                                Digest.ofContent(Bytes.utf8("begin")))),
                new Baseline.ManifestReference(OLDER, 1, 1, GOLDEN.size()),
                new Baseline.Captured(NOW, "/", "/", false, "agent 0"),
                amends,
                null);
    }

    private static SortedMap<NodePath, Leaf> with(String path, @Nullable Leaf leaf) {
        return with(GOLDEN, path, leaf);
    }

    private static SortedMap<NodePath, Leaf> with(
            SortedMap<NodePath, Leaf> tree, String path, @Nullable Leaf leaf) {
        SortedMap<NodePath, Leaf> next = new TreeMap<>(tree);
        if (leaf == null) {
            next.remove(NodePath.of(path));
        } else {
            next.put(NodePath.of(path), leaf);
        }
        return next;
    }

    private static StoredDrift drift(SortedMap<NodePath, Leaf> measured) throws Exception {
        List<Drift> drifts = new ArrayList<>();
        Comparison.run(
                EntrySource.of(set(GOLDEN)), EntrySource.of(set(measured)), scope(), drifts::add);
        return new StoredDrift(null, drifts, List.of());
    }

    private static AmendmentRequest request(
            MutabilityClass mutability, List<String> paths, String... dangerous) {
        TreeSet<NodePath> named = new TreeSet<>();
        for (String one : dangerous) {
            named.add(NodePath.of(one));
        }
        return new AmendmentRequest(
                new TreeSet<>(paths.stream().map(NodePath::of).toList()),
                mutability,
                "a false alarm",
                named);
    }

    private static Amendment.Amended amend(
            Baseline before,
            StoredDrift drift,
            @Nullable String accusation,
            AmendmentRequest request)
            throws Exception {
        return Amendment.of(
                before,
                EntrySource.of(set(GOLDEN)),
                INCIDENT,
                drift,
                accusation,
                request,
                4,
                NOW,
                "test 0");
    }

    private static Amendment.Amended amend(
            SortedMap<NodePath, Leaf> measured,
            MutabilityClass mutability,
            List<String> paths,
            String... dangerous)
            throws Exception {
        return amend(
                baseline(List.of()), drift(measured), null, request(mutability, paths, dangerous));
    }

    private static void refuses(
            SortedMap<NodePath, Leaf> measured,
            MutabilityClass mutability,
            List<String> paths,
            String because,
            String... dangerous) {
        assertThatThrownBy(() -> amend(measured, mutability, paths, dangerous))
                .isInstanceOf(AmendmentRefusedException.class)
                .hasMessageContaining(because);
    }

    private static final List<String> ALL = List.of();

    @Test
    void whatWasMeasuredIsGoldenAndTheHostsRootIsTheBaselines() throws Exception {
        SortedMap<NodePath, Leaf> measured =
                with(
                        with(with("fs/etc/motd", file("0644", "hello")), "fs/etc/hosts", null),
                        "fs/etc/new",
                        file("0640", "new"));
        Amendment.Amended amended = amend(measured, MutabilityClass.IMMUTABLE, ALL);

        assertThat(amended.baseline().root()).isEqualTo(set(measured).roots().total());
        assertThat(amended.baseline().subtrees()).isEqualTo(set(measured).roots().subtrees());
        assertThat(amended.baseline().scope()).isEqualTo(scope());
        assertThat(amended.baseline().serial()).isEqualTo(4);
        assertThat(amended.baseline().amends()).containsExactly(INCIDENT);
        assertThat(amended.accepted())
                .extracting(one -> one.drift().path().toString())
                .containsExactly("fs/etc/hosts", "fs/etc/motd", "fs/etc/new");
        assertThat(amended.left()).isEmpty();
        assertThat(amended.baseline().coverage().of(MutabilityClass.IMMUTABLE))
                .isEqualTo(new Coverage.Count(11, 22 - 7 + 5 - 9 + 3));
    }

    @Test
    void aPathThatIsNotNamedStaysDriftAndNothingIsAmended() throws Exception {
        SortedMap<NodePath, Leaf> measured =
                with(with("fs/etc/motd", file("0644", "hello")), "fs/etc/new", file("0640", "new"));
        Amendment.Amended amended =
                amend(measured, MutabilityClass.IMMUTABLE, List.of("fs/etc/motd"));

        assertThat(amended.left()).extracting(Object::toString).containsExactly("fs/etc/new");
        assertThat(amended.baseline().amends()).isEmpty();
        assertThat(amended.baseline().root())
                .isEqualTo(set(with("fs/etc/motd", file("0644", "hello"))).roots().total());
    }

    @Test
    void whatTheBaselineBeforeAmendedIsCarriedOn() throws Exception {
        Amendment.Amended amended =
                amend(
                        baseline(List.of(OLDER)),
                        drift(with("fs/etc/motd", file("0644", "hello"))),
                        null,
                        request(MutabilityClass.IMMUTABLE, ALL));

        assertThat(amended.baseline().amends()).containsExactly(OLDER, INCIDENT);
    }

    @Test
    void theOldestAmendedIncidentIsDroppedWhereThereAreTooMany() throws Exception {
        List<Digest> many = new ArrayList<>();
        for (int i = 0; i < Baseline.MAX_AMENDS; i++) {
            many.add(Digest.ofContent(Bytes.utf8("i" + i)));
        }
        Amendment.Amended amended =
                amend(
                        baseline(many),
                        drift(with("fs/etc/motd", file("0644", "hello"))),
                        null,
                        request(MutabilityClass.IMMUTABLE, ALL));

        assertThat(amended.baseline().amends())
                .hasSize(Baseline.MAX_AMENDS)
                .doesNotContain(many.getFirst())
                .endsWith(INCIDENT);
    }

    @Test
    void aClassThatMeasuresLessIsARuleBeforeAllOthers() throws Exception {
        Amendment.Amended amended =
                amend(with("fs/etc/motd", file("0644", "hello")), MutabilityClass.METADATA, ALL);
        Baseline baseline = amended.baseline();

        assertThat(baseline.scope().rules()).hasSize(scope().rules().size() + 1);
        Rule added =
                RuleState.root(baseline.scope())
                        .descend(NodePath.of("fs/etc/motd"))
                        .rule()
                        .orElseThrow();
        assertThat(added.mutability()).isEqualTo(MutabilityClass.METADATA);
        assertThat(added.reason()).isEqualTo("a false alarm");
        assertThat(added.survivesReset()).isFalse();
        assertThat(baseline.root())
                .isEqualTo(set(with("fs/etc/motd", owned(Kind.FILE, "0644"))).roots().total());
        assertThat(baseline.coverage().of(MutabilityClass.METADATA))
                .isEqualTo(new Coverage.Count(3, 0));
        assertThat(baseline.coverage().of(MutabilityClass.IMMUTABLE))
                .isEqualTo(new Coverage.Count(10, 15));
    }

    @Test
    void whatIsOnlyPresentIsHeld() throws Exception {
        Amendment.Amended amended =
                amend(with("fs/etc/new", file("0644", "hello")), MutabilityClass.PRESENT, ALL);

        assertThat(amended.baseline().root())
                .isEqualTo(set(with("fs/etc/new", Leaf.of(Kind.HELD, Map.of()))).roots().total());
    }

    @Test
    void whatIsUnmeasuredHasNoLeafAndIsNamedInTheCoverage() throws Exception {
        Amendment.Amended amended =
                amend(with("fs/etc/motd", file("0644", "hello")), MutabilityClass.UNMEASURED, ALL);

        assertThat(amended.baseline().root())
                .isEqualTo(set(with("fs/etc/motd", null)).roots().total());
        assertThat(amended.baseline().coverage().notMeasured())
                .contains(new Coverage.NotMeasured("fs/etc/motd", "a false alarm"))
                .hasSize(2);
    }

    @Test
    void aNamedFolderTakesAlongWhatLiesBelow() throws Exception {
        Amendment.Amended amended =
                amend(
                        with("fs/share/c", file("0644", "c")),
                        MutabilityClass.UNMEASURED,
                        List.of("fs/share"));
        SortedMap<NodePath, Leaf> without =
                with(with(with("fs/share", null), "fs/share/a", null), "fs/share/b", null);

        assertThat(amended.baseline().root()).isEqualTo(set(without).roots().total());
        assertThat(amended.baseline().amends()).containsExactly(INCIDENT);
    }

    @Test
    void aNamedFolderOfMetadataKeepsModeAndOwnerOfAllBelow() throws Exception {
        Amendment.Amended amended =
                amend(
                        with("fs/share/a", file("0644", "other")),
                        MutabilityClass.METADATA,
                        List.of("fs/share"));
        SortedMap<NodePath, Leaf> expected =
                with(
                        with("fs/share/a", owned(Kind.FILE, "0644")),
                        "fs/share/b",
                        owned(Kind.FILE, "0644"));

        assertThat(amended.baseline().root())
                .isEqualTo(set(with(expected, "x", null)).roots().total());
    }

    @Test
    void aFolderThatDriftedItselfHasToBeNamed() {
        refuses(
                with("fs/share", directory("0700")),
                MutabilityClass.UNMEASURED,
                ALL,
                "is a folder");
    }

    @Test
    void aFolderWithProgramsIsNotMeasuredLessUnlessItIsNamedAsDangerous() throws Exception {
        SortedMap<NodePath, Leaf> measured = with("fs/opt/readme", file("0644", "r"));
        refuses(
                measured,
                MutabilityClass.UNMEASURED,
                List.of("fs/opt"),
                "with what runs or gives rights in it");

        assertThat(
                        amend(measured, MutabilityClass.UNMEASURED, List.of("fs/opt"), "fs/opt")
                                .baseline()
                                .amends())
                .containsExactly(INCIDENT);
    }

    @ParameterizedTest
    @CsvSource({
        "fs/etc/x, 4755, set-id",
        "fs/etc/x, 0755, executable",
        "fs/etc/systemd/system/x.service, 0644, systemd-unit",
        "fs/etc/cron.d/x, 0644, cron-table",
        "fs/etc/ld.so.preload, 0644, ld-preload",
        "fs/etc/x, 0666, world-writable"
    })
    void whatRunsOrGivesRightsIsRefusedUnlessItIsNamed(String path, String mode, String danger)
            throws Exception {
        SortedMap<NodePath, Leaf> measured = with(path, file(mode, "x"));
        for (MutabilityClass mutability :
                List.of(
                        MutabilityClass.IMMUTABLE,
                        MutabilityClass.METADATA,
                        MutabilityClass.PRESENT,
                        MutabilityClass.UNMEASURED)) {
            refuses(measured, mutability, ALL, danger);
            refuses(measured, mutability, ALL, danger, "fs/etc");
            assertThat(amend(measured, mutability, ALL, path).accepted())
                    .singleElement()
                    .satisfies(one -> assertThat(one.dangers()).contains(danger));
        }
    }

    @Test
    void aKernelsLooserValueIsDangerous() throws Exception {
        SortedMap<NodePath, Leaf> measured =
                with("kernel/sysctl/vm.swappiness", Leaf.ofValue(Bytes.utf8("10")));
        refuses(measured, MutabilityClass.IMMUTABLE, ALL, "kernel-setting");
        Amendment.Amended amended =
                amend(measured, MutabilityClass.IMMUTABLE, ALL, "kernel/sysctl/vm.swappiness");

        assertThat(amended.baseline().root()).isEqualTo(set(measured).roots().total());
    }

    @Test
    void whatAnExpectationNamesIsTheScopesBusiness() {
        refuses(
                with("kernel/sysctl/kernel.kptr_restrict", Leaf.ofValue(Bytes.utf8("0"))),
                MutabilityClass.IMMUTABLE,
                ALL,
                "the scope says what it has to be",
                "kernel/sysctl/kernel.kptr_restrict");
    }

    @Test
    void whatCouldNotBeReadIsNotGolden() {
        refuses(
                with("fs/etc/motd", Leaf.ofReason(Kind.UNREADABLE, "denied")),
                MutabilityClass.IMMUTABLE,
                ALL,
                "could not be measured");
    }

    @Test
    void whatIsMissingBelowAnUnreadableFolderWasNotSeenToBeGone() {
        SortedMap<NodePath, Leaf> measured =
                with(
                        with(
                                with("fs/share", Leaf.ofReason(Kind.UNREADABLE, "denied")),
                                "fs/share/a",
                                null),
                        "fs/share/b",
                        null);
        refuses(measured, MutabilityClass.IMMUTABLE, ALL, "was not seen to be gone");
    }

    @Test
    void aLinksModeDoesNotFollowFromWhatIsKnown() {
        refuses(
                with("fs/etc/link", link("motd")),
                MutabilityClass.METADATA,
                ALL,
                "do not follow from what class immutable measured");
    }

    @Test
    void whatWasNotMeasuredDoesNotBecomeImmutable() {
        refuses(
                with("fs/meta/x", file("0644", false)),
                MutabilityClass.IMMUTABLE,
                ALL,
                "--class metadata accepts what was");
    }

    @Test
    void whatClassMetadataMeasuredIsGoldenUnderClassMetadata() throws Exception {
        SortedMap<NodePath, Leaf> measured = with("fs/meta/x", file("0644", false));
        Amendment.Amended amended = amend(measured, MutabilityClass.METADATA, ALL);

        assertThat(amended.baseline().root()).isEqualTo(set(measured).roots().total());
        assertThat(amended.baseline().scope()).isEqualTo(scope());
    }

    @ParameterizedTest
    @CsvSource({"APPEND_ONLY", "ROTATING", "DATA_ONLY"})
    void aClassThatNeedsMoreThanIsKnownIsRefused(MutabilityClass mutability) {
        refuses(
                with("fs/etc/motd", file("0644", "hello")),
                mutability,
                ALL,
                "was not measured; --class immutable accepts what was");
    }

    @Test
    void anAppendOnlyFileThatWasCutHasANewAnchor() throws Exception {
        SortedMap<NodePath, Leaf> measured = with("fs/audit", prefix(4, "begi"));
        Amendment.Amended amended = amend(measured, MutabilityClass.APPEND_ONLY, ALL);

        assertThat(amended.baseline().anchors())
                .containsExactly(
                        new Anchor(
                                NodePath.of("fs/audit"), 4, Digest.ofContent(Bytes.utf8("begi"))));
        assertThat(amended.baseline().root()).isEqualTo(set(measured).roots().total());
        assertThat(amended.baseline().coverage().of(MutabilityClass.APPEND_ONLY))
                .isEqualTo(new Coverage.Count(1, 4));
    }

    @Test
    void anAppendOnlyFileThatIsUnmeasuredHasNoAnchor() throws Exception {
        Amendment.Amended amended =
                amend(with("fs/audit", prefix(4, "begi")), MutabilityClass.UNMEASURED, ALL);

        assertThat(amended.baseline().anchors()).isEmpty();
    }

    @Test
    void aTouchedTripwireIsAcceptedOnlyByName() throws Exception {
        SortedMap<NodePath, Leaf> measured = with("fs/log/x", touched("name"));
        refuses(measured, MutabilityClass.ROTATING, ALL, "name");
        Amendment.Amended amended = amend(measured, MutabilityClass.ROTATING, ALL, "fs/log/x");

        assertThat(amended.baseline().root()).isEqualTo(set(measured).roots().total());
    }

    @Test
    void aFolderInWhichFilesComeAndGoIsNotCountedOut() {
        refuses(
                with("fs/log/x", touched("name")),
                MutabilityClass.UNMEASURED,
                List.of("fs/log"),
                "how much lies below it is not known",
                "fs/log/x");
    }

    @Test
    void whatIsGoneIsNotThere() {
        refuses(with("fs/etc/motd", null), MutabilityClass.PRESENT, ALL, "is gone");
        refuses(with("fs/etc/motd", null), MutabilityClass.METADATA, ALL, "is gone");
    }

    @Test
    void anIncidentThatNothingExplainsIsNotAmended() throws Exception {
        StoredDrift drift = drift(with("fs/etc/motd", file("0644", "hello")));

        assertThatThrownBy(
                        () ->
                                amend(
                                        baseline(List.of()),
                                        drift,
                                        "unexplained: trimmed",
                                        request(MutabilityClass.IMMUTABLE, ALL)))
                .isInstanceOf(AmendmentRefusedException.class)
                .hasMessageContaining("nobody knows what the hosts really are");
    }

    @Test
    void anIncidentThatWasSeenByAnotherGoldenIsNotApplied() {
        StoredDrift drift =
                new StoredDrift(
                        null,
                        List.of(
                                new Drift(
                                        NodePath.of("fs/etc/motd"),
                                        file("0644", "another golden"),
                                        file("0644", "hello"),
                                        null,
                                        false)),
                        List.of());

        assertThatThrownBy(
                        () ->
                                amend(
                                        baseline(List.of()),
                                        drift,
                                        null,
                                        request(MutabilityClass.IMMUTABLE, ALL)))
                .isInstanceOf(AmendmentRefusedException.class)
                .hasMessageContaining("is not what it was in the baseline");
    }

    private static StoredDrift subtree(String path) {
        return new StoredDrift(
                null,
                List.of(),
                List.of(new DriftReport.Subtree(NodePath.of(path), OLDER, 3000, 0, 0, 0)));
    }

    @Test
    void whatIsOnlyCountedDoesNotBecomeGolden() {
        assertThatThrownBy(
                        () ->
                                amend(
                                        baseline(List.of()),
                                        subtree("fs/share"),
                                        null,
                                        request(MutabilityClass.IMMUTABLE, ALL)))
                .isInstanceOf(AmendmentRefusedException.class)
                .hasMessageContaining("only counts are known");
    }

    @Test
    void whatIsOnlyCountedIsTakenOutOfWhatIsMeasuredByName() throws Exception {
        AmendmentRequest unnamed = request(MutabilityClass.UNMEASURED, List.of("fs/share"));
        assertThatThrownBy(() -> amend(baseline(List.of()), subtree("fs/share"), null, unnamed))
                .isInstanceOf(AmendmentRefusedException.class)
                .hasMessageContaining("--accept-dangerous");
        Amendment.Amended amended =
                amend(
                        baseline(List.of()),
                        subtree("fs/share"),
                        null,
                        request(MutabilityClass.UNMEASURED, List.of("fs/share"), "fs/share"));

        assertThat(amended.wholesale()).hasSize(1);
        assertThat(amended.baseline().amends()).containsExactly(INCIDENT);
    }

    @Test
    void aWholePartOfTheTreeIsTooMuch() {
        refuses(
                with("fs/etc/motd", file("0644", "hello")),
                MutabilityClass.UNMEASURED,
                List.of("fs"),
                "too much");
    }

    @Test
    void aPathThatIsNotInTheIncidentIsRefused() {
        refuses(
                with("fs/etc/motd", file("0644", "hello")),
                MutabilityClass.IMMUTABLE,
                List.of("fs/share"),
                "nothing at or below it");
    }

    @Test
    void aPathBelowAnotherThatIsNamedIsRefused() {
        refuses(
                with("fs/share/a", file("0644", "hello")),
                MutabilityClass.IMMUTABLE,
                List.of("fs/share", "fs/share/a"),
                "which is named too");
    }

    @Test
    void everyProblemIsTold() {
        SortedMap<NodePath, Leaf> measured =
                with(with("fs/etc/x", file("4755", "x")), "fs/etc/y", file("0755", "y"));

        assertThatThrownBy(() -> amend(measured, MutabilityClass.IMMUTABLE, ALL))
                .isInstanceOfSatisfying(
                        AmendmentRefusedException.class,
                        refused -> assertThat(refused.problems()).hasSize(2));
    }

    @ParameterizedTest
    @CsvSource({
        "fs/etc/a*b",
        "fs/etc/a?b",
        "fs/etc/[ab]",
        "fs/etc/a\\b",
        "fs/etc/**",
        "fs/etc/%FF"
    })
    void aNameThatLooksLikeAPatternNamesOnlyItself(String path) {
        PathPattern pattern = PathPattern.naming(NodePath.of(path));
        Scope scope =
                new Scope(
                        "t",
                        1,
                        "t",
                        List.of(
                                rule("fs", MutabilityClass.IMMUTABLE),
                                new Rule(pattern, MutabilityClass.PRESENT, "t", false, List.of())),
                        List.of());

        assertThat(RuleState.root(scope).descend(NodePath.of(path)).isNamed()).isTrue();
        assertThat(RuleState.root(scope).descend(NodePath.of("fs/etc/axb")).isNamed()).isFalse();
        assertThat(RuleState.root(scope).descend(NodePath.of("fs/etc/a")).isNamed()).isFalse();
    }
}
