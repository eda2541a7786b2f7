package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "host",
        description = "Hosts: what they are, why, and whether they are admitted.",
        subcommands = {
            HostCommands.ListAll.class,
            HostCommands.Show.class,
            HostCommands.Drift.class,
            HostCommands.Result.class,
            HostCommands.Label.class,
            HostCommands.Close.class,
            HostCommands.Forget.class,
            HostCommands.Ban.class,
            HostCommands.Unban.class,
            HostCommands.Readmit.class
        })
final class HostCommands {
    private HostCommands() {}

    static String path(String host) {
        return "/v1/hosts/" + ApiClient.encoded(host);
    }

    static List<String> row(JsonNode host) {
        return List.of(
                OnlineCommand.text(host, "name"),
                OnlineCommand.text(host, "state").toUpperCase(Locale.ROOT),
                host.path("admit").asBoolean(false) ? "admit yes" : "admit no",
                OnlineCommand.text(host, "because"));
    }

    /// A command about one host.
    abstract static class OneHost extends OnlineCommand {
        @Parameters(index = "0", paramLabel = "HOST", description = "The host's name.")
        private String host;

        String path() {
            return HostCommands.path(host);
        }

        void printHost(JsonNode answer) {
            print(answer, Printing.columns(List.of(row(answer))));
        }

        void printDone(JsonNode answer) {
            print(answer, List.of(text(answer, "host") + " " + text(answer, "done")));
        }
    }

    @Command(name = "list", description = "All hosts, or those that fit.")
    static final class ListAll extends OnlineCommand {
        @Option(names = "--label", paramLabel = "NAME[=VALUE]", description = "With this label.")
        private @Nullable String label;

        @Option(names = "--platform-id", paramLabel = "ID", description = "As the cloud names it.")
        private @Nullable String platformId;

        @Option(names = "--state", paramLabel = "STATE", description = "golden, drifted ...")
        private @Nullable String state;

        @Option(names = "--group", paramLabel = "GROUP", description = "Of this group.")
        private @Nullable String group;

        @Option(
                names = "--page",
                hidden = true,
                defaultValue = "1000",
                description = "Hosts that are asked for at one time.")
        private int page;

        private record Hosts(List<JsonNode> hosts) {}

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            Map<String, @Nullable Object> query = new HashMap<>();
            query.put("limit", page);
            query.put("label", label);
            query.put("platformId", platformId);
            query.put("state", state);
            query.put("group", group);
            List<JsonNode> hosts = new ArrayList<>();
            JsonNode answer;
            do {
                answer = api.get(ApiClient.query("/v1/hosts", query));
                answer.path("hosts").forEach(hosts::add);
                query.put("after", text(answer, "next"));
            } while (answer.hasNonNull("next"));
            List<List<String>> rows = hosts.stream().map(HostCommands::row).toList();
            printing()
                    .print(
                            new Hosts(hosts),
                            rows.isEmpty() ? List.of("no hosts") : Printing.columns(rows));
        }
    }

    @Command(name = "show", description = "One host: its state, and what that rests on.")
    static final class Show extends OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode host = api.get(path());
            List<String> lines = new ArrayList<>(Printing.columns(List.of(row(host))));
            lines.addAll(
                    Printing.columns(
                            List.of(
                                    List.of("  group", text(host, "group")),
                                    List.of("  channel", text(host, "channel")),
                                    List.of("  boot", text(host, "boot")),
                                    List.of("  last seen", text(host, "lastSeen")),
                                    List.of("  expires", text(host, "expires")),
                                    List.of(
                                            "  baseline",
                                            text(host, "baseline", "channel")
                                                    + " #"
                                                    + text(host, "baseline", "serial")),
                                    List.of("  tier", text(host, "tier")),
                                    List.of("  simulated", text(host, "simulated")),
                                    List.of("  measured", freshness(host)),
                                    List.of("  watched by", watching(host)),
                                    List.of("  drifts", text(host, "drifts")),
                                    List.of("  reset", text(host, "reset", "status")),
                                    List.of("  enrolled", text(host, "clocks", "enrolled")))));
            print(host, lines);
        }

        private static String freshness(JsonNode host) {
            JsonNode freshness = host.path("freshness");
            if (freshness.isMissingNode()) {
                return "-";
            }
            Duration age = Duration.ofSeconds(freshness.path("oldestDigestSeconds").asLong(0));
            return text(freshness, "pass")
                    + (age.isZero()
                            ? ""
                            : ", oldest digest of "
                                    + age.toHours()
                                    + " h "
                                    + age.toMinutesPart()
                                    + " min ago");
        }

        private static String watching(JsonNode host) {
            String lost = text(host, "watching", "lost");
            return text(host, "watching", "means")
                    + (lost.equals("-") ? "" : ", events lost " + lost + " times");
        }
    }

    @Command(name = "drift", description = "What drifted on a host.")
    static final class Drift extends OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode drift = api.get(path() + "/drift");
            List<String> lines = new ArrayList<>();
            lines.add(text(drift, "host") + "  " + text(drift, "total") + " changes");
            for (JsonNode item : drift.path("drifts")) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "  %-10s %-40s %s",
                                text(item, "change").toUpperCase(Locale.ROOT),
                                text(item, "name"),
                                text(item, "says")));
            }
            for (JsonNode subtree : drift.path("subtrees")) {
                lines.add("  BELOW      " + text(subtree, "path"));
            }
            print(drift, lines);
        }
    }

    @Command(name = "result", description = "The signed attestation result (EAR, a JWT).")
    static final class Result extends OneHost {
        @Option(names = "--audience", paramLabel = "WHO", description = "Who is to believe it.")
        private @Nullable String audience;

        @Option(names = "--nonce", paramLabel = "TEXT", description = "The asker's, 8 to 88.")
        private @Nullable String nonce;

        private record Answer(String result) {}

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            Map<String, @Nullable Object> query = new HashMap<>();
            query.put("audience", audience);
            query.put("nonce", nonce);
            Bytes jwt = api.text(ApiClient.query(path() + "/result", query));
            printing().print(new Answer(jwt.lossyText()), List.of(jwt.lossyText()));
        }
    }

    @Command(name = "label", description = "Set a host's labels, all of them.")
    static final class Label extends OneHost {
        @Parameters(index = "1..*", paramLabel = "NAME=VALUE", description = "None removes all.")
        private Map<String, String> labels = new HashMap<>();

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printHost(api.patch(path(), Map.of("labels", labels)));
        }
    }

    @Command(name = "close", description = "Say that a host's machine is gone.")
    static final class Close extends OnlineCommand {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "HOST",
                description = "The host's name.")
        private @Nullable String host;

        @Option(
                names = "--platform-id",
                paramLabel = "ID",
                description = "The instance as the cloud names it, in place of the name.")
        private @Nullable String platformId;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            if ((host == null) == (platformId == null)) {
                throw CommandFailure.usage("name a host, or give --platform-id");
            }
            JsonNode answer =
                    host != null
                            ? api.post(HostCommands.path(host) + "/close")
                            : api.post(
                                    "/v1/close",
                                    Map.of("platformId", Objects.requireNonNull(platformId)));
            print(answer, List.of(text(answer, "host") + " " + text(answer, "done")));
        }
    }

    @Command(name = "forget", description = "Delete a host; what is held against its name stays.")
    static final class Forget extends OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printDone(api.post(path() + "/forget"));
        }
    }

    @Command(name = "ban", description = "Refuse a host's name and key from now on.")
    static final class Ban extends OneHost {
        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
        private String reason;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printDone(api.post(path() + "/ban", Map.of("reason", reason)));
        }
    }

    @Command(name = "unban", description = "Take a ban back.")
    static final class Unban extends OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printDone(api.post(path() + "/unban"));
        }
    }

    @Command(
            name = "readmit",
            description = "End a quarantine, once the host proves a new golden boot.")
    static final class Readmit extends OneHost {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            printHost(api.post(path() + "/readmit"));
        }
    }
}
