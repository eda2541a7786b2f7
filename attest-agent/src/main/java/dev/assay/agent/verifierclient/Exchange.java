package dev.assay.agent.verifierclient;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.signing.PinnedTls;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One request and its answer: each has a deadline from the first packet to the last byte, because
/// the client's own timeout ends with the headers and a verifier that trickles would hold the loop;
/// and a limit that is looked at before anything is kept.
final class Exchange implements AutoCloseable {
    private static final int MAX_PROBLEM_BYTES = 64 << 10;
    private static final int MAX_DETAIL_CHARS = 300;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_FAULTS = 500;
    private static final String PROBLEM_PREFIX = "https://assay.dev/problems/";

    private final HttpClient http;
    private final URI base;

    /// @param connectTimeout also of the TLS handshake's transport
    Exchange(URI base, List<Digest> pins, Duration connectTimeout, InstantSource clock) {
        this.base = base;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectTimeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(PinnedTls.context(pins, clock))
                        .sslParameters(PinnedTls.parameters())
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
    }

    HttpRequest.Builder post(String path, Bytes json) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.toArray()));
    }

    /// A body of its own form. A refusal comes before it is sent, not into its middle.
    HttpRequest.Builder upload(String path, Bytes body) {
        return request(path)
                .expectContinue(true)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toArray()));
    }

    /// A successful answer's body.
    Bytes send(HttpRequest.Builder request, int maxBytes, Duration deadline)
            throws VerifierException {
        HttpResponse<byte[]> response =
                await(
                        request,
                        info ->
                                BodySubscribers.limiting(
                                        BodySubscribers.ofByteArray(),
                                        isSuccess(info.statusCode())
                                                ? maxBytes
                                                : MAX_PROBLEM_BYTES),
                        deadline);
        Bytes body = Bytes.copyOf(response.body());
        requireSuccess(response.statusCode(), body);
        return body;
    }

    /// Streams a successful answer's body into a new file; what is left of it after a failure is
    /// the caller's to delete.
    void download(HttpRequest.Builder request, Path target, long maxBytes, Duration deadline)
            throws VerifierException {
        BodyHandler<Bytes> handler =
                info ->
                        isSuccess(info.statusCode())
                                ? BodySubscribers.mapping(
                                        BodySubscribers.limiting(
                                                BodySubscribers.ofFile(
                                                        target,
                                                        StandardOpenOption.CREATE_NEW,
                                                        StandardOpenOption.WRITE),
                                                maxBytes),
                                        file -> Bytes.EMPTY)
                                : BodySubscribers.mapping(
                                        BodySubscribers.limiting(
                                                BodySubscribers.ofByteArray(), MAX_PROBLEM_BYTES),
                                        Bytes::copyOf);
        HttpResponse<Bytes> response = await(request, handler, deadline);
        requireSuccess(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> await(
            HttpRequest.Builder request, BodyHandler<T> handler, Duration deadline)
            throws VerifierException {
        CompletableFuture<HttpResponse<T>> answer =
                http.sendAsync(request.timeout(deadline).build(), handler);
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new VerifierException.Unreachable(
                    "no whole answer within " + deadline.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new VerifierException.Unreachable("interrupted", e);
        } catch (ExecutionException e) {
            throw failed(e);
        }
    }

    private VerifierException failed(ExecutionException e) {
        String reason = "";
        for (Throwable at = e.getCause(); at != null; at = at.getCause()) {
            String message = at.getMessage();
            if (at instanceof IOException && message != null && message.contains("capacity")) {
                return new VerifierException.Malformed("the answer is longer than it may be", e);
            }
            if (at instanceof ConnectException) {
                return new VerifierException.Unreachable("nobody answers at " + base, e);
            }
            reason = at.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        }
        return new VerifierException.Unreachable(reason, e);
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    private static void requireSuccess(int status, Bytes body) throws VerifierException {
        if (isSuccess(status)) {
            return;
        }
        String word = "";
        String detail = "the verifier answered " + status;
        try {
            Problem problem = Json.parse(body, Problem.class, MAX_PROBLEM_BYTES);
            if (problem.type() != null && problem.type().startsWith(PROBLEM_PREFIX)) {
                word = cut(problem.type().substring(PROBLEM_PREFIX.length()));
            }
            detail = problem.detail() == null ? detail : cut(problem.detail());
        } catch (MalformedInputException noProblem) {
            detail += " without saying why";
        }
        if (status >= SERVER_FAULTS || status == TOO_MANY_REQUESTS) {
            throw new VerifierException.Unreachable("the verifier answered " + status);
        }
        throw new VerifierException.Refused(status, word, detail);
    }

    private static String cut(String text) {
        return text.length() <= MAX_DETAIL_CHARS ? text : text.substring(0, MAX_DETAIL_CHARS);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
