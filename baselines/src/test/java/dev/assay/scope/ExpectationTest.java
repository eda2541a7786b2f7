package dev.assay.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpectationTest {
    private static final Facts FACTS = Facts.of(Map.of("host.name", "web-1"));

    private static Expectation parse(String condition) throws MalformedInputException {
        String json = "{\"path\":\"kernel/x\",\"reason\":\"a test\"" + condition + "}";
        Expectation expectation = Json.parse(Bytes.utf8(json), Expectation.class, 1 << 16);
        assertThat(Json.write(expectation)).isEqualTo(Bytes.utf8(json));
        return expectation;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '@',
            value = {
                ",\"exact\":\"1\" | 1 | true",
                ",\"exact\":\"1\" | 01 | false",
                ",\"exact\":\"1\" | - | false",
                ",\"exact\":\"\" | @@ | true",
                ",\"oneOf\":[\"1\",\"2\"] | 2 | true",
                ",\"oneOf\":[\"1\",\"2\"] | 3 | false",
                ",\"oneOf\":[\"1\",\"2\"] | - | false",
                ",\"range\":{\"min\":-1,\"max\":10} | -1 | true",
                ",\"range\":{\"min\":-1,\"max\":10} | 10 | true",
                ",\"range\":{\"min\":-1,\"max\":10} | 11 | false",
                ",\"range\":{\"min\":-1,\"max\":10} | -2 | false",
                ",\"range\":{\"min\":-1,\"max\":10} | 1x | false",
                ",\"range\":{\"min\":-1,\"max\":10} | +1 | false",
                ",\"range\":{\"min\":-1,\"max\":10} | @ 1@ | false",
                ",\"range\":{\"min\":-1,\"max\":10} | @@ | false",
                ",\"range\":{\"min\":-1,\"max\":10} | \u0661 | false",
                ",\"range\":{\"min\":-1,\"max\":10} | 00000000000000000000000001 | false",
                ",\"range\":{\"min\":0,\"max\":9223372036854775807} | 9223372036854775807 | true",
                ",\"range\":{\"min\":0,\"max\":9223372036854775807} | 9223372036854775808 | false",
                ",\"absent\":true | - | true",
                ",\"absent\":true | 1 | false",
                ",\"any\":true | 1 | true",
                ",\"any\":true | @@ | true",
                ",\"any\":true | - | false",
                ",\"equalsFact\":\"host.name\" | web-1 | true",
                ",\"equalsFact\":\"host.name\" | web-2 | false",
                ",\"equalsFact\":\"host.name\" | - | false",
                ",\"equalsFact\":\"unknown\" | web-1 | false",
                ",\"equalsFact\":\"unknown\" | - | false",
            })
    void aConditionHolds(String condition, String value, boolean holds)
            throws MalformedInputException {
        Expectation expectation = parse(condition);
        Optional<Bytes> actual =
                value.equals("-") ? Optional.empty() : Optional.of(Bytes.utf8(value));
        assertThat(expectation.condition().holds(actual, FACTS)).isEqualTo(holds);
        Optional<Leaf> leaf = actual.map(Leaf::ofValue);
        Optional<Leaf> projected = expectation.project(leaf, FACTS);
        if (!holds) {
            assertThat(projected).isEqualTo(leaf);
        } else if (actual.isEmpty()) {
            assertThat(projected).isEmpty();
        } else {
            assertThat(projected).hasValue(expectation.heldLeaf());
        }
    }

    @Test
    void whatHoldsIsAConstantWhateverTheValue() throws MalformedInputException {
        Expectation expectation = parse(",\"oneOf\":[\"1\",\"2\"]");
        assertThat(expectation.project(Optional.of(Leaf.ofValue(Bytes.utf8("1"))), FACTS))
                .isEqualTo(expectation.project(Optional.of(Leaf.ofValue(Bytes.utf8("2"))), FACTS))
                .hasValue(
                        Leaf.of(
                                Kind.HELD,
                                Map.of(
                                        "expected",
                                        Bytes.utf8("{\"oneOf\":{\"values\":[\"1\",\"2\"]}}"))));
    }

    @Test
    void whatCouldNotBeReadHoldsNothing() throws MalformedInputException {
        Leaf unreadable = Leaf.ofReason(Kind.UNREADABLE, "EACCES");
        for (String condition : new String[] {",\"any\":true", ",\"absent\":true"}) {
            assertThat(parse(condition).project(Optional.of(unreadable), FACTS))
                    .hasValue(unreadable);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"exact\":\"1\",\"any\":true",
                ",\"absent\":true,\"any\":true",
                ",\"absent\":false",
                ",\"exact\":\"1\",\"absent\":false",
                ",\"oneOf\":[]",
                ",\"oneOf\":[null]",
                ",\"range\":{\"min\":1}",
                ",\"range\":{\"min\":2,\"max\":1}",
                ",\"range\":{\"min\":\"1\",\"max\":2}",
                ",\"exact\":1",
                ",\"any\":\"true\"",
                ",\"condition\":{}",
                ",\"exact\":\"1\",\"reason\":\"twice\"",
            })
    void anExpectationWithoutExactlyOneConditionIsRefused(String condition) {
        assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> parse(condition));
    }
}
