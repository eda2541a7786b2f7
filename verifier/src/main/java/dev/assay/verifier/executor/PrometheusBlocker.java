package dev.assay.verifier.executor;

import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.reset.Blocker;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Asks Prometheus an instant query (HTTP API, "Instant queries"), such as
/// `ALERTS{severity="page",alertstate="firing"}`. A vector with anything in it stands in the way,
/// whatever the values, and so does a scalar other than zero. An error or anything else is no
/// answer.
public final class PrometheusBlocker implements Blocker {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int NAMED = 3;

    /// Servers that know no limit leave it aside.
    private static final int MAX_SERIES = 20;

    private final String name;
    private final URI query;
    private final Duration timeout;

    private PrometheusBlocker(String name, URI query, Duration timeout) {
        this.name = name;
        this.query = query;
        this.timeout = timeout;
    }

    /// @param url of the server, below which `/api/v1/query` is
    public static PrometheusBlocker of(String name, String url, String query, Duration timeout)
            throws MalformedInputException {
        URI server = HttpUrl.parse(url);
        if (server.getRawQuery() != null) {
            throw new MalformedInputException("url has a query of its own");
        }
        if (query.isBlank()) {
            throw new MalformedInputException("query is empty");
        }
        return new PrometheusBlocker(
                name,
                URI.create(
                        server.toString().replaceAll("/+$", "")
                                + "/api/v1/query?limit="
                                + MAX_SERIES
                                + "&query="
                                + URLEncoder.encode(query, StandardCharsets.UTF_8)),
                timeout);
    }

    @Override
    public Answer ask() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(query).GET().build();
            BoundedHttp.Answer answer = BoundedHttp.exchange(request, MAX_BODY_BYTES, timeout);
            return answer.cut()
                    ? unanswered("answered with more than " + MAX_BODY_BYTES + " bytes")
                    : answer(answer);
        } catch (TimeoutException e) {
            return unanswered("did not answer within " + timeout.toMillis() + " ms");
        } catch (IOException e) {
            return unanswered("cannot be asked: " + UrlBlocker.reason(e));
        }
    }

    private Answer answer(BoundedHttp.Answer answer) {
        JsonNode document;
        try {
            document = Json.parseTree(answer.body(), MAX_BODY_BYTES);
        } catch (MalformedInputException e) {
            return unanswered("answered with status " + answer.status() + " and no JSON");
        }
        if (!answer.isOk() || !document.path("status").asString("").equals("success")) {
            return unanswered(
                    "answered with status "
                            + answer.status()
                            + ": "
                            + document.path("error").asString("no reason given"));
        }
        JsonNode result = document.path("data").path("result");
        return switch (document.path("data").path("resultType").asString("")) {
            case "vector" -> ofVector(result);
            case "scalar" -> ofScalar(result);
            default -> unanswered("answered with neither a vector nor a scalar");
        };
    }

    private Answer ofVector(JsonNode series) {
        if (!series.isArray()) {
            return unanswered("answered with a vector that is none");
        }
        if (series.isEmpty()) {
            return new Answer.Go();
        }
        String named =
                series.valueStream()
                        .limit(NAMED)
                        .map(one -> labels(one.path("metric")))
                        .collect(Collectors.joining(", "));
        String more = series.size() > NAMED ? " and more" : "";
        return new Answer.NotNow(Line.of(name + ": " + named + more));
    }

    private static String labels(JsonNode metric) {
        return metric.properties().stream()
                .filter(label -> !label.getKey().equals("__name__"))
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue().asString(""))
                .collect(Collectors.joining(",", metric.path("__name__").asString("") + "{", "}"));
    }

    private Answer ofScalar(JsonNode result) {
        try {
            double value = Double.parseDouble(result.path(1).asString(""));
            if (Double.isNaN(value)) {
                return unanswered("answered with no number");
            }
            return value == 0
                    ? new Answer.Go()
                    : new Answer.NotNow(name + ": the query gives " + value);
        } catch (NumberFormatException e) {
            return unanswered("answered with no number");
        }
    }

    private Answer unanswered(String why) {
        return new Answer.Unanswered(Line.of(name + " " + why));
    }
}
