package dev.assay.verifier.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Says whether a process is of use, to whoever would restart it. Tells nothing else.
final class HealthPort implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final @Nullable HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HealthPort(@Nullable HttpServer server, BooleanSupplier healthy) {
        this.server = server;
        if (server != null) {
            server.setExecutor(threads);
            server.createContext(
                    "/healthz",
                    exchange -> {
                        exchange.sendResponseHeaders(healthy.getAsBoolean() ? 200 : 503, -1);
                        exchange.close();
                    });
            server.start();
        }
    }

    /// On all of the machine's addresses: a kubelet asks at the pod's.
    ///
    /// @param port null for none
    static HealthPort open(@Nullable Integer port, BooleanSupplier healthy) throws IOException {
        return new HealthPort(
                port == null ? null : HttpServer.create(new InetSocketAddress(port), BACKLOG),
                healthy);
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }
}
