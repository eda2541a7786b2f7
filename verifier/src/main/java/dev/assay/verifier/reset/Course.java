package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Quarantine;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Reset.Remedy;
import dev.assay.verifier.fleet.Reset.Rung;
import dev.assay.verifier.fleet.Reset.Status;
import dev.assay.verifier.fleet.Standing;
import dev.assay.verifier.fleet.Transition;
import dev.assay.verifier.fleet.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The next step of a host's reset: waiting, announced, ordered of the agent, then of the command,
/// then of an operator. Pure; one step at a time, each durable before the next.
final class Course {
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
                new Latch(boot.id(), Cause.UNDETERMINED, since, "could not be measured", null);
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
        Reset open = host.openReset();
        if (open != null && open.status() == Status.ORDERED) {
            course.ordered(open);
        } else {
            course.decided(open, decision, freshId);
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
                            "would be reset, but the group is only observed");
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
        DriftSummary drift = latch == null ? null : latch.drift();
        Remedy needed = drift != null && drift.survivesReset() ? Remedy.REPLACEMENT : Remedy.RESET;
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
                Status.WAITING,
                Rung.AGENT,
                "",
                open == null ? now : open.openedAt(),
                null,
                null,
                null,
                null,
                null,
                null,
                open == null || open.remedy() != needed ? null : open.approvedBy(),
                null);
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
                && reset.note().equals(why)
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

    /// A reboot does not help a host whose drift survives it: the agent is not asked.
    private void order(Reset reset) {
        host = host.withHistory(host.history().withResetAt(now));
        if (reset.remedy() == Remedy.REPLACEMENT) {
            escalateToCommand(reset, "the drift survives a reboot");
            return;
        }
        Reset ordered =
                reset.ordered(
                        Rung.AGENT,
                        now,
                        now.plusMillis(group.resetDeadlineMillis()),
                        "ordered of the agent");
        host = host.withReset(ordered);
        tell(
                EventType.RESET_ORDERED,
                ordered,
                Map.of("rung", Rung.AGENT.wire(), "reason", ordered.reason()));
    }

    private void ordered(Reset reset) {
        Instant deadline = Objects.requireNonNull(reset.deadline());
        if (now.isBefore(deadline)) {
            return;
        }
        switch (reset.rung()) {
            case AGENT -> escalateToCommand(reset, "the agent did not reset the host in time");
            case COMMAND ->
                    escalateToOperator(
                            reset, "the command did not bring the host back: " + reset.note());
            case OPERATOR -> escalateToOperator(reset, reset.note());
        }
    }

    private void escalateToCommand(Reset reset, String why) {
        if (group.executorCommand().isEmpty()) {
            escalateToOperator(reset, why + ", and the group has no command");
            return;
        }
        Instant deadline =
                now.plusMillis(group.executorTimeoutMillis() + group.resetDeadlineMillis());
        Reset next = reset.ordered(Rung.COMMAND, now, deadline, why);
        host = host.withReset(next);
        tell(
                reset.orderedAt() == null ? EventType.RESET_ORDERED : EventType.RESET_ESCALATED,
                next,
                Map.of("rung", Rung.COMMAND.wire(), "because", why, "reason", next.reason()));
    }

    private void escalateToOperator(Reset reset, String why) {
        Reset last = reset.ordered(Rung.OPERATOR, now, now, why).finished(Status.FAILED, now, why);
        host = host.withReset(last);
        tell(EventType.RESET_FAILED, last, Map.of("because", why));
        quarantine("not reset: " + why);
    }

    /// The command ended.
    ///
    /// @param failure why it did nothing; null where it went well
    static Transition commandEnded(
            Host host,
            GroupSettings group,
            String resetId,
            @Nullable String failure,
            String output,
            Instant now) {
        Reset reset = host.openReset();
        if (reset == null || !reset.id().equals(resetId) || reset.rung() != Rung.COMMAND) {
            return Transition.unchanged(host);
        }
        String note = failure == null ? "the command was run" : failure;
        Course course = new Course(host, group, now);
        course.host = host.withReset(reset.withOutput(note, output));
        if (failure != null) {
            course.escalateToOperator(Objects.requireNonNull(course.host.reset()), failure);
        }
        return Transition.of(course.host, course.events);
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
