package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One request and its answer, under one limit of time for all of it and one of size; redirects are
/// not followed, because what is sent was meant for the configured address and nobody else.
final class BoundedHttp {
    private BoundedHttp() {}

    /// @param cut whether there was more than the limit
    record Answer(int status, Bytes body, boolean cut) {
        boolean isOk() {
            return status >= 200 && status < 300;
        }

        String firstLine() {
            String text = body.lossyText().strip();
            return Line.of(text.lines().findFirst().orElse(""));
        }
    }

    /// @throws TimeoutException where it was not all there in time
    /// @throws IOException where there is no connection, or it broke
    static Answer exchange(HttpRequest request, int maxBytes, Duration limit)
            throws IOException, InterruptedException, TimeoutException {
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(limit)
                        .build();
        try {
            HttpResponse<Beginning> response =
                    client.sendAsync(request, info -> new Taking(maxBytes))
                            .get(limit.toNanos(), TimeUnit.NANOSECONDS);
            Beginning beginning = response.body();
            return new Answer(response.statusCode(), beginning.bytes(), beginning.cut());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException broken
                    ? broken
                    : new IOException("the exchange failed", e.getCause());
        } finally {
            // Waits for nothing; an exchange that goes on is ended.
            client.shutdownNow();
        }
    }

    private record Beginning(Bytes bytes, boolean cut) {}

    /// Takes so many bytes and lets go of the rest.
    private static final class Taking implements HttpResponse.BodySubscriber<Beginning> {
        private final CompletableFuture<Beginning> body = new CompletableFuture<>();
        private final ByteBuffer taken;
        private Flow.@Nullable Subscription subscription;

        Taking(int maxBytes) {
            taken = ByteBuffer.allocate(maxBytes);
        }

        @Override
        public CompletionStage<Beginning> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription fresh) {
            subscription = fresh;
            fresh.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                int room = Math.min(taken.remaining(), part.remaining());
                taken.put(part.slice(part.position(), room));
                if (room < part.remaining()) {
                    complete(true);
                    Flow.Subscription current = subscription;
                    if (current != null) {
                        current.cancel();
                    }
                    return;
                }
            }
        }

        @Override
        public void onError(Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            complete(false);
        }

        private void complete(boolean cut) {
            byte[] bytes = new byte[taken.position()];
            taken.get(0, bytes);
            body.complete(new Beginning(Bytes.copyOf(bytes), cut));
        }
    }
}
