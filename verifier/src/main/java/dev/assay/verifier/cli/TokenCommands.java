package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "token",
        description = "Tokens for hosts that enrol, and for people and programs.",
        subcommands = TokenCommands.Create.class)
final class TokenCommands {
    private TokenCommands() {}

    @Command(
            name = "create",
            description = "Make a token; its secret is written to a file that only you can read.")
    static final class Create extends OnlineCommand {
        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "enrol, operator, orchestrator or viewer.")
        private String role;

        @Option(names = "--group", paramLabel = "GROUP", description = "That a host enrols into.")
        private @Nullable String group;

        @Option(names = "--host", paramLabel = "HOST", description = "The only one that may enrol.")
        private @Nullable String host;

        @Option(
                names = "--platform-id",
                paramLabel = "ID",
                description = "The only instance that may enrol.")
        private @Nullable String platformId;

        @Option(
                names = "--label",
                paramLabel = "NAME=VALUE",
                description = "Of a host that enrols with it: its failure zone, for example.")
        private @Nullable Map<String, String> labels;

        @Option(
                names = "--life",
                paramLabel = "TIME",
                converter = Lives.class,
                description = "How long it is good (default 24h).")
        private @Nullable Duration life;

        @Option(
                names = "--uses",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many hosts may enrol with it (default 1).")
        private int uses;

        @Option(names = "--out", paramLabel = "FILE", description = "Written with mode 0600.")
        private @Nullable Path out;

        @Option(names = "--print", description = "Print the secret, instead of writing a file.")
        private boolean print;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            if ((out == null) != print) {
                throw CommandFailure.usage("say where the secret goes: --out FILE, or --print");
            }
            if (out != null && Files.exists(out)) {
                throw CommandFailure.operation(out + " exists: choose another file");
            }
            JsonNode made = api.post("/v1/tokens", request());
            String secret = text(made, "secret");
            if (out == null) {
                print(made, List.of(secret));
                return;
            }
            PrivateFiles.writeNew(out, Bytes.utf8(secret + "\n"));
            JsonNode shown = made.deepCopy();
            if (shown instanceof ObjectNode object) {
                object.remove("secret");
                object.put("file", out.toString());
            }
            print(
                    shown,
                    List.of(
                            "token "
                                    + text(made, "id")
                                    + " of role "
                                    + text(made, "role")
                                    + " in "
                                    + out
                                    + ", good until "
                                    + text(made, "expires")));
        }

        private Map<String, Object> request() {
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("role", role);
            request.put("uses", uses);
            if (group != null) {
                request.put("group", group);
            }
            if (host != null) {
                request.put("host", host);
            }
            if (platformId != null) {
                request.put("platformId", platformId);
            }
            if (labels != null) {
                request.put("labels", labels);
            }
            if (life != null) {
                request.put("lifeSeconds", life.toSeconds());
            }
            return request;
        }
    }
}
