package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.scope.Facts;
import dev.assay.signing.VerificationKey;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that the verifier knows of one host. Changed by {@link Lifecycle} only.
///
/// @param key bound to the name at enrolment
/// @param tpm null for a host of the software tier
/// @param banned whether every request of it is refused
/// @param boot the current one; null until the first evidence
/// @param standing null until the first evidence
/// @param history what belongs to the name
/// @param faultSince when the present episode of not being measurable began
/// @param reset the last one, open or not
/// @param archivedAt since when it counts no more, because it was silent for long; null where it
///   counts
public record Host(
        String name,
        String group,
        @Nullable String platformId,
        VerificationKey key,
        @Nullable TpmBinding tpm,
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
        @Nullable Quarantine quarantine,
        @Nullable Instant archivedAt) {
    public Host {
        Objects.requireNonNull(name, "host without name");
        Objects.requireNonNull(group, "host without group");
        Objects.requireNonNull(key, "host without key");
        Objects.requireNonNull(facts, "host without facts");
        Objects.requireNonNull(history, "host without history");
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    @JsonIgnore
    public Tier tier() {
        return tpm == null ? Tier.SOFTWARE : Tier.HARDWARE;
    }

    /// Known by its TPM, with another key.
    public Host withKeys(VerificationKey newKey, TpmBinding newTpm) {
        return with(
                draft -> {
                    draft.key = newKey;
                    draft.tpm = newTpm;
                });
    }

    public Host withBoot(@Nullable Boot newBoot) {
        return with(draft -> draft.boot = newBoot);
    }

    public Host withStanding(@Nullable Standing newStanding) {
        return with(draft -> draft.standing = newStanding);
    }

    public Host withHistory(History newHistory) {
        return with(draft -> draft.history = newHistory);
    }

    public Host withFaultSince(@Nullable Instant newFaultSince) {
        return with(draft -> draft.faultSince = newFaultSince);
    }

    public Host withReset(@Nullable Reset newReset) {
        return with(draft -> draft.reset = newReset);
    }

    public Host withHold(@Nullable Hold newHold) {
        return with(draft -> draft.hold = newHold);
    }

    public Host withQuarantine(@Nullable Quarantine newQuarantine) {
        return with(draft -> draft.quarantine = newQuarantine);
    }

    public Host withArchivedAt(@Nullable Instant newArchivedAt) {
        return with(draft -> draft.archivedAt = newArchivedAt);
    }

    public Host withBanned(boolean newBanned) {
        return with(draft -> draft.banned = newBanned);
    }

    public Host withLabels(SortedMap<String, String> newLabels) {
        return with(draft -> draft.labels = newLabels);
    }

    private Host with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.build();
    }

    /// With the liveness that was written apart from the rest.
    public Host relived(long sequence, Instant lastSeen, Instant at, Instant expiresAt) {
        return boot == null || standing == null
                ? this
                : withBoot(boot.seen(sequence, lastSeen, boot.agent(), null))
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

    /// The last reset, where it was ordered and is not over.
    public @Nullable Reset orderedReset() {
        return reset != null && reset.status() == Reset.Status.ORDERED ? reset : null;
    }

    /// What a person keeps it from being reset by; null where nobody does.
    public @Nullable Hold activeHold(Instant now) {
        return hold != null && hold.isActiveAt(now) ? hold : null;
    }

    /// Whether its reset takes one of the group's slots. A host that did not come back keeps its
    /// own: otherwise a reset that breaks hosts would be given to the last of them.
    public boolean takesSlot() {
        if (reset == null || archivedAt != null) {
            return false;
        }
        return switch (reset.status()) {
            case PENDING, ORDERED -> true;
            case WAITING, SUCCEEDED, WITHDRAWN -> false;
            case FAILED -> reset.isOn(Reset.OPERATOR) && !cameBackAfter(reset);
        };
    }

    private boolean cameBackAfter(Reset failed) {
        History.Proof proof = history.lastProof();
        Instant finished = failed.finishedAt();
        // A proof of the boot that had to go is an older one, whatever the clock said then: it may
        // have been put back since.
        if (proof == null || finished == null || proof.after().equals(failed.boot())) {
            return false;
        }
        boolean isOfThisBoot = boot != null && boot.id().equals(proof.after());
        return isOfThisBoot || !proof.at().isBefore(finished);
    }

    /// What of a host changes.
    private static final class Draft {
        private final Host from;
        private VerificationKey key;
        private @Nullable TpmBinding tpm;
        private @Nullable Boot boot;
        private @Nullable Standing standing;
        private History history;
        private @Nullable Instant faultSince;
        private @Nullable Reset reset;
        private @Nullable Hold hold;
        private @Nullable Quarantine quarantine;
        private boolean banned;
        private @Nullable Instant archivedAt;
        private SortedMap<String, String> labels;

        Draft(Host from) {
            this.from = from;
            this.key = from.key;
            this.tpm = from.tpm;
            this.boot = from.boot;
            this.standing = from.standing;
            this.history = from.history;
            this.faultSince = from.faultSince;
            this.reset = from.reset;
            this.hold = from.hold;
            this.quarantine = from.quarantine;
            this.banned = from.banned;
            this.archivedAt = from.archivedAt;
            this.labels = from.labels;
        }

        Host build() {
            return new Host(
                    from.name,
                    from.group,
                    from.platformId,
                    key,
                    tpm,
                    from.facts,
                    labels,
                    from.enrolledAt,
                    banned,
                    boot,
                    standing,
                    history,
                    faultSince,
                    reset,
                    hold,
                    quarantine,
                    archivedAt);
        }
    }
}
