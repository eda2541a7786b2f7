package dev.assay.verifier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One incident for a person on a terminal of a hundred columns.
final class IncidentText {
    private static final String INDENT = "             ";
    private static final int NAME_WIDTH = 40;

    private final JsonNode incident;
    private final int limit;
    private final List<String> lines = new ArrayList<>();

    IncidentText(JsonNode incident, int limit) {
        this.incident = incident;
        this.limit = Math.max(0, limit);
    }

    List<String> lines() {
        lines.add("incident " + OnlineCommand.text(incident, "id"));
        field(
                "since",
                IncidentCommands.time(incident, "firstSeen")
                        + ", last begun "
                        + IncidentCommands.time(incident, "lastSeen"));
        field("hosts", hosts());
        field("in the boot", moments());
        if (incident.hasNonNull("accusation")) {
            field("accusation", OnlineCommand.text(incident, "accusation"));
        }
        field("packages", packages());
        field("believed", IncidentCommands.belief(incident.path("belief")));
        for (JsonNode reason : incident.path("belief").path("reasons")) {
            boolean speaksFor = reason.path("weight").asInt() > 0;
            lines.addAll(
                    Wrapped.of(
                            INDENT + (speaksFor ? "for " : "not "),
                            INDENT + "    ",
                            OnlineCommand.text(reason, "about").replace('-', ' ')
                                    + ": "
                                    + OnlineCommand.text(reason, "says")));
        }
        changes();
        members();
        return lines;
    }

    private void field(String name, String text) {
        lines.addAll(Wrapped.of(String.format(Locale.ROOT, "%-13s", name), INDENT, text));
    }

    private String hosts() {
        List<String> states = new ArrayList<>();
        for (Map.Entry<String, JsonNode> state : incident.path("states").properties()) {
            states.add(state.getValue().asInt() + " " + state.getKey());
        }
        return incident.path("hosts").size() + ": " + String.join(", ", states);
    }

    private String moments() {
        return incident.path("firstMeasurements").asInt()
                + " from the first measurement on, "
                + incident.path("midLife").asInt()
                + " in mid-life, "
                + incident.path("afterReset").asInt()
                + " on a fresh boot after a reset";
    }

    private String packages() {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, JsonNode> owner : incident.path("packages").properties()) {
            names.add(owner.getKey() + (owner.getValue().asBoolean() ? " (changed too)" : ""));
        }
        return names.isEmpty() ? "none, as far as the hosts say" : String.join(", ", names);
    }

    private void changes() {
        lines.add(incident.path("totalPaths").asLong() + " changes");
        int printed = 0;
        for (JsonNode item : incident.path("drifts")) {
            if (printed++ < limit) {
                change(item);
            }
        }
        for (JsonNode subtree : incident.path("subtrees")) {
            if (printed++ < limit) {
                String path = Wrapped.cut(OnlineCommand.text(subtree, "path"), 60);
                lines.add(
                        "  BELOW      "
                                + path
                                + "  "
                                + subtree.path("added").asLong()
                                + " added, "
                                + subtree.path("removed").asLong()
                                + " removed");
            }
        }
        more(printed);
    }

    private void change(JsonNode item) {
        String name =
                Wrapped.cut(OnlineCommand.text(item, "name"), Wrapped.WIDTH - INDENT.length());
        String head =
                String.format(
                        Locale.ROOT,
                        "  %-10s ",
                        OnlineCommand.text(item, "change").toUpperCase(Locale.ROOT));
        String says = OnlineCommand.text(item, "says");
        if (item.hasNonNull("owner")) {
            says = says + "  of " + OnlineCommand.text(item, "owner");
        }
        if (name.length() <= NAME_WIDTH) {
            String padded = name + " ".repeat(NAME_WIDTH - name.length() + 1);
            lines.addAll(Wrapped.of(head + padded, INDENT + "  ", says));
        } else {
            lines.add(head + name);
            lines.addAll(Wrapped.of(INDENT + "  ", says));
        }
    }

    private void members() {
        lines.add("hosts");
        int printed = 0;
        for (JsonNode member : incident.path("members")) {
            if (printed++ < limit) {
                member(member);
            }
        }
        more(printed);
    }

    private void member(JsonNode member) {
        String now = member.hasNonNull("now") ? OnlineCommand.text(member, "now") : "forgotten";
        List<String> said = new ArrayList<>();
        said.add("since " + IncidentCommands.time(member, "firstSeen"));
        said.add(member.path("firstMeasurement").asBoolean() ? "at boot" : "in mid-life");
        if (member.path("boots").asInt() > 1) {
            said.add("in " + member.path("boots").asInt() + " boots");
        }
        if (member.path("afterReset").asBoolean()) {
            said.add("again after a reset");
        }
        if (member.hasNonNull("reset")) {
            said.add("reset " + OnlineCommand.text(member, "reset"));
        }
        if (member.hasNonNull("held")) {
            said.add("held " + OnlineCommand.text(member, "held"));
        }
        lines.addAll(
                Wrapped.of(
                        String.format(
                                Locale.ROOT,
                                "  %-24s %-14s ",
                                Wrapped.cut(OnlineCommand.text(member, "host"), 40),
                                now.toUpperCase(Locale.ROOT)),
                        INDENT + "  ",
                        String.join(", ", said)));
    }

    private void more(int all) {
        if (all > limit) {
            lines.add("  and " + (all - limit) + " more (--limit)");
        }
    }
}
