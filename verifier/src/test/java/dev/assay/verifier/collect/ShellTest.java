package dev.assay.verifier.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShellTest {
    @Test
    void aShellTakesEachWordAsItIs() throws Exception {
        List<String> words =
                List.of(
                        "a b",
                        "",
                        "it's",
                        "$(id)",
                        "`id`",
                        "\\",
                        "\"",
                        "*",
                        "!x",
                        "-n",
                        "é;&|<>#~");
        String line = "printf '[%s]' " + Shell.quoted(words);
        Process shell = new ProcessBuilder("sh", "-c", line).start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo("[" + String.join("][", words) + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "\u001b[2J"})
    void controlsAreRefused(String word) {
        assertThatIllegalArgumentException().isThrownBy(() -> Shell.quoted(word));
    }
}
