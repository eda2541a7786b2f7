package dev.assay.verifier.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// The commands about baselines that need a serving verifier.
final class BaselineOnlineCommands {
    private BaselineOnlineCommands() {}

    static List<String> row(JsonNode baseline) {
        boolean active = !baseline.hasNonNull("retiredAt");
        return List.of(
                OnlineCommand.text(baseline, "name", "channel")
                        + " #"
                        + OnlineCommand.text(baseline, "name", "serial"),
                active ? "active" : "retired",
                "until " + OnlineCommand.text(baseline, "notAfter"),
                OnlineCommand.text(baseline, "hosts") + " hosts",
                OnlineCommand.text(baseline, "name", "digest"));
    }

    static void print(OnlineCommand command, JsonNode baseline) {
        command.print(baseline, Printing.columns(List.of(row(baseline))));
    }

    @Command(name = "publish", description = "Hand a signed golden file to the verifier.")
    static final class Publish extends OnlineCommand {
        @Parameters(index = "0", paramLabel = "FILE", description = "NAME.golden, signed.")
        private Path file;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            if (!Files.isRegularFile(file)) {
                throw CommandFailure.operation("there is no file " + file);
            }
            BaselineOnlineCommands.print(this, api.upload("/v1/baselines", file));
        }
    }

    @Command(name = "list", description = "The baselines of all channels.")
    static final class ListAll extends OnlineCommand {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode answer = api.get("/v1/baselines");
            List<List<String>> rows = new ArrayList<>();
            answer.path("baselines").forEach(baseline -> rows.add(row(baseline)));
            print(answer, rows.isEmpty() ? List.of("no baselines") : Printing.columns(rows));
        }
    }

    @Command(
            name = "retire",
            description = "Take a baseline out of use: hosts that run it become outdated.")
    static final class Retire extends OnlineCommand {
        @Parameters(index = "0", paramLabel = "DIGEST", description = "As baseline list shows it.")
        private String digest;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            BaselineOnlineCommands.print(
                    this, api.post("/v1/baselines/" + ApiClient.encoded(digest) + "/retire"));
        }
    }

    @Command(
            name = "allow-rollback",
            description = "Let hosts of a channel prove older serials for a while.")
    static final class AllowRollback extends OnlineCommand {
        @Parameters(index = "0", paramLabel = "CHANNEL", description = "Of the baselines.")
        private String channel;

        @Option(
                names = "--to",
                required = true,
                paramLabel = "SERIAL",
                description = "The lowest that is allowed.")
        private long serial;

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
        private String reason;

        @Option(
                names = "--for",
                required = true,
                paramLabel = "TIME",
                converter = Lives.class,
                description = "How long: 4h, 2d.")
        private Duration life;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode window =
                    api.post(
                            "/v1/channels/" + ApiClient.encoded(channel) + "/rollback-window",
                            Map.of(
                                    "toSerial",
                                    serial,
                                    "reason",
                                    reason,
                                    "lifeSeconds",
                                    life.toSeconds()));
            print(
                    window,
                    List.of(
                            text(window, "channel")
                                    + " may go back to #"
                                    + text(window, "toSerial")
                                    + " until "
                                    + text(window, "expires")));
        }
    }
}
