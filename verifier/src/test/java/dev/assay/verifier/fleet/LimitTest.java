package dev.assay.verifier.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitTest {
    @ParameterizedTest
    @CsvSource({
        "0, 100, 0",
        "1, 100, 1",
        "3, 2, 3",
        "0%, 100, 0",
        "1%, 5, 1",
        "10%, 100, 10",
        "10%, 99, 9",
        "10%, 9, 1",
        "100%, 7, 7",
        "10%, 0, 1",
        "33%, 10000, 3300"
    })
    void aShareIsRoundedDownButNeverBelowOneHost(String limit, int hosts, int expected) {
        assertThat(Limit.of(limit).of(hosts)).isEqualTo(expected);
        assertThat(Limit.of(limit)).hasToString(limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "-1", "101%", "10001", "1.5%", " 1", "1 %", "999999"})
    void whatIsNeitherCountNorShareIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(text));
    }
}
