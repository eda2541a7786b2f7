package dev.assay.verifier.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "reset",
        description = "Resets: those there are, and those that would be.",
        subcommands = {
            ResetCommands.ListAll.class,
            ResetCommands.Hold.class,
            ResetCommands.Release.class,
            ResetCommands.Approve.class,
            ResetCommands.Drained.class,
            ExhibitsCommand.class
        })
final class ResetCommands {
    private ResetCommands() {}

    @Command(name = "list", description = "Open resets first, then the newest.")
    static final class ListAll extends OnlineCommand {
        @Option(names = "--would", description = "Those that only wait, and for what.")
        private boolean would;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode answer = api.get("/v1/resets" + (would ? "?would=true" : ""));
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode reset : answer.path("resets")) {
                rows.add(
                        List.of(
                                text(reset, "host"),
                                text(reset, "status"),
                                text(reset, "rung"),
                                text(reset, "remedy"),
                                text(reset, "openedAt"),
                                text(reset, "note")));
            }
            print(answer, rows.isEmpty() ? List.of("no resets") : Printing.columns(rows));
        }
    }

    @Command(name = "hold", description = "Keep a host from being reset for a while.")
    static final class Hold extends HostCommands.OneHost {
        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
        private String reason;

        @Option(
                names = "--for",
                required = true,
                paramLabel = "TIME",
                converter = Lives.class,
                description = "How long: 30m, 4h, 2d.")
        private Duration life;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printHost(
                    api.post(
                            path() + "/hold",
                            Map.of("reason", reason, "lifeSeconds", life.toSeconds())));
        }
    }

    @Command(name = "release", description = "Take a hold back.")
    static final class Release extends HostCommands.OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printHost(api.post(path() + "/release"));
        }
    }

    @Command(name = "approve", description = "Let the waiting reset of a host begin.")
    static final class Approve extends HostCommands.OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printHost(api.post(path() + "/approve"));
        }
    }

    @Command(name = "drained", description = "Say that a host's work is away.")
    static final class Drained extends HostCommands.OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printHost(api.post(path() + "/drained"));
        }
    }
}
