package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Cause;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Latch;
import dev.assay.verifier.fleet.Mode;
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
        if (resets >= group.maxResetsPerDay()) {
            return new Decision.Quarantine(
                    reason + ", and it was reset " + resets + " times in 24 hours");
        }
        Hold hold = host.hold();
        if (hold != null && hold.isActiveAt(now)) {
            return new Decision.Hold(
                    cause,
                    reason,
                    "held by " + hold.owner() + " until " + hold.expires() + ": " + hold.reason());
        }
        if (group.mode() == Mode.OBSERVE) {
            return new Decision.Watch(cause, reason);
        }
        if (group.mode() == Mode.APPROVE && !isApproved(host.openReset(), accusation)) {
            return new Decision.Hold(cause, reason, "reset waits for approval");
        }
        if (situation.slotsTaken() >= group.maxConcurrentResets()) {
            return new Decision.Hold(
                    cause,
                    reason,
                    "reset waits for one of "
                            + group.maxConcurrentResets()
                            + " slots of group "
                            + group.name());
        }
        return accusation.survivesReset()
                ? new Decision.Replace(cause, reason)
                : new Decision.Reset(cause, reason);
    }

    /// Who approved a reset did not approve that the host is replaced.
    private static boolean isApproved(@Nullable Reset reset, Accusation accusation) {
        return reset != null
                && reset.approvedBy() != null
                && (!accusation.survivesReset() || reset.remedy() == Reset.Remedy.REPLACEMENT);
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
