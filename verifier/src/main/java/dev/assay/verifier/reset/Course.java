package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Attempt;
import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.History;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.ProofKind;
import dev.assay.verifier.fleet.Quarantine;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Reset.Remedy;
import dev.assay.verifier.fleet.Reset.Status;
import dev.assay.verifier.fleet.ResetClocks;
import dev.assay.verifier.fleet.Standing;
import dev.assay.verifier.fleet.Transition;
import dev.assay.verifier.fleet.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The next step of a host's reset: waiting, announced, ordered of the agent, then of the command,
/// then of an operator. Pure; one step at a time, each durable before the next.
final class Course {
    private static final String REPLACE = "the drift survives a reboot";

    private final GroupSettings group;
    private final Instant now;
    private final List<Event> events = new ArrayList<>();
    private Host host;

    private Course(Host host, GroupSettings group, Instant now) {
        this.host = host;
        this.group = group;
        this.now = now;
    }

    /// A host that cannot be measured for longer than its group allows is held to it.
    static Transition overdueFault(Host host, GroupSettings group, Instant now) {
        Boot boot = host.boot();
        Standing standing = host.standing();
        Instant since = host.faultSince();
        if (boot == null
                || standing == null
                || since == null
                || standing.verdict() != Verdict.HOST_FAULT
                || host.latch() != null
                || !now.isAfter(since.plusMillis(group.faultDeadlineMillis()))) {
            return Transition.unchanged(host);
        }
        Latch latch =
                new Latch(
                        boot.id(), Cause.UNDETERMINED, since, null, "could not be measured", null);
        return Transition.of(
                host.withHistory(host.history().withLatch(latch)),
                List.of(
                        Event.of(
                                now,
                                EventType.DRIFTED,
                                host,
                                Map.of(
                                        "boot", boot.id().value(),
                                        "cause", Cause.UNDETERMINED.wire(),
                                        "because", latch.because()))));
    }

    /// @param freshId for a reset that has to be opened
    static Transition step(
            Host host, GroupSettings group, Decision decision, String freshId, Instant now) {
        Course course = new Course(host, group, now);
        Reset ordered = host.orderedReset();
        if (ordered != null) {
            course.ordered(ordered);
        } else {
            course.decided(host.openReset(), decision, freshId);
        }
        return course.host.equals(host)
                ? Transition.unchanged(host)
                : Transition.of(course.host, course.events);
    }

    private void decided(@Nullable Reset open, Decision decision, String freshId) {
        switch (decision) {
            case Decision.Leave leave -> withdraw(open);
            case Decision.Watch watch ->
                    await(
                            opened(open, watch.cause(), watch.reason(), freshId),
                            "only observed: "
                                    + Objects.requireNonNullElse(
                                            watch.obstacle(), "would be reset now"));
            case Decision.Hold hold ->
                    await(opened(open, hold.cause(), hold.reason(), freshId), hold.why());
            case Decision.Reset reset ->
                    proceed(opened(open, reset.cause(), reset.reason(), freshId));
            case Decision.Replace replace ->
                    proceed(opened(open, replace.cause(), replace.reason(), freshId));
            case Decision.Quarantine quarantine -> {
                if (open != null) {
                    fail(open, "the host was reset too often");
                }
                quarantine(quarantine.reason());
            }
        }
    }

    private Reset opened(@Nullable Reset open, Cause cause, String reason, String freshId) {
        Boot boot = host.boot();
        Latch latch = host.latch();
        Remedy needed = remedyNeeded();
        if (open != null && open.cause() == cause && open.remedy() == needed) {
            // What is known of the drift may have grown since: the order says the last of it.
            return open.reason().equals(reason) ? open : open.because(reason);
        }
        return new Reset(
                open == null ? freshId : open.id(),
                host.name(),
                host.group(),
                boot == null ? null : boot.id(),
                cause,
                needed,
                reason,
                goldenAt(latch),
                latch == null ? silentSince() : latch.since(),
                Status.WAITING,
                "",
                open == null ? now : open.openedAt(),
                null,
                null,
                null,
                List.of(),
                null,
                open == null || open.remedy() != needed ? null : open.approvedBy());
    }

    private @Nullable Instant goldenAt(@Nullable Latch latch) {
        if (latch != null) {
            return latch.goldenAt();
        }
        Standing standing = host.standing();
        return standing != null && standing.verdict() == Verdict.GOLDEN ? standing.at() : null;
    }

    /// A silent host loses admission when its last verdict expires.
    private Instant silentSince() {
        Standing standing = host.standing();
        return standing == null || standing.expiresAt().isAfter(now) ? now : standing.expiresAt();
    }

    private void withdraw(@Nullable Reset open) {
        if (open != null) {
            host =
                    host.withReset(
                            open.finished(
                                    Status.WITHDRAWN, now, "nothing is held against it any more"));
            tell(EventType.RESET_WITHDRAWN, open, Map.of());
        }
    }

    private void await(Reset reset, String why) {
        if (reset.status() == Status.WAITING
                && subject(reset.note()).equals(subject(why))
                && reset.equals(host.openReset())) {
            return;
        }
        Reset waiting = reset.waiting(why);
        host = host.withReset(waiting);
        tell(
                EventType.RESET_WAITING,
                waiting,
                Map.of("because", why, "reason", waiting.reason(), "remedy", remedy(waiting)));
    }

    /// A blocker whose words change at each answer is told once.
    private static String subject(String why) {
        int colon = why.startsWith("not now") ? why.indexOf(':') : -1;
        return colon < 0 ? why : why.substring(0, colon);
    }

    private static String remedy(Reset reset) {
        return reset.remedy().wire();
    }

    private void proceed(Reset reset) {
        if (reset.status() == Status.WAITING) {
            Instant drainBy = now.plusMillis(group.drainMillis());
            Reset announced = reset.announced(now, drainBy, "drain by " + drainBy);
            host = host.withReset(announced);
            tell(
                    EventType.RESET_ANNOUNCED,
                    announced,
                    Map.of(
                            "drainBy", drainBy.toString(),
                            "reason", announced.reason(),
                            "remedy", remedy(announced)));
            return;
        }
        Instant drainBy = Objects.requireNonNull(reset.drainBy());
        host = host.withReset(reset);
        if (reset.drainedAt() != null || !now.isBefore(drainBy)) {
            order(reset);
        }
    }

    private void order(Reset reset) {
        host = host.withHistory(host.history().withResetAt(now));
        ask(reset, reset.remedy() == Remedy.REPLACEMENT ? REPLACE : "drained");
    }

    private void ordered(Reset reset) {
        Attempt last = Objects.requireNonNull(reset.lastAttempt());
        if (last.failure() == null && now.isBefore(last.deadline())) {
            return;
        }
        Boot boot = host.boot();
        if (boot != null && cameBackOutdated(reset)) {
            // Left open, it would keep its slot from others for as long as nobody publishes.
            String why = "it came back, outdated: no rung would mend that";
            host = host.withReset(reset.finished(Status.FAILED, now, why));
            tell(EventType.RESET_FAILED, reset, Map.of("because", why, "boot", boot.id().value()));
            return;
        }
        String failure = last.failure();
        next(
                reset,
                last,
                failure == null
                        ? last.rung() + " brought no golden boot in time"
                        : last.rung() + " failed: " + failure);
    }

    /// It was reset and measures by a baseline of yesterday: not golden, and no reason to ask
    /// anybody else to reset it.
    private boolean cameBackOutdated(Reset reset) {
        Boot boot = host.boot();
        Standing standing = host.standing();
        return boot != null
                && boot.fresh()
                && !boot.id().equals(reset.boot())
                && standing != null
                && standing.verdict() == Verdict.OUTDATED
                && now.isBefore(standing.expiresAt());
    }

    private void next(Reset reset, Attempt last, String why) {
        Reset tried = reset.withLastAttempt(last.failure() == null ? last.failed(why) : last);
        if (tried.remedy() == Remedy.REPLACEMENT || remedyNeeded() == Remedy.RESET) {
            ask(tried, why);
        } else if (group.mode() == Mode.APPROVE) {
            String unapproved = "what is known now needs a replacement, and a reset was approved";
            giveUp(tried.ordered(Attempt.begun(Reset.OPERATOR, now, now, unapproved)), unapproved);
        } else {
            ask(tried.needingReplacement(Objects.requireNonNull(host.latch()).because()), why);
        }
    }

    /// By all that is known of the drift now; it may have grown since the order.
    private Remedy remedyNeeded() {
        Latch latch = host.latch();
        DriftSummary drift = latch == null ? null : latch.drift();
        return drift != null && drift.survivesReset() ? Remedy.REPLACEMENT : Remedy.RESET;
    }

    /// Each rung once. The agent is not asked where a reboot does not help, or where its word is no
    /// proof.
    private void ask(Reset reset, String because) {
        String rung =
                group.ladder().stream()
                        .filter(name -> !reset.hasTried(name))
                        .filter(name -> !name.equals(Reset.AGENT) || agentCan(reset))
                        .findFirst()
                        .orElse(Reset.OPERATOR);
        String stopped = reset.attempts().isEmpty() ? null : stopped();
        if (stopped != null && !rung.equals(Reset.OPERATOR)) {
            host = host.withReset(reset.noted(rung + " is not asked: " + stopped));
            return;
        }
        Instant deadline = now.plusMillis(group.resetDeadlineMillis());
        Reset asked = reset.ordered(Attempt.begun(rung, now, deadline, because));
        if (rung.equals(Reset.OPERATOR)) {
            giveUp(asked, because);
            return;
        }
        host = host.withReset(asked);
        Map<String, String> details = new TreeMap<>(ResetClocks.of(asked).details());
        details.put("rung", rung);
        details.put("because", because);
        details.put("reason", asked.reason());
        details.put("remedy", remedy(asked));
        tell(
                reset.attempts().isEmpty() ? EventType.RESET_ORDERED : EventType.RESET_ESCALATED,
                asked,
                details);
    }

    /// An order that is out is not taken back, but whoever stops resets stops the next rung too: it
    /// may cut the power, or delete the machine that a person wants to look at.
    private @Nullable String stopped() {
        Hold hold = host.activeHold(now);
        if (hold != null) {
            return hold.says();
        }
        return group.mode() == Mode.OBSERVE ? "only observed" : null;
    }

    private boolean agentCan(Reset reset) {
        return reset.remedy() == Remedy.RESET && group.proof() != ProofKind.EXECUTOR;
    }

    private void giveUp(Reset reset, String because) {
        String tried =
                reset.attempts().stream()
                        .filter(attempt -> !attempt.rung().equals(Reset.OPERATOR))
                        .map(attempt -> attempt.rung() + ": " + attempt.failure())
                        .collect(Collectors.joining("; "));
        String why = tried.isEmpty() ? because + ", and nobody on the ladder can do that" : tried;
        Reset last = reset.finished(Status.FAILED, now, why);
        host = host.withReset(last);
        tell(EventType.RESET_FAILED, last, Map.of("because", why));
        quarantine("not reset: " + why);
    }

    /// An executor has answered.
    static Transition attemptEnded(
            Host host,
            GroupSettings group,
            String resetId,
            String rung,
            Executor.Outcome outcome,
            Instant now) {
        Reset reset = host.openReset();
        Attempt last = reset == null ? null : reset.lastAttempt();
        if (reset == null
                || last == null
                || !reset.id().equals(resetId)
                || !last.rung().equals(rung)
                || last.endedAt() != null) {
            return Transition.unchanged(host);
        }
        Course course = new Course(host, group, now);
        switch (outcome) {
            case Executor.Outcome.Done done -> {
                Receipt receipt = course.firstShown(done.receipt());
                Attempt ended = last.ended(now, null, done.output(), receipt);
                course.host = host.withReset(reset.withLastAttempt(ended));
                course.tell(EventType.RESET_DONE, reset, done(rung, receipt));
            }
            case Executor.Outcome.Failed failed -> {
                Attempt ended = last.ended(now, failed.why(), failed.output(), null);
                course.next(reset, ended, rung + " failed: " + failed.why());
            }
        }
        return Transition.of(course.host, course.events);
    }

    /// A tool that shows the platform's last operation shows that of the reset before, where it
    /// could not begin one: it would prove a second reset that never was.
    private @Nullable Receipt firstShown(@Nullable Receipt receipt) {
        History.Proof proof = host.history().lastProof();
        Receipt before = proof == null ? null : proof.receipt();
        boolean isOld =
                receipt != null
                        && before != null
                        && receipt.executor().equals(before.executor())
                        && receipt.id().equals(before.id());
        return isOld ? null : receipt;
    }

    private static Map<String, String> done(String rung, @Nullable Receipt receipt) {
        return receipt == null
                ? Map.of("rung", rung)
                : Map.of(
                        "rung", rung,
                        "receipt", receipt.id(),
                        "restartedAt", receipt.at().toString());
    }

    private void fail(Reset reset, String why) {
        host = host.withReset(reset.finished(Status.FAILED, now, why));
        tell(EventType.RESET_FAILED, reset, Map.of("because", why));
    }

    private void quarantine(String reason) {
        host = host.withQuarantine(new Quarantine(reason, now, null));
        events.add(Event.of(now, EventType.QUARANTINED, host, Map.of("reason", reason)));
    }

    private void tell(EventType type, Reset reset, Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("reset", reset.id());
        all.put("cause", reset.cause().wire());
        events.add(Event.of(now, type, host, all));
    }
}
