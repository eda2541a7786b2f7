package dev.assay.verifier.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardianTest {
    private static final List<String> ASKED = List.of("/var/tmp", "/tmp");

    @Test
    void theAnswerOfAHostIsUserMachineAndTheFolderThatWasAskedFor() throws CollectException {
        assertThat(Guardian.parse("0 Linux x86_64 /tmp/n", "n", ASKED))
                .isEqualTo(new Guardian.Place(0, "Linux", "x86_64", "/tmp/n"));
    }

    // Each is the answer but for one thing; what it names gets into commands and paths.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Welcome to web-1!",
                "0 Linux x86_64 /tmp/other",
                "0 Linux x86_64 /etc/n",
                "0 Linux x86_64 /tmp/n/../../etc",
                "0 Linux x86_64 /tmp/n ",
                "0 Linux x86_64 /tmp/n'; reboot; '",
                "0 Linux x86_64 tmp/n",
                "root Linux x86_64 /tmp/n",
                "-1 Linux x86_64 /tmp/n",
                "99999999999 Linux x86_64 /tmp/n",
                "0 Lin\u001bux x86_64 /tmp/n",
                "0  x86_64 /tmp/n"
            })
    void anotherAnswerIsRefused(String line) {
        assertThatExceptionOfType(CollectException.class)
                .isThrownBy(() -> Guardian.parse(line, "n", ASKED))
                .withMessageContaining("something else than it was asked");
    }
}
