package dev.assay.agent.daemon;

import dev.assay.agent.daemon.Rounds.Round;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.tpm.TpmException;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.evidence.Protocol.EvidenceResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The hook of a node's boot: enrols where that was not done, attests until the verifier admits
/// this boot, and says so in one word.
public final class Bootstrap {
    private static final EventLog LOG = EventLog.of(Bootstrap.class);
    private static final Duration CAP = Duration.ofSeconds(30);

    /// States that this boot does not leave: drift latches for it.
    private static final Set<String> LATCHED =
            Set.of("drifted", "reset-pending", "resetting", "quarantined");

    private static final String UNKNOWN_HOST = "unknown-host";
    private static final String BANNED = "banned";

    private final StateFolder state;
    private final Enroller enroller;
    private final Attesters attesters;
    private final Pause pause;
    private final InstantSource clock;
    private final RandomGenerator random;

    interface Attesters {
        Attester of(Enrolment enrolment) throws StartException;
    }

    public enum WhenUnreachable {
        /// Try until the wait is over.
        BLOCK,
        /// Give up at once.
        UNREADY
    }

    /// @param verifier its address
    /// @param tokenFile null where there is none any more
    /// @param patience how long to try; null for ever
    public record Request(
            String verifier,
            String name,
            @Nullable String platformId,
            @Nullable Path tokenFile,
            @Nullable Duration patience,
            WhenUnreachable whenUnreachable) {}

    /// @param host its name
    /// @param because one line
    public record Outcome(Kind kind, String host, String state, String because) {
        public enum Kind {
            ADMITTED,
            NOT_ADMITTED,
            UNREACHABLE,
            FAILED
        }
    }

    Bootstrap(
            StateFolder state,
            Enroller enroller,
            Attesters attesters,
            Pause pause,
            InstantSource clock,
            RandomGenerator random) {
        this.state = state;
        this.enroller = enroller;
        this.attesters = attesters;
        this.pause = pause;
        this.clock = clock;
        this.random = random;
    }

    /// @param known the enrolment of an earlier boot
    Outcome run(Request request, Optional<Enrolment> known) throws StartException, IOException {
        Wait wait = new Wait(request.patience());
        ResultFile.writeUnknown(
                state,
                known.map(Enrolment::host).orElse(request.name()),
                "this boot was not attested yet",
                clock.instant());
        @Nullable Enrolment enrolment = known.orElse(null);
        while (true) {
            if (enrolment == null) {
                Tried tried = enrol(request, wait);
                if (tried.outcome() != null) {
                    return failed(tried.outcome());
                }
                enrolment = tried.enrolment();
            } else {
                Optional<Outcome> outcome = attest(enrolment, request, wait);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                enrolment = null;
            }
        }
    }

    /// Exactly one of the two.
    private record Tried(@Nullable Enrolment enrolment, @Nullable Outcome outcome) {
        static Tried not(Outcome.Kind kind, Request request, String because) {
            return new Tried(null, new Outcome(kind, request.name(), "unknown", because));
        }
    }

    private Tried enrol(Request request, Wait wait) throws StartException, IOException {
        Backoff backoff = new Backoff(random);
        Enroller.Request asked =
                new Enroller.Request(
                        request.verifier(),
                        request.name(),
                        request.platformId(),
                        request.tokenFile());
        while (true) {
            Tried tried;
            try {
                return new Tried(enroller.enrol(asked), null);
            } catch (TpmException e) {
                LOG.warn("not-enrolled", "reason", e);
                tried = Tried.not(Outcome.Kind.FAILED, request, "this host's TPM: " + e.getMessage());
            } catch (VerifierException e) {
                String reason = String.valueOf(e.getMessage());
                LOG.warn("not-enrolled", "reason", reason);
                tried =
                        switch (e) {
                            case VerifierException.Unreachable unreachable ->
                                    Tried.not(
                                            Outcome.Kind.UNREACHABLE,
                                            request,
                                            "verifier unreachable: " + reason);
                            case VerifierException.Refused refused -> {
                                wait.end();
                                yield Tried.not(
                                        Outcome.Kind.FAILED,
                                        request,
                                        "enrolment refused: " + reason);
                            }
                            case VerifierException.Malformed malformed ->
                                    Tried.not(
                                            Outcome.Kind.FAILED,
                                            request,
                                            "the verifier's answer is malformed: " + reason);
                        };
            }
            boolean unreachable =
                    tried.outcome() != null && tried.outcome().kind() == Outcome.Kind.UNREACHABLE;
            if (unreachable && request.whenUnreachable() == WhenUnreachable.UNREADY
                    || !wait.pause(backoff.next(CAP))) {
                return tried;
            }
        }
    }

    /// Empty where the verifier does not know the host any more and there is a token to enrol with.
    private Optional<Outcome> attest(Enrolment enrolment, Request request, Wait wait)
            throws StartException, IOException {
        Rounds rounds = new Rounds(attesters.of(enrolment), random);
        while (true) {
            Round round = rounds.next();
            Outcome outcome =
                    switch (round) {
                        case Round.Answered answered -> judged(enrolment, answered);
                        case Round.Unreachable unreachable ->
                                new Outcome(
                                        Outcome.Kind.UNREACHABLE,
                                        enrolment.host(),
                                        "unknown",
                                        "verifier unreachable: " + unreachable.reason());
                        case Round.Failed failed ->
                                new Outcome(
                                        failed.word().equals(BANNED)
                                                ? Outcome.Kind.NOT_ADMITTED
                                                : Outcome.Kind.FAILED,
                                        enrolment.host(),
                                        "unknown",
                                        failed.reason());
                    };
            if (round instanceof Round.Failed failed
                    && failed.word().equals(UNKNOWN_HOST)
                    && request.tokenFile() != null
                    && wait.pause(round.next())) {
                return Optional.empty();
            }
            if (isFinal(outcome, round, request) || !wait.pause(round.next())) {
                return Optional.of(round instanceof Round.Answered ? outcome : failed(outcome));
            }
        }
    }

    private static boolean isFinal(Outcome outcome, Round round, Request request) {
        return switch (outcome.kind()) {
            case ADMITTED -> true;
            case NOT_ADMITTED ->
                    !(round instanceof Round.Answered) || LATCHED.contains(outcome.state());
            case UNREACHABLE -> request.whenUnreachable() == WhenUnreachable.UNREADY;
            case FAILED -> false;
        };
    }

    private Outcome judged(Enrolment enrolment, Round.Answered answered) throws IOException {
        EvidenceResponse answer = answered.judged().answer();
        ResultFile.write(
                state, enrolment.host(), answered.judged().boot(), answer, clock.instant());
        return new Outcome(
                answer.admit() ? Outcome.Kind.ADMITTED : Outcome.Kind.NOT_ADMITTED,
                enrolment.host(),
                answer.state(),
                answer.because());
    }

    private Outcome failed(Outcome outcome) throws IOException {
        ResultFile.writeUnknown(state, outcome.host(), outcome.because(), clock.instant());
        return outcome;
    }

    /// What is left of the time to wait.
    private final class Wait {
        private final @Nullable Duration whole;
        private final long begun = System.nanoTime();
        private boolean ended;

        Wait(@Nullable Duration whole) {
            this.whole = whole;
        }

        void end() {
            ended = true;
        }

        /// False where the time is over or the agent is to stop.
        boolean pause(Duration next) {
            if (ended) {
                return false;
            }
            if (whole == null) {
                return pause.await(next);
            }
            Duration left = whole.minusNanos(System.nanoTime() - begun);
            if (left.compareTo(Duration.ZERO) <= 0) {
                return false;
            }
            return pause.await(next.compareTo(left) < 0 ? next : left);
        }
    }
}
