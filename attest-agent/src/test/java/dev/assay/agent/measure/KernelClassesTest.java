package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelClassesTest {
    private static final NodePath KPTR = NodePath.of("kernel/sysctl/kernel.kptr_restrict");
    private static final NodePath HOSTNAME = NodePath.of("kernel/sysctl/kernel.hostname");

    private static Entry value(NodePath path, String value) {
        return Entry.of(path, Leaf.ofValue(Bytes.utf8(value)));
    }

    private static Measurement measure(String scope, Entry... entries) throws IOException {
        return Measurer.of(
                        CompiledScope.of(Measured.parse(scope)),
                        List.of(),
                        Facts.of(Map.of(Facts.HOST_NAME, "web-1")),
                        () -> List.of(entries))
                .measure(Path.of("/"), Progress.NONE);
    }

    private static String scope(String mutability, String expectations) {
        return """
        {"name":"k","version":1,"description":"",
         "rules":[{"path":"kernel/sysctl","class":"%s","reason":"a test"}],
         "expectations":[%s]}
        """
                .formatted(mutability, expectations);
    }

    private static String expectation(NodePath path, String condition) {
        return "{\"path\":\"" + path + "\",\"reason\":\"a test\"," + condition + "}";
    }

    @Test
    void immutableValueIsItself() throws IOException {
        Leaf leaf = Leaves.of(measure(scope("immutable", ""), value(KPTR, "2"))).get(KPTR + "");

        assertThat(leaf).isEqualTo(Leaf.ofValue(Bytes.utf8("2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "present"})
    void valueOfALenientClassIsAConstant(String mutability) throws IOException {
        Leaf leaf = Leaves.of(measure(scope(mutability, ""), value(KPTR, "2"))).get(KPTR + "");

        assertThat(leaf.kind()).isEqualTo(Kind.HELD);
        assertThat(leaf.attributes()).isEmpty();
    }

    @Test
    void unreadableValueOfALenientClassIsStillUnreadable() throws IOException {
        Entry unreadable = Entry.of(KPTR, Leaf.ofReason(Kind.UNREADABLE, "EACCES"));

        Measurement measurement = measure(scope("present", ""), unreadable);

        assertThat(measurement.undetermined()).isEqualTo(1);
    }

    @Test
    void unmeasuredValueIsDroppedAndSaidOnce() throws IOException {
        Measurement measurement =
                measure(scope("unmeasured", ""), value(KPTR, "2"), value(HOSTNAME, "web-1"));

        assertThat(measurement.set().size()).isZero();
    }

    @Test
    void valuesThatHoldAreOneLeafWhateverTheyAre() throws IOException {
        String scope = scope("immutable", expectation(KPTR, "\"oneOf\":[\"1\",\"2\"]"));

        Measurement one = measure(scope, value(KPTR, "1"));
        Measurement two = measure(scope, value(KPTR, "2"));

        assertThat(one.set().roots()).isEqualTo(two.set().roots());
        assertThat(one.broken()).isEmpty();
    }

    @Test
    void valueThatBreaksAnExpectationIsItselfAndIsNamed() throws IOException {
        Measurement measurement =
                measure(scope("immutable", expectation(KPTR, "\"exact\":\"2\"")), value(KPTR, "0"));

        assertThat(Leaves.of(measurement).get(KPTR + "").kind()).isEqualTo(Kind.VALUE);
        assertThat(measurement.broken()).extracting(BrokenExpectation::path).containsExactly(KPTR);
    }

    @Test
    void expectedValueThatIsNotThereIsBroken() throws IOException {
        Measurement measurement = measure(scope("immutable", expectation(KPTR, "\"exact\":\"2\"")));

        assertThat(measurement.broken()).hasSize(1);
        assertThat(measurement.broken().getFirst().actual()).isEmpty();
    }

    @Test
    void absenceThatIsExpectedIsNotBroken() throws IOException {
        Measurement measurement = measure(scope("immutable", expectation(KPTR, "\"absent\":true")));

        assertThat(measurement.broken()).isEmpty();
    }

    @Test
    void valueThatEqualsAFactIsHeldAndHandedOver() throws IOException {
        String scope = scope("immutable", expectation(HOSTNAME, "\"equalsFact\":\"host.name\""));

        Measurement measurement = measure(scope, value(HOSTNAME, "web-1"));

        assertThat(measurement.broken()).isEmpty();
        assertThat(measurement.factValues()).containsEntry(HOSTNAME, Bytes.utf8("web-1"));
    }

    @Test
    void lastExpectationThatNamesAPathCounts() throws IOException {
        String both =
                expectation(KPTR, "\"exact\":\"2\"") + "," + expectation(KPTR, "\"exact\":\"1\"");

        assertThat(measure(scope("immutable", both), value(KPTR, "1")).broken()).isEmpty();
    }

    @Test
    void expectationThatNoRuleMeasuresIsRefused() {
        String scope = scope("unmeasured", expectation(KPTR, "\"exact\":\"2\""));

        assertThatThrownBy(() -> CompiledScope.of(Measured.parse(scope)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("never looked at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data-only", "append-only"})
    void classOfFilesForTheKernelIsRefused(String mutability) {
        assertThatThrownBy(() -> CompiledScope.of(Measured.scope("kernel/sysctl " + mutability)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is for files");
    }
}
