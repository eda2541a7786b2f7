package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Runs commands in this process.
final class Cli {
    private Cli() {}

    record Run(int exit, String out, String err) {
        JsonNode json() throws MalformedInputException {
            return Json.parseTree(Bytes.utf8(out), 16 << 20);
        }

        Run requireDone() {
            assertThat(exit).as(err + out).isZero();
            return this;
        }

        /// Ended so, with one line that says why.
        void requireFailed(int expected, String... said) {
            assertThat(exit).as(err + out).isEqualTo(expected);
            assertThat(err.strip()).doesNotContain("\n").contains(said);
        }
    }

    static Run run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        int exit = VerifierMain.run(new PrintWriter(out, true), new PrintWriter(err, true), texts);
        return new Run(exit, out.toString(), err.toString());
    }

    static Run run(List<?> first, Object... rest) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return run(all.toArray());
    }
}
