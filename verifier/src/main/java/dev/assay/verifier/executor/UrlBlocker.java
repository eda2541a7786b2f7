package dev.assay.verifier.executor;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.reset.Blocker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Asks a URL, for example of a calendar of change freezes: 2xx lets resets go; 409, 423 and 503
/// stand in the way, and the first line of the body says why; anything else is no answer.
public final class UrlBlocker implements Blocker {
    private static final int MAX_BODY_BYTES = 4096;

    private final String name;
    private final URI url;
    private final Duration timeout;

    private UrlBlocker(String name, URI url, Duration timeout) {
        this.name = name;
        this.url = url;
        this.timeout = timeout;
    }

    public static UrlBlocker of(String name, String url, Duration timeout)
            throws MalformedInputException {
        return new UrlBlocker(name, HttpUrl.parse(url), timeout);
    }

    @Override
    public Answer ask() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url).GET().build();
            return answer(BoundedHttp.exchange(request, MAX_BODY_BYTES, timeout));
        } catch (TimeoutException e) {
            return new Answer.Unanswered(
                    name + " did not answer within " + timeout.toMillis() + " ms");
        } catch (IOException e) {
            return new Answer.Unanswered(Line.of(name + " cannot be asked: " + reason(e)));
        }
    }

    private Answer answer(BoundedHttp.Answer answer) {
        if (answer.isOk()) {
            return new Answer.Go();
        }
        return switch (answer.status()) {
            case 409, 423, 503 -> new Answer.NotNow(Line.of(name + ": " + words(answer)));
            default -> new Answer.Unanswered(name + " answered with status " + answer.status());
        };
    }

    private static String words(BoundedHttp.Answer answer) {
        String line = answer.firstLine();
        return line.isEmpty() ? "status " + answer.status() : line;
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? "there is no connection" : e.getMessage();
    }
}
