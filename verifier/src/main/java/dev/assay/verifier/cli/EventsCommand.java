package dev.assay.verifier.cli;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "events", description = "What happened, in order; one a line.")
final class EventsCommand extends OnlineCommand {
    private static final int WAIT_SECONDS = 30;
    private static final int PAGE = 500;

    @Option(names = "--follow", description = "Wait for more, until interrupted.")
    private boolean follow;

    @Option(
            names = "--after",
            paramLabel = "CURSOR",
            defaultValue = "0",
            description = "Only those after this one.")
    private long after;

    @Override
    void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
        long cursor = after;
        while (true) {
            JsonNode page =
                    api.get(
                            ApiClient.query(
                                    "/v1/events",
                                    Map.of(
                                            "after",
                                            cursor,
                                            "limit",
                                            PAGE,
                                            "wait",
                                            follow ? WAIT_SECONDS : 0)));
            page.path("events").forEach(this::tell);
            printing().out().flush();
            cursor = page.path("next").asLong(cursor);
            if (!follow && page.path("events").size() < PAGE) {
                return;
            }
        }
    }

    private void tell(JsonNode event) {
        printing()
                .out()
                .println(
                        printing().isJson()
                                ? Json.write(event).lossyText()
                                : String.join(
                                        "  ",
                                        List.of(
                                                text(event, "cursor"),
                                                text(event, "at"),
                                                text(event, "type"),
                                                event.hasNonNull("host")
                                                        ? text(event, "host")
                                                        : text(event, "group"),
                                                text(event, "details", "because"))));
    }
}
