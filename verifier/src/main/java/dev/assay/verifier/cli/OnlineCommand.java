package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/// A command that asks a serving verifier.
abstract class OnlineCommand implements Callable<Integer> {
    @Mixin private Connection connection;
    @Mixin private Printing printing;

    @Override
    public final Integer call()
            throws IOException, MalformedInputException, InterruptedException, CommandFailure {
        try (ApiClient api = connection.open()) {
            run(api);
            return Exit.CLEAN;
        }
    }

    abstract void run(ApiClient api)
            throws IOException, MalformedInputException, InterruptedException, CommandFailure;

    TrustRoot trustRoot() throws IOException, MalformedInputException, CommandFailure {
        return connection.trustRoot();
    }

    Printing printing() {
        return printing;
    }

    void print(JsonNode document, List<String> lines) {
        printing.print(document, lines);
    }

    /// A field as text; a dash where it is not there.
    static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at.isMissingNode() || at.isNull() ? "-" : at.asString();
    }
}
