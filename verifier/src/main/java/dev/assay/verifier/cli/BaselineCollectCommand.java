package dev.assay.verifier.cli;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.SigningKey;
import dev.assay.text.Numbers;
import dev.assay.tree.Digest;
import dev.assay.verifier.collect.AgentFolder;
import dev.assay.verifier.collect.CaptureWish;
import dev.assay.verifier.collect.CapturedFile;
import dev.assay.verifier.collect.CollectException;
import dev.assay.verifier.collect.Collector;
import dev.assay.verifier.ssh.HostKeyFingerprint;
import dev.assay.verifier.ssh.SshConnection;
import dev.assay.verifier.ssh.SshKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "collect",
        description = {
            "Capture a golden host over SSH; no agent need be there. The host's key must be the one",
            "that is given, and nothing is left behind on it. Ends with 2 where it was not reached",
            "or not in time."
        })
final class BaselineCollectCommand implements Callable<Integer> {
    /// What `./assay` sets: the folder of its own build.
    static final String AGENT_DIST = "assay.agent.dist";

    private static final String INSTALLED = "/usr/bin/attest-agent";

    /// Where programs may be run differs between hosts.
    private static final List<String> PLACES = List.of("/var/tmp", "/tmp", "/run", "/dev/shm");

    private static final int NAME_BYTES = 16;

    @Option(
            names = "--ssh",
            required = true,
            paramLabel = "USER@HOST[:PORT]",
            converter = SshAddress.Converter.class,
            description = "Who is root, or may run sudo -n.")
    private SshAddress address = new SshAddress("", "", 0);

    @Option(
            names = "--host-key",
            required = true,
            paramLabel = "SHA256:…",
            description =
                    "As ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints it on the host.")
    private String hostKey = "";

    @Mixin private IdentityOptions identity = new IdentityOptions();

    @Mixin private CollectWishOptions options = new CollectWishOptions();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "NAME.golden",
            description = "The file to write; it appears whole or not at all.")
    private Path out = Path.of("");

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description = "Sign with this private key; without it: baseline sign.")
    private @Nullable Path signWith;

    @Option(
            names = "--agent",
            paramLabel = "DIR",
            description = {
                "The agent's folder (attest-agent/target/dist), brought along in any case. Without",
                "it " + INSTALLED + " is used, where it is of this version."
            })
    private @Nullable Path agent;

    @Option(
            names = "--remote-dir",
            paramLabel = "DIR",
            description =
                    "Where on the host to make a private folder (default: the first of /var/tmp,"
                            + " /tmp, /run and /dev/shm in which something can be run).")
    private @Nullable String place;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30m",
            converter = Lives.class,
            description = "For all of it (default 30m).")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            defaultValue = "536870912",
            description = "Take no larger file from the host (default 512 MiB).")
    private long maxBytes;

    @Option(names = "--quiet", description = "No progress, also on a terminal.")
    private boolean quiet;

    @Mixin private Printing printing = new Printing();

    private record Collected(
            String file,
            String host,
            String channel,
            long serial,
            Digest baseline,
            boolean signed,
            Instant notBefore,
            Instant notAfter,
            Digest digest,
            boolean simulated,
            long entries,
            String tool,
            @Nullable String leftBehind) {}

    @Override
    public Integer call()
            throws IOException, MalformedInputException, InterruptedException, CommandFailure {
        if (timeout.isZero() || maxBytes < 1) {
            throw CommandFailure.usage("--timeout and --max-bytes have to be more than nothing");
        }
        CaptureWish wish = options.wish();
        HostKeyFingerprint known = fingerprint();
        SshKey key = identity.key();
        SigningKey signer = signWith == null ? null : SigningKey.read(signWith);
        Collector.Target target = target();
        Path fetched = Files.createTempFile(folder(), ".golden", ".fetched");
        try (StageLine stages = StageLine.on(printing.err(), quiet);
                Collector collector =
                        new Collector(
                                target,
                                new SshConnection(address.host(), known, timeout),
                                freshName(),
                                stages)) {
            Thread onSignal = new Thread(() -> interrupted(collector, fetched));
            Runtime.getRuntime().addShutdownHook(onSignal);
            try {
                CapturedFile captured = run(collector, stages, key, wish, fetched);
                stages.clear();
                return written(captured, signer, collector.leftBehind());
            } finally {
                forget(onSignal);
            }
        } finally {
            Files.deleteIfExists(fetched);
        }
    }

    private static void forget(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // A signal came, and it runs.
            return;
        }
    }

    private HostKeyFingerprint fingerprint() throws CommandFailure {
        try {
            return new HostKeyFingerprint(hostKey);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--host-key: " + e.getMessage());
        }
    }

    private Collector.Target target() throws IOException, CommandFailure {
        String built = System.getProperty(AGENT_DIST);
        AgentFolder folder = null;
        if (agent != null) {
            folder = AgentFolder.of(agent);
        } else if (built != null && Files.isDirectory(Path.of(built))) {
            folder = AgentFolder.of(Path.of(built));
        }
        return new Collector.Target(
                address.user(),
                address.host(),
                address.port(),
                place == null ? PLACES : List.of(CollectWishOptions.folder("--remote-dir", place)),
                INSTALLED,
                "attest-agent " + VerifierMain.version(),
                folder,
                agent != null,
                maxBytes);
    }

    private Path folder() throws CommandFailure {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandFailure.operation("there is no folder for " + out);
        }
        return folder;
    }

    private static String freshName() {
        byte[] random = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(random);
        return "assay-collect-" + HexFormat.of().formatHex(random);
    }

    /// What a signal leaves to be done.
    private void interrupted(Collector collector, Path fetched) {
        collector.close();
        try {
            Files.deleteIfExists(fetched);
        } catch (IOException e) {
            printing.err().println(fetched + " is left");
        }
        String left = collector.leftBehind();
        if (left != null) {
            printing.err().println(leftLine(left));
        }
    }

    private CapturedFile run(
            Collector collector, StageLine stages, SshKey key, CaptureWish wish, Path fetched)
            throws InterruptedException, CommandFailure {
        var collection = new FutureTask<>(() -> collector.run(key, wish, fetched));
        Thread.ofVirtual().name("collect").start(collection);
        try {
            return collection.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw left(
                    collector,
                    stages,
                    CommandFailure.undetermined(
                            stages.stage()
                                    + " did not end within "
                                    + timeout.toSeconds()
                                    + " s (--timeout)"));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof CollectException failed)) {
                throw new IllegalStateException(e.getCause());
            }
            stages.clear();
            failed.details().forEach(line -> printing.err().println("  " + line));
            String why = String.valueOf(failed.getMessage());
            throw left(
                    collector,
                    stages,
                    switch (failed.kind()) {
                        case UNDETERMINED -> CommandFailure.undetermined(why);
                        case REFUSED -> CommandFailure.operation(why);
                    });
        }
    }

    private CommandFailure left(Collector collector, StageLine stages, CommandFailure failure) {
        collector.close();
        stages.clear();
        String left = collector.leftBehind();
        if (left != null) {
            printing.err().println(leftLine(left));
        }
        return failure;
    }

    private static String leftLine(String left) {
        return "  it is not known whether " + left + " is gone: look, and remove it";
    }

    private int written(CapturedFile captured, @Nullable SigningKey signer, @Nullable String left)
            throws IOException {
        Baseline baseline = captured.baseline();
        Envelope envelope = captured.golden().envelope();
        if (signer != null) {
            envelope = envelope.plusSignature(signer);
        }
        captured.golden().writeWith(envelope, out);
        Collected collected =
                new Collected(
                        out.toString(),
                        address.host(),
                        baseline.channel(),
                        baseline.serial(),
                        envelope.payloadDigest(),
                        signer != null,
                        baseline.notBefore(),
                        baseline.notAfter(),
                        baseline.root(),
                        baseline.captured().simulated(),
                        baseline.manifest().entries(),
                        EscapedText.printable(baseline.captured().tool()),
                        left);
        if (left != null) {
            printing.err().println(leftLine(left));
        }
        printing.print(
                collected,
                List.of(
                        "COLLECTED "
                                + baseline.channel()
                                + " #"
                                + baseline.serial()
                                + " of "
                                + address.host()
                                + " in "
                                + out
                                + (signer == null ? ", unsigned: baseline sign" : ""),
                        Numbers.count(baseline.manifest().entries())
                                + " entries, by "
                                + collected.tool()
                                + (collected.simulated() ? ", not of the live host" : "")));
        return left == null ? Exit.CLEAN : Exit.UNDETERMINED;
    }
}
