package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.feed.Feed;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.HostQuery;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// All that the verifier knows, as JSON Lines: one object each, `kind` first. No secret is in it.
final class Export {
    private static final String LINES = "application/jsonl";

    private final Verifier verifier;

    Export(Verifier verifier) {
        this.verifier = verifier;
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/export", Access.OPERATOR, this::export));
    }

    private record Line(String kind, Object value) {}

    private Reply export(Call call) {
        return new Reply.Live(LINES, this::writeTo);
    }

    private void writeTo(OutputStream out) throws IOException {
        write(out, "group", verifier.groups().list());
        write(out, "baseline", verifier.baselines().list());
        write(
                out,
                "host",
                verifier.fleet().hosts(HostQuery.ALL).stream().map(HostJson::of).toList());
        write(out, "incident", verifier.incidents().list());
        write(out, "reset", verifier.resets().list());
        try {
            List<Event> events = verifier.feed().after(0, Feed.MAX_LIMIT);
            while (!events.isEmpty()) {
                write(out, "event", events);
                events = verifier.feed().after(events.getLast().cursor(), Feed.MAX_LIMIT);
            }
        } catch (RefusedException e) {
            throw new IOException("read too slowly: " + e.getMessage(), e);
        }
    }

    private static void write(OutputStream out, String kind, List<?> values) throws IOException {
        for (Object value : values) {
            out.write(Json.write(new Line(kind, value)).plus(Bytes.utf8("\n")).toArray());
        }
    }
}
