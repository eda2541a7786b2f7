package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.signing.PinnedTls;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The API as it comes over TLS, whatever it answers.
final class Wire implements AutoCloseable {
    private final URI base;
    private final HttpClient http;

    Wire(URI base, List<Digest> pins) {
        this.base = base;
        this.http =
                HttpClient.newBuilder()
                        .sslContext(PinnedTls.context(pins, InstantSource.system()))
                        .sslParameters(PinnedTls.parameters())
                        .build();
    }

    HttpClient http() {
        return http;
    }

    HttpRequest.Builder request(String path, @Nullable String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(30));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> get(String path, @Nullable String token)
            throws IOException, InterruptedException {
        return http.send(request(path, token).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, Bytes json) throws IOException, InterruptedException {
        return post(path, json, null);
    }

    HttpResponse<String> post(String path, Bytes json, @Nullable String token)
            throws IOException, InterruptedException {
        return http.send(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(json.toArray()))
                        .build(),
                BodyHandlers.ofString());
    }

    static <T> T read(HttpResponse<String> answer, Class<T> type) throws MalformedInputException {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return Json.parse(Bytes.utf8(answer.body()), type, 16 << 20);
    }

    static JsonNode tree(HttpResponse<String> answer) throws MalformedInputException {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return Json.parseTree(Bytes.utf8(answer.body()), 16 << 20);
    }

    static void assertProblem(HttpResponse<String> answer, int status, String word)
            throws MalformedInputException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        Problem problem = Json.parse(Bytes.utf8(answer.body()), Problem.class, 64 << 10);
        assertThat(problem.type()).isEqualTo("https://assay.dev/problems/" + word);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
