package dev.assay.verifier.fleet;

import dev.assay.scope.Facts;
import dev.assay.signing.VerificationKey;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that the verifier knows of one host. Changed by {@link Lifecycle} only.
///
/// @param key bound to the name at enrolment
/// @param banned whether every request of it is refused
/// @param boot the current one; null until the first evidence
/// @param standing null until the first evidence
/// @param history what belongs to the name
/// @param faultSince when the present episode of not being measurable began
/// @param reset the last one, open or not
public record Host(
        String name,
        String group,
        @Nullable String platformId,
        VerificationKey key,
        Facts facts,
        SortedMap<String, String> labels,
        Instant enrolledAt,
        boolean banned,
        @Nullable Boot boot,
        @Nullable Standing standing,
        History history,
        @Nullable Instant faultSince,
        @Nullable Reset reset,
        @Nullable Hold hold,
        @Nullable Quarantine quarantine) {
    public Host {
        Objects.requireNonNull(name, "host without name");
        Objects.requireNonNull(group, "host without group");
        Objects.requireNonNull(key, "host without key");
        Objects.requireNonNull(facts, "host without facts");
        Objects.requireNonNull(history, "host without history");
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    public Host withBoot(@Nullable Boot newBoot) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                newBoot,
                standing,
                history,
                faultSince,
                reset,
                hold,
                quarantine);
    }

    public Host withStanding(@Nullable Standing newStanding) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                boot,
                newStanding,
                history,
                faultSince,
                reset,
                hold,
                quarantine);
    }

    public Host withHistory(History newHistory) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                boot,
                standing,
                newHistory,
                faultSince,
                reset,
                hold,
                quarantine);
    }

    public Host withFaultSince(@Nullable Instant newFaultSince) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                boot,
                standing,
                history,
                newFaultSince,
                reset,
                hold,
                quarantine);
    }

    public Host withReset(@Nullable Reset newReset) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                boot,
                standing,
                history,
                faultSince,
                newReset,
                hold,
                quarantine);
    }

    public Host withHold(@Nullable Hold newHold) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                boot,
                standing,
                history,
                faultSince,
                reset,
                newHold,
                quarantine);
    }

    public Host withQuarantine(@Nullable Quarantine newQuarantine) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                banned,
                boot,
                standing,
                history,
                faultSince,
                reset,
                hold,
                newQuarantine);
    }

    public Host withBanned(boolean newBanned) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                labels,
                enrolledAt,
                newBanned,
                boot,
                standing,
                history,
                faultSince,
                reset,
                hold,
                quarantine);
    }

    public Host withLabels(SortedMap<String, String> newLabels) {
        return new Host(
                name,
                group,
                platformId,
                key,
                facts,
                newLabels,
                enrolledAt,
                banned,
                boot,
                standing,
                history,
                faultSince,
                reset,
                hold,
                quarantine);
    }

    /// With the liveness that was written apart from the rest.
    public Host relived(long sequence, Instant lastSeen, Instant at, Instant expiresAt) {
        return boot == null || standing == null
                ? this
                : withBoot(boot.seen(sequence, lastSeen, boot.agent()))
                        .withStanding(standing.relived(at, expiresAt));
    }

    /// What is held against the present boot; null where nothing is. What was held against an older
    /// one stays on record until a new boot proves golden, and is held against a boot id that comes
    /// back.
    public @Nullable Latch latch() {
        Latch held = history.latch();
        if (held == null || boot == null || held.boot().equals(boot.id())) {
            return held;
        }
        return boot.fresh() ? null : held;
    }

    /// The last reset, where it is not over.
    public @Nullable Reset openReset() {
        return reset != null && reset.isOpen() ? reset : null;
    }

    /// Whether its reset takes one of the group's slots. A host that did not come back keeps its
    /// own: otherwise a reset that breaks hosts would be given to the last of them.
    public boolean takesSlot() {
        if (reset == null) {
            return false;
        }
        return switch (reset.status()) {
            case PENDING, ORDERED -> true;
            case WAITING, SUCCEEDED, WITHDRAWN -> false;
            case FAILED -> reset.rung() == Reset.Rung.OPERATOR && !cameBackAfter(reset);
        };
    }

    private boolean cameBackAfter(Reset failed) {
        History.Proof proof = history.lastProof();
        Instant finished = failed.finishedAt();
        return proof != null && finished != null && !proof.at().isBefore(finished);
    }
}
