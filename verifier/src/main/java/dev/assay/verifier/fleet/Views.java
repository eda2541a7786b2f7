package dev.assay.verifier.fleet;

import dev.assay.verifier.appraise.KernelFindings.Vouched;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the view of a host. Pure, and computed when somebody asks: a verdict that has expired is
/// unknown even where nothing is left that could sweep it.
public final class Views {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    /// Of another replica's clock. A verdict from further ahead would live for as long as the clock
    /// was put back.
    private static final Duration MAX_AHEAD = Duration.ofSeconds(30);

    private Views() {}

    private record Seen(
            HostState state, HostState.@Nullable Why why, String because, Instant since) {}

    public static HostView of(Host host, GroupSettings group, Instant now) {
        Seen seen = look(host, now);
        Boot boot = host.boot();
        Standing standing = host.standing();
        Latch latch = host.latch();
        return new HostView(
                host.name(),
                host.group(),
                group.channel(),
                host.platformId(),
                host.labels(),
                host.facts(),
                seen.state(),
                seen.why(),
                seen.state() == HostState.GOLDEN,
                seen.because(),
                seen.since(),
                host.banned(),
                boot == null ? null : boot.id(),
                boot == null ? 0 : boot.sequence(),
                boot == null ? null : boot.agent(),
                host.enrolledAt(),
                boot == null ? null : boot.firstSeen(),
                boot == null ? null : boot.lastSeen(),
                standing == null ? null : standing.verdict(),
                standing == null ? null : standing.at(),
                standing == null ? null : standing.expiresAt(),
                standing == null ? null : standing.baseline(),
                host.tier(),
                host.tpm(),
                vouched(standing),
                standing != null && standing.simulated(),
                standing == null ? null : standing.coverage(),
                standing == null ? null : standing.freshness(),
                standing == null ? null : standing.watching(),
                latch == null ? null : latch.drift(),
                host.reset(),
                host.hold(),
                host.quarantine(),
                host.history().resetsInWindow(now),
                host.history().lastProof());
    }

    private static Set<Vouched> vouched(@Nullable Standing standing) {
        Set<Vouched> vouched = standing == null ? null : standing.vouched();
        return vouched == null ? Set.of() : vouched;
    }

    private static Seen look(Host host, Instant now) {
        Quarantine quarantine = host.quarantine();
        if (host.banned()) {
            return new Seen(HostState.QUARANTINED, null, "banned", host.enrolledAt());
        }
        if (quarantine != null) {
            String readmit =
                    quarantine.readmitRequestedAt() == null
                            ? "; waits for an operator"
                            : "; readmitted as soon as a new boot proves golden";
            return new Seen(
                    HostState.QUARANTINED,
                    null,
                    "quarantined: " + quarantine.reason() + readmit,
                    quarantine.since());
        }
        Instant archived = host.archivedAt();
        if (archived != null) {
            return new Seen(
                    HostState.ARCHIVED,
                    null,
                    "archived: silent for longer than its group keeps a host",
                    archived);
        }
        Reset reset = host.openReset();
        Latch latch = host.latch();
        if (reset != null && reset.status() == Reset.Status.ORDERED) {
            Instant ordered = Objects.requireNonNull(reset.orderedAt());
            return new Seen(
                    HostState.RESETTING,
                    null,
                    accusation(host, reset) + "; resetting since " + TIME.format(ordered),
                    ordered);
        }
        if (reset != null && reset.status() == Reset.Status.PENDING) {
            Instant announced = Objects.requireNonNull(reset.announcedAt());
            return new Seen(
                    HostState.RESET_PENDING,
                    null,
                    accusation(host, reset)
                            + "; to be reset, drain by "
                            + TIME.format(Objects.requireNonNull(reset.drainBy())),
                    announced);
        }
        if (latch == null) {
            return unlatched(host, now);
        }
        String next = reset == null ? "" : "; " + reset.note();
        return new Seen(HostState.DRIFTED, null, accusation(host, latch) + next, latch.since());
    }

    /// A reset is opened with the first that is known; what its latch says is the last.
    private static String accusation(Host host, Reset reset) {
        Latch latch = host.latch();
        return latch == null ? reset.reason() : accusation(host, latch);
    }

    private static String accusation(Host host, Latch latch) {
        Standing standing = host.standing();
        boolean restored = standing != null && standing.verdict() == Verdict.GOLDEN;
        return latch.because()
                + " since "
                + TIME.format(latch.since())
                + (restored ? "; restored, but no new boot proved" : "; no new boot proved");
    }

    private static Seen unlatched(Host host, Instant now) {
        Standing standing = host.standing();
        if (standing == null) {
            return new Seen(
                    HostState.UNKNOWN,
                    HostState.Why.SILENT,
                    "unknown: enrolled, has not attested yet",
                    host.enrolledAt());
        }
        if (!now.isBefore(standing.expiresAt())) {
            return new Seen(
                    HostState.UNKNOWN,
                    HostState.Why.SILENT,
                    "unknown: silent since " + TIME.format(standing.at()),
                    standing.expiresAt());
        }
        if (now.isBefore(standing.at().minus(MAX_AHEAD))) {
            return new Seen(
                    HostState.UNKNOWN,
                    HostState.Why.SILENT,
                    "unknown: its verdict is of "
                            + TIME.format(standing.at())
                            + ", the clock went back",
                    now);
        }
        return switch (standing.verdict()) {
            case GOLDEN -> seen(HostState.GOLDEN, null, standing);
            case OUTDATED -> seen(HostState.OUTDATED, null, standing);
            case HOST_FAULT -> seen(HostState.UNKNOWN, HostState.Why.HOST_FAULT, standing);
            case VERIFIER_FAULT -> seen(HostState.UNKNOWN, HostState.Why.VERIFIER_FAULT, standing);
            case DRIFTED -> seen(HostState.DRIFTED, null, standing);
        };
    }

    private static Seen seen(HostState state, HostState.@Nullable Why why, Standing standing) {
        String prefix = state == HostState.UNKNOWN ? "unknown: " : "";
        return new Seen(state, why, prefix + standing.because(), standing.since());
    }
}
