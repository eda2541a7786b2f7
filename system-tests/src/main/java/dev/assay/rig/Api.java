package dev.assay.rig;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.PinnedTls;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The verifier's API as an orchestrator calls it.
public final class Api implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 16 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final URI base;
    private final String token;
    private final HttpClient http;

    public Api(URI base, String token, List<Digest> pins) {
        this.base = base;
        this.token = token;
        this.http =
                HttpClient.newBuilder()
                        .sslContext(PinnedTls.context(pins, InstantSource.system()))
                        .sslParameters(PinnedTls.parameters())
                        .connectTimeout(TIMEOUT)
                        .build();
    }

    /// @param status of HTTP
    public record Answer(int status, Bytes body) {
        public JsonNode json() throws IOException {
            try {
                return Json.parseTree(body, MAX_ANSWER_BYTES);
            } catch (MalformedInputException e) {
                throw new IOException("the verifier's answer is not JSON: " + e.getMessage(), e);
            }
        }
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return require(path, send("GET", path, BodyPublishers.noBody())).json();
    }

    public String text(String path) throws IOException, InterruptedException {
        return require(path, send("GET", path, BodyPublishers.noBody())).body().lossyText();
    }

    public JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return require(path, send("POST", path, json(body))).json();
    }

    public JsonNode upload(String path, Path file) throws IOException, InterruptedException {
        return require(path, send("POST", path, BodyPublishers.ofFile(file))).json();
    }

    /// Any request, whatever the answer.
    public Answer request(String method, String path, Object body)
            throws IOException, InterruptedException {
        return send(method, path, json(body));
    }

    private static BodyPublisher json(Object body) {
        return BodyPublishers.ofByteArray(Json.write(body).toArray());
    }

    private Answer send(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, body)
                        .build();
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), Bytes.copyOf(response.body()));
    }

    private static Answer require(String path, Answer answer) throws IOException {
        if (answer.status() / 100 != 2) {
            throw new IOException(
                    path + " answered " + answer.status() + ": " + answer.body().lossyText());
        }
        return answer;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
