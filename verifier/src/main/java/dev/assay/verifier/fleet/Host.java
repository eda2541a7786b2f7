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

    Host withBoot(@Nullable Boot newBoot) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, newBoot, standing,
                history, faultSince, reset, hold, quarantine);
    }

    Host withStanding(@Nullable Standing newStanding) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, boot, newStanding,
                history, faultSince, reset, hold, quarantine);
    }

    Host withHistory(History newHistory) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, boot, standing,
                newHistory, faultSince, reset, hold, quarantine);
    }

    Host withFaultSince(@Nullable Instant newFaultSince) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, boot, standing,
                history, newFaultSince, reset, hold, quarantine);
    }

    public Host withReset(@Nullable Reset newReset) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, boot, standing,
                history, faultSince, newReset, hold, quarantine);
    }

    public Host withHold(@Nullable Hold newHold) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, boot, standing,
                history, faultSince, reset, newHold, quarantine);
    }

    Host withQuarantine(@Nullable Quarantine newQuarantine) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, banned, boot, standing,
                history, faultSince, reset, hold, newQuarantine);
    }

    Host withBanned(boolean newBanned) {
        return new Host(
                name, group, platformId, key, facts, labels, enrolledAt, newBanned, boot, standing,
                history, faultSince, reset, hold, quarantine);
    }

    Host withLabels(SortedMap<String, String> newLabels) {
        return new Host(
                name, group, platformId, key, facts, newLabels, enrolledAt, banned, boot, standing,
                history, faultSince, reset, hold, quarantine);
    }

    /// The latch of the boot that the host runs, or ran before it was forgotten.
    public @Nullable Latch latch() {
        Latch held = history.latch();
        return held != null && (boot == null || held.boot().equals(boot.id())) ? held : null;
    }
}
