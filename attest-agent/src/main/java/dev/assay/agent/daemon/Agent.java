package dev.assay.agent.daemon;

import dev.assay.agent.attest.HostMeasurer;
import dev.assay.agent.daemon.Attester.Judged;
import dev.assay.agent.daemon.Rounds.Round;
import dev.assay.agent.reset.Deed;
import dev.assay.agent.reset.ResetAction;
import dev.assay.agent.reset.ResetOrders;
import dev.assay.agent.tpm.HostTpm;
import dev.assay.agent.tpm.KernelLogs;
import dev.assay.agent.tpm.QuotedEvidence;
import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// An agent on its state folder: everything that `bootstrap` and `run` need, wired.
public final class Agent implements AutoCloseable {
    private final Settings settings;
    private final StateFolder state;
    private final HostMeasurer host;
    private final SigningKey key;
    private final TrustStore trust;
    private final Optional<Enrolment> enrolment;
    private final URI verifier;
    private final Connection connection;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /// @param mayBeVolatile whether the state folder may be lost with the next reboot
    /// @param verifier null for the one of the enrolment
    /// @param trustRoot null for the one that the state folder follows
    /// @param version name and version of this program
    /// @param quoting null where this host has no TPM, or none is to be used
    public record Settings(
            Path stateFolder,
            boolean mayBeVolatile,
            @Nullable URI verifier,
            @Nullable Path trustRoot,
            String version,
            VerifierClient.Deadlines deadlines,
            InstantSource clock,
            RandomGenerator random,
            @Nullable Quoting quoting) {}

    /// The host's TPM and what explains its PCRs.
    public record Quoting(HostTpm tpm, KernelLogs logs) {}

    private Agent(
            Settings settings,
            StateFolder state,
            HostMeasurer host,
            SigningKey key,
            TrustStore trust,
            Optional<Enrolment> enrolment,
            URI verifier) {
        this.settings = settings;
        this.state = state;
        this.host = host;
        this.key = key;
        this.trust = trust;
        this.enrolment = enrolment;
        this.verifier = verifier;
        this.connection = new Connection(verifier, trust, settings.deadlines(), settings.clock());
    }

    public static Agent open(Settings settings, HostMeasurer host)
            throws StartException, IOException {
        StateFolder state = StateFolder.open(settings.stateFolder(), settings.mayBeVolatile());
        try {
            TrustStore trust = TrustStore.open(state.trustRoot(), settings.trustRoot());
            SigningKey key = HostKey.readOrMake(state.hostKey());
            Optional<Enrolment> enrolment = Enrolment.read(state, key.verificationKey().keyId());
            URI verifier = verifier(settings.verifier(), enrolment);
            return new Agent(settings, state, host, key, trust, enrolment, verifier);
        } catch (StartException | IOException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    private static URI verifier(@Nullable URI given, Optional<Enrolment> enrolment)
            throws StartException {
        try {
            if (given != null) {
                return VerifierClient.requireUrl(given);
            }
            if (enrolment.isPresent()) {
                return VerifierClient.requireUrl(URI.create(enrolment.get().verifier()));
            }
        } catch (IllegalArgumentException e) {
            throw StartException.ofUsage(String.valueOf(e.getMessage()));
        }
        throw StartException.ofUsage("this host is not enrolled: run bootstrap first");
    }

    /// @param name of this host, where it is not enrolled yet
    /// @param tokenFile null where there is none any more
    /// @param wait null for ever
    public Bootstrap.Outcome bootstrap(
            String name,
            @Nullable String platformId,
            @Nullable Path tokenFile,
            @Nullable Duration wait,
            Bootstrap.WhenUnreachable whenUnreachable)
            throws StartException, IOException {
        @Nullable Quoting quoting = settings.quoting();
        Bootstrap bootstrap =
                new Bootstrap(
                        state,
                        new Enroller(
                                state,
                                key,
                                connection,
                                host,
                                settings.version(),
                                quoting == null ? null : quoting.tpm()),
                        this::attester,
                        this::pause,
                        settings.clock(),
                        settings.random());
        return bootstrap.run(
                new Bootstrap.Request(
                        verifier.toString(), name, platformId, tokenFile, wait, whenUnreachable),
                atThisVerifier());
    }

    /// Attests until {@link #stop}.
    public void run(ResetAction reset) throws StartException, IOException {
        run(ResetPlan.of(reset));
    }

    /// Attests until {@link #stop}.
    public void run(ResetPlan plan) throws StartException, IOException {
        daemon(orders(plan.action()), plan).run();
    }

    /// One round.
    ///
    /// @return how it ended, in the words of {@link #bootstrap}
    public Bootstrap.Outcome once(ResetAction reset) throws StartException, IOException {
        return once(ResetPlan.of(reset));
    }

    /// The same.
    public Bootstrap.Outcome once(ResetPlan plan) throws StartException, IOException {
        ResetOrders orders = orders(plan.action());
        Bootstrap.Outcome outcome = outcome(daemon(orders, plan).once(), enrolled().host());
        try {
            orders.awaitUnderWay();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }

    private static Bootstrap.Outcome outcome(Round round, String name) {
        return switch (round) {
            case Round.Answered answered ->
                    new Bootstrap.Outcome(
                            answered.judged().answer().admit()
                                    ? Bootstrap.Outcome.Kind.ADMITTED
                                    : Bootstrap.Outcome.Kind.NOT_ADMITTED,
                            name,
                            answered.judged().answer().state(),
                            answered.judged().answer().because());
            case Round.Unreachable unreachable ->
                    new Bootstrap.Outcome(
                            Bootstrap.Outcome.Kind.UNREACHABLE,
                            name,
                            "unknown",
                            "verifier unreachable: " + unreachable.reason());
            case Round.Failed failed ->
                    new Bootstrap.Outcome(
                            Bootstrap.Outcome.Kind.FAILED, name, "unknown", failed.reason());
        };
    }

    private ResetOrders orders(ResetAction action) {
        return new ResetOrders(state.resets(), action, settings.clock());
    }

    private Daemon daemon(ResetOrders orders, ResetPlan plan) throws StartException, IOException {
        return new Daemon(
                state,
                attester(enrolled()),
                orders,
                judged -> deedsBefore(judged, plan),
                this::pause,
                settings.clock(),
                settings.random());
    }

    private List<Deed> deedsBefore(Judged judged, ResetPlan plan) {
        List<Deed> deeds = new ArrayList<>();
        if (plan.exhibits() != null && judged.answer().wantsExhibits()) {
            List<Digest> pins = trust.current().tls();
            deeds.add(
                    new HandIn(
                            plan.exhibits(),
                            judged.drifted(),
                            judged.asker(),
                            deadlines ->
                                    new VerifierClient(verifier, pins, deadlines, settings.clock()),
                            settings.clock(),
                            settings.version()));
        }
        if (plan.hook() != null) {
            deeds.add(plan.hook());
        }
        return deeds;
    }

    private Enrolment enrolled() throws StartException, IOException {
        return atThisVerifier()
                .orElseThrow(
                        () ->
                                StartException.ofUsage(
                                        "this host is not enrolled: run bootstrap first"));
    }

    /// A verifier that moved is the same one: its keys say so, not its address.
    private Optional<Enrolment> atThisVerifier() throws IOException {
        String address = verifier.toString();
        if (enrolment.isPresent() && !enrolment.get().verifier().equals(address)) {
            Enrolment moved = enrolment.get().withVerifier(address);
            moved.write(state);
            return Optional.of(moved);
        }
        return enrolment;
    }

    private Attester attester(Enrolment of) throws StartException {
        BaselineCache cache = new BaselineCache(state.baselines(), state.manifests(), of.channel());
        return new Attester(
                state,
                host,
                key,
                settings.version(),
                of,
                trust,
                connection,
                cache,
                new ActiveBaselines(cache, trust, settings.clock()),
                new SequenceNumbers(state.sequence(), settings.clock()),
                of.tier() == Tier.HARDWARE ? quotes() : null);
    }

    private QuotedEvidence quotes() throws StartException {
        @Nullable Quoting quoting = settings.quoting();
        if (quoting == null) {
            throw StartException.ofUsage(
                    "this host is enrolled by its TPM, and there is none here: give --tpm");
        }
        return new QuotedEvidence(quoting.tpm(), quoting.logs());
    }

    private boolean pause(Duration duration) {
        try {
            return !stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Ends {@link #run} after the round that is under way.
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void close() throws IOException {
        @Nullable Quoting quoting = settings.quoting();
        if (quoting != null) {
            quoting.tpm().close();
        }
        connection.close();
        state.close();
    }
}
