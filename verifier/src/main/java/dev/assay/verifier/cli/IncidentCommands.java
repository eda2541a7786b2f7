package dev.assay.verifier.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "incident",
        description = "What drifted alike: on which hosts, since when, and what it looks like.",
        subcommands = {IncidentCommands.ListAll.class, IncidentCommands.Show.class})
final class IncidentCommands {
    private static final int ID_CHARS = 12;

    private IncidentCommands() {}

    static String brief(JsonNode id) {
        String text = id.asString();
        return text.substring(0, Math.min(ID_CHARS, text.length()));
    }

    private static String plural(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /// To the second.
    static String time(JsonNode node, String field) {
        String text = OnlineCommand.text(node, field);
        int fraction = text.indexOf('.');
        return fraction < 0 ? text : text.substring(0, fraction) + "Z";
    }

    static String belief(JsonNode belief) {
        String confidence = OnlineCommand.text(belief, "confidence");
        String kind = OnlineCommand.text(belief, "kind").replace('-', ' ');
        return confidence.equals("not sure")
                ? "not sure, perhaps " + kind
                : confidence + " " + kind;
    }

    @Command(name = "list", description = "Those that are held against hosts first.")
    static final class ListAll extends OnlineCommand {
        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode answer = api.get("/v1/incidents");
            List<String> lines = new ArrayList<>();
            for (JsonNode incident : answer.path("incidents")) {
                lines.addAll(lines(incident));
            }
            for (JsonNode path : answer.path("paths")) {
                lines.add(
                        "path          "
                                + plural(path.path("hosts").size(), "host")
                                + ", "
                                + plural(path.path("incidents").size(), "incident")
                                + "  "
                                + belief(path.path("belief")));
                lines.addAll(Wrapped.of("  ", text(path, "path")));
            }
            print(answer, lines.isEmpty() ? List.of("no incidents") : lines);
        }

        private static List<String> lines(JsonNode incident) {
            List<String> lines = new ArrayList<>();
            long open = incident.path("open").asLong();
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%-12s  %-20s  %s  %s%s",
                            brief(incident.path("id")),
                            time(incident, "firstSeen"),
                            plural(incident.path("hosts").size(), "host"),
                            belief(incident.path("belief")),
                            open == 0 ? "  (over)" : ""));
            List<String> paths = new ArrayList<>();
            incident.path("paths").forEach(path -> paths.add(path.asString()));
            long more = incident.path("totalPaths").asLong() - paths.size();
            lines.addAll(
                    Wrapped.of(
                            "  ",
                            String.join(" ", paths) + (more > 0 ? " and " + more + " more" : "")));
            return lines;
        }
    }

    @Command(name = "show", description = "One incident, also after its hosts were reset.")
    static final class Show extends OnlineCommand {
        private static final int DEFAULT_LIMIT = 20;

        @Parameters(
                index = "0",
                paramLabel = "ID",
                description = "As incident list shows it; the beginning is enough where it is one.")
        private String id;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "" + DEFAULT_LIMIT,
                description = "Paths and hosts to print (default 20); --json has all.")
        private int limit;

        @Override
        void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
            JsonNode answer = api.get("/v1/incidents/" + ApiClient.encoded(id));
            print(answer, new IncidentText(answer, limit).lines());
        }
    }
}
