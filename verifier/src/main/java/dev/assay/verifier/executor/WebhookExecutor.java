package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.ResetTask;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;

/// Posts the task to the site's own service, signed after Standard Webhooks 1.0.0: whoever receives
/// it knows that it is of this verifier, and fresh. The answer may be a {@link StructuredResult}.
///
/// It is sent again, under the same `webhook-id`, only where there was no connection at all: a
/// request that may have arrived may have restarted a host.
public final class WebhookExecutor implements Executor {
    private static final String TYPE = "assay.reset.requested";
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final String name;
    private final URI url;
    private final Path secretFile;
    private final Duration timeout;
    private final InstantSource clock;

    private record Event(String type, Instant timestamp, TaskDocument data) {}

    private WebhookExecutor(
            String name, URI url, Path secretFile, Duration timeout, InstantSource clock) {
        this.name = name;
        this.url = url;
        this.secretFile = secretFile;
        this.timeout = timeout;
        this.clock = clock;
    }

    /// @throws IOException where the secret's file is not there, or is open to others
    /// @throws MalformedInputException where it holds no secret, or where the answer to the URL
    ///   could be anybody's
    public static WebhookExecutor of(
            String name, String url, Path secretFile, Duration timeout, InstantSource clock)
            throws IOException, MalformedInputException {
        WebhookSecrets.read(secretFile);
        URI parsed = HttpUrl.parseGuarded(url);
        return new WebhookExecutor(name, parsed, secretFile, timeout, clock);
    }

    @Override
    public Outcome reset(ResetTask task) throws InterruptedException {
        WebhookSecrets secrets;
        try {
            secrets = WebhookSecrets.read(secretFile);
        } catch (IOException | MalformedInputException e) {
            return new Outcome.Failed(Line.of(e.getMessage()), "");
        }
        Instant begun = clock.instant();
        Bytes payload = Json.write(new Event(TYPE, begun, TaskDocument.of(name, task)));
        // An id has no full stop (Standard Webhooks, "Signature scheme"): it ends where it ends.
        String id = (task.resetId() + "-" + name).replace('.', '_');
        Duration limit = Limits.shorter(timeout, task.timeout());
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            try {
                return outcome(
                        BoundedHttp.exchange(
                                request(secrets, id, payload), StructuredResult.MAX_BYTES, left),
                        begun);
            } catch (ConnectException e) {
                if (deadline - System.nanoTime() <= PAUSE.toNanos()) {
                    return new Outcome.Failed(
                            "there is no connection to " + url.getAuthority(), "");
                }
                Thread.sleep(PAUSE);
            } catch (TimeoutException e) {
                return new Outcome.Failed(
                        url.getAuthority() + " did not answer within " + limit.toMillis() + " ms",
                        "");
            } catch (IOException e) {
                return new Outcome.Failed(
                        Line.of(url.getAuthority() + ": the connection broke: " + e.getMessage()),
                        "");
            }
        }
    }

    private HttpRequest request(WebhookSecrets secrets, String id, Bytes payload) {
        long timestamp = clock.instant().getEpochSecond();
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", secrets.sign(id, timestamp, payload))
                .POST(HttpRequest.BodyPublishers.ofByteArray(payload.toArray()))
                .build();
    }

    private Outcome outcome(BoundedHttp.Answer answer, Instant begun) {
        String text = EscapedText.of(answer.body());
        String output = text.substring(0, Math.min(text.length(), Reset.MAX_OUTPUT_CHARS));
        if (!answer.isOk()) {
            return new Outcome.Failed("it answered with status " + answer.status(), output);
        }
        if (answer.cut()) {
            return new Outcome.Failed(
                    "it answered with more than " + StructuredResult.MAX_BYTES + " bytes", output);
        }
        return StructuredResult.outcome(name, answer.body(), output, begun, clock.instant());
    }
}
