package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import dev.assay.verifier.kubernetes.KubernetesExecutor;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.site.ExecutorConfig;
import dev.assay.verifier.site.Site;
import dev.assay.verifier.site.SiteRefusedException;
import dev.assay.verifier.store.VerifierData;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "Serve the API until it is told to stop.")
final class ServeCommand implements Callable<Integer> {
    private static final long STOP_SECONDS = 20;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "As init made it.")
    private Path folder;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8443",
            description = "Default 127.0.0.1:8443; port 0 takes a free one.")
    private String listen;

    @Option(
            names = "--site",
            paramLabel = "FILE",
            description = "Executors and blockers; default DIR/site.json, where it is there.")
    private @Nullable Path site;

    @Mixin private Printing printing;

    private record Started(String address) {}

    @Override
    public Integer call()
            throws IOException,
                    MalformedInputException,
                    NotSignedException,
                    InterruptedException,
                    CommandFailure {
        VerifierData data = new VerifierData(folder);
        if (!Files.exists(data.trustRoot())) {
            throw CommandFailure.operation(folder + " holds no verifier: init --data " + folder);
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, stopped), "stop"));
        try (Serving serving = Serving.start(data, rungs(data), address(), Clock.systemUTC())) {
            serving.missing().forEach(line -> System.err.println("assay verifier: " + line));
            printing.print(
                    new Started(serving.address()),
                    List.of("assay verifier on " + serving.address()));
            stop.await();
        } finally {
            stopped.countDown();
        }
        return Exit.CLEAN;
    }

    private Rungs rungs(VerifierData data) throws CommandFailure {
        Path file = site == null ? data.site() : site;
        if (site == null && !Files.exists(file)) {
            return Rungs.NONE;
        }
        try {
            return Site.read(file, ServeCommand::nodes, InstantSource.system());
        } catch (SiteRefusedException e) {
            throw CommandFailure.operation(String.valueOf(e.getMessage()));
        }
    }

    private static Executor nodes(String name, ExecutorConfig.Kubernetes config)
            throws IOException {
        String namespace = config.namespace();
        return KubernetesExecutor.open(
                new KubernetesExecutor.Settings(
                        name,
                        config.kubeconfig() == null ? null : Path.of(config.kubeconfig()),
                        switch (config.method()) {
                            case REBOOT -> KubernetesExecutor.Method.REBOOT;
                            case DELETE -> KubernetesExecutor.Method.DELETE;
                        },
                        namespace == null ? "assay-agent" : namespace,
                        Boolean.TRUE.equals(config.receipts())));
    }

    private InetSocketAddress address() throws CommandFailure {
        int colon = listen.lastIndexOf(':');
        String port = listen.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw CommandFailure.usage("--listen is HOST:PORT, for example 0.0.0.0:8443");
        }
        String host = listen.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw CommandFailure.usage("--listen: there is no address of the name " + host);
        }
        return address;
    }

    /// Runs at SIGTERM; the machine ends when it returns.
    private static void stop(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("assay verifier: stopped before all was written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
