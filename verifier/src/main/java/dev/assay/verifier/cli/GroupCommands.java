package dev.assay.verifier.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "group",
        description = "Groups of hosts and how their drift is answered.",
        subcommands = {
            GroupCommands.Create.class,
            GroupCommands.ListAll.class,
            GroupCommands.Show.class,
            GroupCommands.SetMode.class,
            GroupCommands.Change.class,
            GroupCommands.Breaker.class,
            GroupCommands.Resume.class
        })
final class GroupCommands {
    private GroupCommands() {}

    private static List<String> row(JsonNode group) {
        return List.of(
                OnlineCommand.text(group, "name"),
                "channel " + OnlineCommand.text(group, "channel"),
                OnlineCommand.text(group, "mode"),
                "every " + OnlineCommand.text(group, "intervalMillis") + " ms");
    }

    /// A command about one group.
    abstract static class OneGroup extends OnlineCommand {
        @Parameters(index = "0", paramLabel = "GROUP", description = "The group's name.")
        private String name;

        String name() {
            return name;
        }

        String path() {
            return "/v1/groups/" + ApiClient.encoded(name);
        }

        void printGroup(JsonNode group) {
            print(group, Printing.columns(List.of(row(group))));
        }
    }

    @Command(name = "create", description = "Make a group; it begins in mode observe.")
    static final class Create extends OneGroup {
        @Mixin private GroupOptions options;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            Map<String, Object> settings = options.given();
            settings.put("name", name());
            printGroup(api.post("/v1/groups", settings));
        }
    }

    @Command(name = "list", description = "All groups.")
    static final class ListAll extends OnlineCommand {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode answer = api.get("/v1/groups");
            List<List<String>> rows = new ArrayList<>();
            answer.path("groups").forEach(group -> rows.add(row(group)));
            print(answer, rows.isEmpty() ? List.of("no groups") : Printing.columns(rows));
        }
    }

    @Command(name = "show", description = "One group's settings.")
    static final class Show extends OneGroup {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode group = api.get(path());
            List<List<String>> rows = new ArrayList<>();
            for (Map.Entry<String, JsonNode> setting : group.properties()) {
                JsonNode value = setting.getValue();
                rows.add(
                        List.of(
                                setting.getKey(),
                                value.isValueNode() ? value.asString() : value.toString()));
            }
            print(group, Printing.columns(rows));
        }
    }

    @Command(name = "mode", description = "How far the verifier may go with a group.")
    static final class SetMode extends OneGroup {
        @Parameters(
                index = "1",
                paramLabel = "observe|approve|enforce",
                description = "Say only, ask first, or reset.")
        private String mode;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printGroup(api.patch(path(), Map.of("mode", mode)));
        }
    }

    @Command(name = "breaker", description = "Whether a group's resets are halted, and why.")
    static final class Breaker extends OneGroup {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode breaker = api.get(path() + "/breaker");
            print(breaker, List.of(text(breaker, "because")));
        }
    }

    @Command(name = "resume", description = "Let the resets go on that the breaker halts.")
    static final class Resume extends OneGroup {
        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
        private String reason;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode breaker = api.post(path() + "/resume", Map.of("reason", reason));
            print(breaker, List.of(text(breaker, "because")));
        }
    }

    @Command(name = "set", description = "Change a group's settings.")
    static final class Change extends OneGroup {
        @Mixin private GroupOptions options;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            Map<String, Object> settings = options.given();
            if (settings.isEmpty()) {
                throw CommandFailure.usage("say what to change, for example --interval 30s");
            }
            printGroup(api.patch(path(), settings));
        }
    }
}
