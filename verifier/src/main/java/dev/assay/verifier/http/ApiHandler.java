package dev.assay.verifier.http;

import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.signing.NotSignedException;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one way through the edge: route, caller, query, body, endpoint, answer. Runs on a virtual
/// thread, so it may wait.
final class ApiHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final int LOGGED_REFUSALS = 20;

    private final Routes routes;
    private final Gate gate;
    private final Bodies bodies;
    private final Metrics metrics;
    // Whoever sends garbage does not also choose how much is written to the disk.
    private final Buckets logged = new Buckets(LOGGED_REFUSALS, 1, 1000, System::nanoTime);

    ApiHandler(Routes routes, Gate gate, Bodies bodies, Metrics metrics) {
        this.routes = routes;
        this.gate = gate;
        this.bodies = bodies;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            answer(request, response);
            callback.succeeded();
        } catch (IOException e) {
            // The caller went away, or stopped reading.
            callback.failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callback.failed(e);
        }
        return true;
    }

    private void answer(Request request, Response response)
            throws IOException, InterruptedException {
        Routes.@Nullable Match match = routes.match(Request.getPathInContext(request));
        if (match == null) {
            write(refused(request, Problems.of(404, "no-such-route", null)), response);
            return;
        }
        Route route = route(match, request.getMethod());
        if (route == null) {
            String allowed =
                    match.methods().keySet().stream()
                            .map(Method::name)
                            .collect(Collectors.joining(", "));
            Problem problem = Problems.of(405, "method", "use " + allowed);
            write(Reply.problem(problem, Map.of("Allow", allowed)), response);
            return;
        }
        try (Admitted admitted = admit(route, match, request)) {
            Reply reply = admitted.reply;
            if (reply instanceof Reply.Document it && it.status() >= 400) {
                bodies.discard(request);
            }
            metrics.answered(route, reply instanceof Reply.Document it ? it.status() : 200);
            write(reply, response);
            if (!(reply instanceof Reply.Live)) {
                metrics.took(route, System.nanoTime() - request.getBeginNanoTime());
            }
        }
    }

    private static @Nullable Route route(Routes.Match match, String method) {
        // A GET whose body stays away (RFC 9110, section 9.3.2): probes ask so.
        String wanted = method.equals("HEAD") ? "GET" : method;
        return match.methods().values().stream()
                .filter(route -> route.method().name().equals(wanted))
                .findFirst()
                .orElse(null);
    }

    /// An answer, and the body that it may still be read from.
    private record Admitted(Reply reply, Bodies.@Nullable Held held) implements AutoCloseable {
        @Override
        public void close() {
            if (held != null) {
                held.close();
            }
        }
    }

    private Admitted admit(Route route, Routes.Match match, Request request)
            throws InterruptedException {
        String address = Gate.addressOf(request.getConnectionMetaData().getRemoteSocketAddress());
        String bearer = Gate.bearer(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        Bodies.@Nullable Held held = null;
        try {
            Principal caller = gate.require(route.access(), bearer, address);
            Map<String, String> query = query(request, route);
            held = bodies.read(request, route.body());
            String accept = request.getHeaders().get(HttpHeader.ACCEPT);
            Call call =
                    new Call(
                            match.parameters(),
                            query,
                            held.document(),
                            held.upload(),
                            address,
                            caller,
                            bearer,
                            accept != null && accept.contains(LiveFeed.MEDIA_TYPE),
                            request.getHeaders().get("Last-Event-ID"));
            return new Admitted(route.endpoint().answer(call), held);
        } catch (HttpRefusal e) {
            return new Admitted(refused(request, e.problem(), e.headers()), held);
        } catch (MalformedInputException e) {
            return new Admitted(refused(request, Problems.of(e)), held);
        } catch (NotAuthenticException e) {
            return new Admitted(refused(request, Problems.of(e)), held);
        } catch (RefusedException e) {
            return new Admitted(refused(request, Problems.of(e)), held);
        } catch (NotSignedException e) {
            return new Admitted(
                    refused(request, Problems.of(422, "not-signed", e.getMessage())), held);
        } catch (Bodies.BrokenBodyException e) {
            HttpRefusal refusal = e.refusal();
            return new Admitted(refused(request, refusal.problem(), refusal.headers()), held);
        } catch (IOException | RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("method", route.method())
                    .addKeyValue("route", route.path())
                    .log("a request failed");
            return new Admitted(refused(request, Problems.of(500, "internal", null)), held);
        }
    }

    private static Map<String, String> query(Request request, Route route) throws HttpRefusal {
        if (request.getHttpURI().getQuery() == null) {
            return Map.of();
        }
        Map<String, String> query = new HashMap<>();
        Fields fields;
        try {
            fields = Request.extractQueryParameters(request);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new HttpRefusal(400, "malformed", "the query is not percent-encoded UTF-8");
        }
        for (Fields.Field field : fields) {
            if (!route.query().contains(field.getName())) {
                throw new HttpRefusal(
                        400,
                        "unknown-parameter",
                        "known are: " + String.join(", ", new TreeSet<>(route.query())));
            }
            if (field.getValues().size() != 1) {
                throw new HttpRefusal(
                        400, "repeated-parameter", "give " + field.getName() + " once");
            }
            query.put(field.getName(), field.getValue());
        }
        return query;
    }

    private Reply refused(Request request, Problem problem) {
        return refused(request, problem, Map.of());
    }

    private Reply refused(Request request, Problem problem, Map<String, String> headers) {
        String word = problem.type().substring(Problems.TYPE_BASE.length());
        metrics.refused(word);
        if (logged.take(word)) {
            LOG.atInfo()
                    .addKeyValue("reason", word)
                    .addKeyValue("status", problem.status())
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getHttpURI().getCanonicalPath())
                    .addKeyValue("from", Request.getRemoteAddr(request))
                    .log("refused");
        }
        return Reply.problem(problem, headers);
    }

    private static void write(Reply reply, Response response)
            throws IOException, InterruptedException {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        switch (reply) {
            case Reply.Document document -> {
                response.setStatus(document.status());
                document.headers().forEach(response.getHeaders()::put);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, document.mediaType());
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.body().length());
                Content.Sink.write(response, true, ByteBuffer.wrap(document.body().toArray()));
            }
            case Reply.File file -> {
                file.headers().forEach(response.getHeaders()::put);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, file.mediaType());
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.length());
                try (InputStream in = file.content();
                        OutputStream out = Content.Sink.asOutputStream(response)) {
                    in.transferTo(out);
                }
            }
            case Reply.Live live -> {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, live.mediaType());
                try (OutputStream out = Content.Sink.asOutputStream(response)) {
                    live.writing().writeTo(out);
                }
            }
        }
    }
}
