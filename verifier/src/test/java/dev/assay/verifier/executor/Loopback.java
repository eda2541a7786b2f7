package dev.assay.verifier.executor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// A server of the JDK on a free loopback port, which keeps what it was asked.
final class Loopback implements AutoCloseable {
    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    record Asked(String method, String uri, Map<String, String> headers, String body) {}

    private Loopback(HttpServer server) {
        this.server = server;
    }

    static Loopback at(int port) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return new Loopback(server);
    }

    static Loopback answering(int status, String body) throws IOException {
        return at(0).on("/", exchange -> answer(exchange, status, body));
    }

    /// Takes the request and never answers.
    static Loopback hanging() throws IOException {
        Loopback loopback = at(0);
        return loopback.on("/", exchange -> loopback.hold());
    }

    /// Answers, and never comes to the end of it.
    static Loopback trickling() throws IOException {
        Loopback loopback = at(0);
        return loopback.on(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    loopback.hold();
                });
    }

    /// Never ends to answer.
    static Loopback flooding(int status) throws IOException {
        return at(0).on(
                        "/",
                        exchange -> {
                            exchange.sendResponseHeaders(status, 0);
                            byte[] words = "flood ".repeat(1000).getBytes(StandardCharsets.UTF_8);
                            for (int i = 0; i < 100_000; i++) {
                                exchange.getResponseBody().write(words);
                            }
                        });
    }

    static Loopback redirecting(String to) throws IOException {
        return at(0).on(
                        "/",
                        exchange -> {
                            exchange.getResponseHeaders().add("Location", to);
                            answer(exchange, 307, "");
                        });
    }

    Loopback on(String path, HttpHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    asked.add(asked(exchange));
                    handler.handle(exchange);
                });
        return this;
    }

    private static Asked asked(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name, values.getFirst()));
        return new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void hold() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        ended.countDown();
        server.stop(0);
    }
}
