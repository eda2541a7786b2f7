package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.signing.PinnedTls;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The API as a command calls it. A refusal of the verifier ends the command with its reason.
final class ApiClient implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 256 << 20;
    private static final int MAX_PROBLEM_BYTES = 64 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(30);

    private final URI base;
    private final String token;
    private final HttpClient http;

    ApiClient(URI base, String token, List<Digest> pins) {
        this.base = base;
        this.token = token;
        this.http =
                HttpClient.newBuilder()
                        .sslContext(PinnedTls.context(pins, InstantSource.system()))
                        .sslParameters(PinnedTls.parameters())
                        .connectTimeout(Duration.ofSeconds(10))
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    /// A path and its query; what is null is left out.
    static String query(String path, Map<String, ? extends @Nullable Object> parameters) {
        StringJoiner joined = new StringJoiner("&", "?", "").setEmptyValue("");
        parameters.forEach(
                (name, value) -> {
                    if (value != null) {
                        joined.add(name + "=" + encoded(value.toString()));
                    }
                });
        return path + joined;
    }

    /// One segment of a path, so that a name with a slash in it stays one.
    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) throws IOException, InterruptedException, CommandFailure {
        return json(text(path));
    }

    Bytes text(String path) throws IOException, InterruptedException, CommandFailure {
        return send(request(path).GET());
    }

    JsonNode post(String path) throws IOException, InterruptedException, CommandFailure {
        return json(send(request(path).POST(BodyPublishers.noBody())));
    }

    JsonNode post(String path, Object body)
            throws IOException, InterruptedException, CommandFailure {
        return json(
                send(
                        request(path)
                                .POST(document(body))
                                .header("Content-Type", "application/json")));
    }

    JsonNode patch(String path, Object body)
            throws IOException, InterruptedException, CommandFailure {
        return json(
                send(
                        request(path)
                                .method("PATCH", document(body))
                                .header("Content-Type", "application/json")));
    }

    JsonNode upload(String path, Path file)
            throws IOException, InterruptedException, CommandFailure {
        return json(
                send(
                        request(path)
                                .timeout(UPLOAD_TIMEOUT)
                                // A refusal comes before the file is sent, not into the middle.
                                .expectContinue(true)
                                .header("Content-Type", "application/octet-stream")
                                .POST(BodyPublishers.ofFile(file))));
    }

    /// A body that may be longer than memory; the caller closes it.
    InputStream stream(String path) throws IOException, InterruptedException, CommandFailure {
        HttpResponse<InputStream> response =
                http.send(request(path).build(), BodyHandlers.ofInputStream());
        if (response.statusCode() / 100 != 2) {
            try (InputStream in = response.body()) {
                throw refused(
                        response.statusCode(), Bytes.copyOf(in.readNBytes(MAX_PROBLEM_BYTES)));
            }
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private static BodyPublisher document(Object body) {
        return BodyPublishers.ofByteArray(Json.write(body).toArray());
    }

    private Bytes send(HttpRequest.Builder request)
            throws IOException, InterruptedException, CommandFailure {
        HttpResponse<byte[]> response;
        try {
            response =
                    http.send(
                            request.build(),
                            info ->
                                    BodySubscribers.limiting(
                                            BodySubscribers.ofByteArray(), MAX_ANSWER_BYTES));
        } catch (ConnectException e) {
            throw CommandFailure.operation("no verifier answers at " + base + ": is it serving?");
        } catch (SSLException e) {
            throw CommandFailure.operation(
                    "the server at " + base + " is not the verifier: " + e.getMessage());
        }
        Bytes body = Bytes.copyOf(response.body());
        if (response.statusCode() / 100 != 2) {
            throw refused(response.statusCode(), body);
        }
        return body;
    }

    private static JsonNode json(Bytes body) throws CommandFailure {
        try {
            return Json.parseTree(body, MAX_ANSWER_BYTES);
        } catch (MalformedInputException e) {
            throw CommandFailure.operation("the verifier's answer is no JSON: " + e.getMessage());
        }
    }

    private static CommandFailure refused(int status, Bytes body) {
        try {
            Problem problem = Json.parse(body, Problem.class, MAX_PROBLEM_BYTES);
            String detail = problem.detail();
            return CommandFailure.refused(
                    status,
                    "the verifier refused: "
                            + problem.title()
                            + (detail == null ? "" : ": " + detail));
        } catch (MalformedInputException e) {
            return CommandFailure.refused(status, "the verifier answered " + status);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
