package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Reset;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When a host is reset. Pure and total. What the verifier could not appraise never comes here: a
/// verifier that is broken resets nobody.
public final class ResetPolicy {
    private ResetPolicy() {}

    private record Accusation(Cause cause, String reason, boolean survivesReset) {}

    public static Decision decide(
            Host host, GroupSettings group, Situation situation, Instant now) {
        if (host.banned() || host.quarantine() != null) {
            return new Decision.Leave();
        }
        Accusation accusation = accusation(host, situation);
        if (accusation == null) {
            return new Decision.Leave();
        }
        Cause cause = accusation.cause();
        String reason = accusation.reason();
        int resets = host.history().resetsInWindow(now);
        // Before the count of resets: a wrong baseline must not quarantine the fleet.
        if (resets >= group.maxResetsPerDay() && situation.breaker() == null) {
            return new Decision.Quarantine(
                    reason + ", and it was reset " + resets + " times in 24 hours");
        }
        String obstacle = obstacle(host, group, situation, now);
        return switch (group.mode()) {
            case OBSERVE -> new Decision.Watch(cause, reason, obstacle);
            case APPROVE ->
                    isApproved(host.openReset(), accusation)
                            ? unlessHeld(accusation, obstacle)
                            : new Decision.Hold(cause, reason, "reset waits for approval");
            case ENFORCE -> unlessHeld(accusation, obstacle);
        };
    }

    private static Decision unlessHeld(Accusation accusation, @Nullable String obstacle) {
        if (obstacle != null) {
            return new Decision.Hold(accusation.cause(), accusation.reason(), obstacle);
        }
        return accusation.survivesReset()
                ? new Decision.Replace(accusation.cause(), accusation.reason())
                : new Decision.Reset(accusation.cause(), accusation.reason());
    }

    /// What stands in the way of a reset, the most lasting first; null where nothing does.
    private static @Nullable String obstacle(
            Host host, GroupSettings group, Situation situation, Instant now) {
        Hold hold = host.activeHold(now);
        if (hold != null) {
            return hold.says();
        }
        if (situation.breaker() != null) {
            return situation.breaker();
        }
        if (!group.windows().isEmpty()
                && group.windows().stream().noneMatch(window -> window.isOpenAt(now))) {
            return "reset waits for the window " + group.windows().getFirst();
        }
        return situation.blocker() != null ? situation.blocker() : situation.budget();
    }

    /// Who approved a reset did not approve that the host is replaced.
    private static boolean isApproved(@Nullable Reset reset, Accusation accusation) {
        return reset != null
                && reset.approvedBy() != null
                && (!accusation.survivesReset() || reset.remedy() == Reset.Remedy.REPLACEMENT);
    }

    /// Who is reset first where not all can be: the lower, the sooner. An intrusion before a
    /// baseline that may be wrong, both before what could not be measured, all before the silent.
    public static int urgency(Host host) {
        Latch latch = host.latch();
        if (latch == null) {
            return 3;
        }
        DriftSummary drift = latch.drift();
        if (drift == null) {
            return 2;
        }
        return drift.firstMeasurement() ? 1 : 0;
    }

    private static @Nullable Accusation accusation(Host host, Situation situation) {
        Latch latch = host.latch();
        if (latch != null) {
            DriftSummary drift = latch.drift();
            return new Accusation(
                    latch.cause(), latch.because(), drift != null && drift.survivesReset());
        }
        if (situation.silentTooLong() && !situation.silentTogether()) {
            return new Accusation(Cause.SILENT, "silent for longer than its group allows", false);
        }
        return null;
    }
}
