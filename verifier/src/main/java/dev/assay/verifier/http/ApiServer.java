package dev.assay.verifier.http;

import dev.assay.signing.PinnedTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// TLS 1.3, HTTP/2 and HTTP/1.1 on one port. Every limit on what an unknown peer may hold stands
/// here: connections, header bytes, streams, idle time.
public final class ApiServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 20_000;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int MAX_STREAMS = 128;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 5_000;
    private static final int PLATFORM_THREADS = 64;

    private final Server server;
    private final ServerConnector connector;
    private final ExecutorService virtualThreads;
    private final Runnable onStop;

    private ApiServer(
            Server server,
            ServerConnector connector,
            ExecutorService virtualThreads,
            Runnable onStop) {
        this.server = server;
        this.connector = connector;
        this.virtualThreads = virtualThreads;
        this.onStop = onStop;
    }

    /// Listens when it returns.
    ///
    /// @param listen port 0 takes a free one
    /// @throws IOException where the address cannot be listened on
    public static ApiServer start(Api api, KeyStore keys, InetSocketAddress listen)
            throws IOException {
        return start(api.handler(), api::stopLive, keys, listen);
    }

    /// @param onStop ends what would last longer than the server
    static ApiServer start(
            Handler handler, Runnable onStop, KeyStore keys, InetSocketAddress listen)
            throws IOException {
        ExecutorService virtualThreads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
        QueuedThreadPool pool = new QueuedThreadPool(PLATFORM_THREADS);
        pool.setName("jetty");
        pool.setVirtualThreadsExecutor(virtualThreads);
        Server server = new Server(pool);
        ServerConnector connector = connector(server, keys);
        connector.setHost(listen.getAddress().getHostAddress());
        connector.setPort(listen.getPort());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        server.setHandler(new GracefulHandler(handler));
        server.setErrorHandler(new JettyProblems());
        server.setStopTimeout(STOP_MILLIS);
        try {
            server.start();
        } catch (IOException e) {
            virtualThreads.shutdownNow();
            throw e;
        } catch (Exception e) {
            virtualThreads.shutdownNow();
            throw new IllegalStateException("the server does not start", e);
        }
        return new ApiServer(server, connector, virtualThreads, onStop);
    }

    private static ServerConnector connector(Server server, KeyStore keys) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        // The pin says whose key it is; whatever name the caller knows the server by is fine.
        http.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        http2.setMaxConcurrentStreams(MAX_STREAMS);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(keys);
        tls.setKeyStorePassword("");
        tls.setIncludeProtocols(PinnedTls.PROTOCOL);
        tls.setCipherComparator(HTTP2Cipher.COMPARATOR);
        ServerConnector connector =
                new ServerConnector(
                        server,
                        new SslConnectionFactory(tls, alpn.getProtocol()),
                        alpn,
                        http2,
                        http1);
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    /// The port that it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    /// Lets requests that are under way end, then stops.
    @Override
    public void close() {
        onStop.run();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        } finally {
            virtualThreads.shutdownNow();
        }
    }
}
