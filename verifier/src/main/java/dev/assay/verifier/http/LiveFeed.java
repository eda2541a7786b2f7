package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.feed.Feed;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// The feed of events: a page after a cursor, a page that is waited for, or server-sent events
/// (WHATWG HTML, section 9.2) whose ids are the cursors. Who waits holds a thread and a stream, so
/// the number of those who wait is bounded.
final class LiveFeed {
    static final String MEDIA_TYPE = "text/event-stream";
    static final int MAX_WAITING = 256;

    private static final int DEFAULT_LIMIT = 100;
    private static final int STREAM_LIMIT = 500;
    private static final Duration SLICE = Duration.ofSeconds(1);
    private static final int SLICES_PER_BEAT = 10;

    private final Feed feed;
    private final Gate gate;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private volatile boolean stopping;

    LiveFeed(Feed feed, Gate gate) {
        this.feed = feed;
        this.gate = gate;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/events", Access.VIEWER, this::events, "after", "limit", "wait"));
    }

    /// Ends all that wait, so that the server can stop.
    void stop() {
        stopping = true;
    }

    /// @param next the cursor to come back with
    private record Page(List<Event> events, long next) {}

    private Reply events(Call call)
            throws MalformedInputException, InterruptedException, HttpRefusal, RefusedException {
        long after = call.number("after", 0, Long.MAX_VALUE);
        if (call.streams()) {
            return stream(call, after);
        }
        int limit = (int) call.number("limit", DEFAULT_LIMIT, Feed.MAX_LIMIT);
        if (limit < 1) {
            throw new MalformedInputException("limit is a number from 1 to " + Feed.MAX_LIMIT);
        }
        long wait = call.number("wait", 0, Feed.MAX_WAIT.toSeconds());
        List<Event> events = wait == 0 ? feed.after(after, limit) : awaited(after, limit, wait);
        return Reply.json(new Page(events, events.isEmpty() ? after : events.getLast().cursor()));
    }

    private List<Event> awaited(long after, int limit, long seconds)
            throws InterruptedException, HttpRefusal, RefusedException {
        requirePlace();
        try {
            List<Event> events = feed.after(after, limit);
            for (long i = 0; i < seconds && events.isEmpty() && !stopping; i++) {
                events = feed.await(after, limit, SLICE);
            }
            return events;
        } finally {
            waiting.release();
        }
    }

    private Reply stream(Call call, long after)
            throws MalformedInputException, HttpRefusal, RefusedException {
        String last = call.lastEventId();
        if (last != null && !last.matches("[0-9]{1,18}")) {
            throw new MalformedInputException("Last-Event-ID is no cursor of this feed");
        }
        long from = last == null ? after : Long.parseLong(last);
        feed.after(from, 1);
        requirePlace();
        return new Reply.Live(
                MEDIA_TYPE,
                out -> {
                    try {
                        follow(out, from, call);
                    } catch (RefusedException gone) {
                        // So slow that it was pruned away under it: the reader hears of it when
                        // it comes again with its last id.
                        return;
                    } finally {
                        waiting.release();
                    }
                });
    }

    private void requirePlace() throws HttpRefusal {
        if (!waiting.tryAcquire()) {
            throw new HttpRefusal(
                    503,
                    "too-many-waiting",
                    "at most " + MAX_WAITING + " can wait for events at one time",
                    Map.of("Retry-After", "10"));
        }
    }

    private void follow(OutputStream out, long from, Call call)
            throws IOException, InterruptedException, RefusedException {
        long cursor = from;
        write(out, ": assay events\n\n");
        for (int idle = 0; !stopping; ) {
            List<Event> events = feed.await(cursor, STREAM_LIMIT, SLICE);
            for (Event event : events) {
                write(out, line(event));
                cursor = event.cursor();
            }
            idle = events.isEmpty() ? idle + 1 : 0;
            if (idle == SLICES_PER_BEAT) {
                idle = 0;
                // A stream outlives its request: a token that has expired since ends it here.
                if (!gate.isStillGood(call.bearer())) {
                    return;
                }
                write(out, ": beat\n\n");
            }
        }
    }

    private static String line(Event event) {
        return "id: "
                + event.cursor()
                + "\nevent: "
                + event.type().wire()
                + "\ndata: "
                + Json.write(event).lossyText()
                + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(Bytes.utf8(text).toArray());
        out.flush();
    }
}
