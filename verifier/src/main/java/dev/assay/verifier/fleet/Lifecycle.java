package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import dev.assay.evidence.Observed;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.appraise.IncidentKey;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an evidence makes of a host. Pure: the host, its group, the evidence and the time in, the
/// new host and its events out.
public final class Lifecycle {
    /// Episodes of not being measurable within {@link History#FAULT_WINDOW} that are taken for a
    /// way to hide.
    public static final int MAX_FAULTS = 3;

    private final GroupSettings group;
    private final Attested attested;
    private final Instant now;
    private final List<Event> events = new ArrayList<>();
    private Host host;
    private boolean durable;
    private @Nullable StoredDrift drift;
    private @Nullable Sighting sighting;

    private Lifecycle(Host host, GroupSettings group, Attested attested, Instant now) {
        this.host = host;
        this.group = group;
        this.attested = attested;
        this.now = now;
    }

    /// @throws NotAuthenticException where the boot had this sequence already
    public static Transition attested(
            Host host, GroupSettings group, Attested attested, Instant now)
            throws NotAuthenticException {
        return new Lifecycle(host, group, attested, now).run();
    }

    private Transition run() throws NotAuthenticException {
        Boot last = host.boot();
        Boot same = last != null && last.id().equals(attested.boot()) ? last : null;
        if (same != null && attested.sequence() <= same.sequence()) {
            throw new NotAuthenticException(
                    Reason.REPLAYED,
                    "sequence "
                            + attested.sequence()
                            + " does not follow "
                            + same.sequence()
                            + " of this boot");
        }
        if (last != null && same == null && attested.bootSeenBefore()) {
            return cloned(last.id());
        }
        if (same != null) {
            Boot seen =
                    same.seen(attested.sequence(), now, attested.agent(), attested.resetCount());
            host = host.withBoot(seen.fresh() || !isRecorded(seen) ? seen : seen.proved());
        } else {
            enterBoot(last);
        }
        if (host.archivedAt() != null) {
            host = host.withArchivedAt(null);
            tell(EventType.RETURNED, Map.of("boot", attested.boot().value()));
        }
        withdrawForSilence();
        tellTouched();
        switch (attested.appraisal()) {
            case Appraisal.Golden golden -> golden(golden);
            case Appraisal.Drifted drifted -> drifted(drifted);
            case Appraisal.Undetermined undetermined -> undetermined(undetermined);
            case Appraisal.Outdated outdated -> outdated(outdated);
            case Appraisal.VerifierFault fault -> verifierFault(fault);
        }
        return new Transition(
                host, events, durable, drift, same == null && !attested.bootSeenBefore(), sighting);
    }

    /// For people: whatever the host says happened, its verdict is that of what was measured.
    private void tellTouched() {
        Observed observed = attested.observed();
        if (observed != null && !observed.touched().isEmpty()) {
            Touches.Telling telling =
                    Touches.tell(host.history().touches(), observed.touched(), host, now);
            host = host.withHistory(host.history().withTouches(telling.touches()));
            durable |= !telling.events().isEmpty();
            events.addAll(telling.events());
        }
    }

    /// Two machines hold one key, or one holds its memory of two boots: either way the name says
    /// nothing any more.
    private Transition cloned(BootId current) {
        if (host.quarantine() == null) {
            quarantine(
                    "cloned: boot "
                            + attested.boot().brief()
                            + " speaks again after boot "
                            + current.brief());
        }
        return new Transition(host, events, durable, null, false, null);
    }

    private void enterBoot(@Nullable Boot last) {
        ResetCounts resets = ResetCounts.of(last, attested.resetCount());
        boolean fresh = !attested.bootSeenBefore() && isProofEnough(resets);
        Latch held = host.history().latch();
        BootId previous = last != null ? last.id() : held != null ? held.boot() : null;
        host =
                host.withBoot(
                        new Boot(
                                attested.boot(),
                                previous,
                                fresh,
                                now,
                                now,
                                attested.sequence(),
                                false,
                                attested.agent(),
                                resets));
        durable = true;
    }

    /// A boot id is the host's word. Where the group wants more, the platform has to have recorded
    /// the restart, or the TPM to have counted it; nothing has to be proved where nothing is held
    /// against the host. A host whose TPM counted none since was not restarted, whatever its group
    /// takes for proof. A quarantined host is not reset any more, so that no platform records
    /// anything: there the operator vouches who readmits it.
    private boolean isProofEnough(@Nullable ResetCounts resets) {
        Reset reset = host.openReset();
        Quarantine quarantine = host.quarantine();
        if (quarantine != null && quarantine.readmitRequestedAt() != null
                || host.history().latch() == null && reset == null) {
            return true;
        }
        if (resets != null && resets.before() != null && !resets.areProof()) {
            return false;
        }
        return switch (group.proof()) {
            case CLAIMED -> true;
            case EXECUTOR -> reset != null && reset.receipt() != null;
            case HARDWARE -> resets != null && resets.areProof();
        };
    }

    /// Whether the record of the restart came after the boot that it brought.
    private boolean isRecorded(Boot boot) {
        Reset reset = host.openReset();
        return reset != null
                && reset.receipt() != null
                && group.proof() == ProofKind.EXECUTOR
                && boot.previous() != null
                && !boot.id().equals(reset.boot())
                && reset.orderedAt() != null
                && !boot.firstSeen().isBefore(reset.orderedAt());
    }

    private void golden(Appraisal.Golden golden) {
        Boot boot = Objects.requireNonNull(host.boot());
        endFault(boot);
        Latch latch = host.latch();
        if (latch != null && !pardon(latch, boot)) {
            stand(Verdict.GOLDEN, "golden again, but no new boot proved");
            return;
        }
        boolean rolledBack = golden.serial() < host.history().provedSerial(attested.channel());
        host =
                host.withHistory(
                        rolledBack
                                ? host.history()
                                        .withRolledBackSerial(attested.channel(), golden.serial())
                                : host.history()
                                        .withProvedSerial(attested.channel(), golden.serial()));
        boolean wasAdmitted = isAdmittedNow(boot);
        if (!boot.wasGolden()) {
            durable = true;
            host = host.withBoot(boot.golden());
            if (boot.fresh() && boot.previous() != null) {
                proveBoot(boot, boot.previous());
            }
        }
        stand(Verdict.GOLDEN, "golden: " + attested.baseline());
        if (!wasAdmitted && host.quarantine() == null) {
            tell(EventType.GOLDEN, Map.of("boot", boot.id().value()));
        }
    }

    /// What nobody could look at for longer than the group allows would be held against the boot by
    /// itself: amending the drift beside it says nothing of that.
    private void endFault(Boot boot) {
        Instant since = host.faultSince();
        if (since != null) {
            Instant begun = since.isBefore(boot.firstSeen()) ? boot.firstSeen() : since;
            if (now.isAfter(begun.plusMillis(group.faultDeadlineMillis()))) {
                neverPardon();
            }
            host = host.withFaultSince(null);
        }
    }

    /// Something besides drift is held against the boot.
    private void neverPardon() {
        Latch latch = host.latch();
        if (latch != null && latch.shown() != null) {
            durable = true;
            host = host.withHistory(host.history().withLatch(latch.unpardonable()));
        }
    }

    /// Who signs baselines may say that what a boot showed was a false alarm. It is all or nothing:
    /// an intruder who came under the cover of a bad baseline showed an incident of his own. An
    /// order that is out is not taken back, so that the latch stays for it.
    private boolean pardon(Latch latch, Boot boot) {
        Reset reset = host.openReset();
        if (!latch.boot().equals(boot.id())
                || !latch.isPardonedBy(attested.amends())
                || reset != null && reset.status() == Reset.Status.ORDERED) {
            return false;
        }
        host = host.withHistory(host.history().withLatch(null));
        String baseline = String.valueOf(attested.baseline());
        if (reset != null) {
            String why = "a false alarm: " + baseline + " amends what it showed";
            host = host.withReset(reset.finished(Reset.Status.WITHDRAWN, now, why));
            tell(EventType.RESET_WITHDRAWN, Map.of("reset", reset.id(), "because", why));
        }
        tell(
                EventType.PARDONED,
                Map.of(
                        "boot", boot.id().value(),
                        "baseline", baseline,
                        "incidents",
                                Objects.requireNonNull(latch.shown()).stream()
                                        .map(Digest::hex)
                                        .collect(Collectors.joining(" "))));
        return true;
    }

    private boolean isAdmittedNow(Boot boot) {
        Standing standing = host.standing();
        return boot.wasGolden()
                && standing != null
                && standing.verdict() == Verdict.GOLDEN
                && now.isBefore(standing.expiresAt())
                && host.quarantine() == null;
    }

    /// A boot id never seen for this name, and golden: what was held against the boots before ends.
    private void proveBoot(Boot boot, BootId before) {
        Reset reset = host.openReset();
        Receipt receipt = reset == null ? null : reset.receipt();
        host =
                host.withHistory(
                        host.history()
                                .withProof(
                                        new History.Proof(
                                                proofKind(boot, receipt),
                                                before,
                                                boot.id(),
                                                now,
                                                receipt,
                                                isCounted(boot) ? boot.resets() : null)));
        Map<String, String> details = new TreeMap<>();
        details.put("before", before.value());
        details.put("after", boot.id().value());
        if (boot.resets() != null && boot.resets().before() != null) {
            details.put("resetCount", boot.resets().before() + " → " + boot.resets().now());
        }
        tell(EventType.NEW_BOOT, details);
        if (reset != null) {
            finishReset(reset, before, boot);
        }
        Quarantine quarantine = host.quarantine();
        Instant asked = quarantine == null ? null : quarantine.readmitRequestedAt();
        if (asked != null && !boot.firstSeen().isBefore(asked)) {
            host = host.withQuarantine(null);
        }
    }

    private static ProofKind proofKind(Boot boot, @Nullable Receipt receipt) {
        if (isCounted(boot)) {
            return ProofKind.HARDWARE;
        }
        return receipt == null ? ProofKind.CLAIMED : ProofKind.EXECUTOR;
    }

    private static boolean isCounted(Boot boot) {
        ResetCounts resets = boot.resets();
        return resets != null && resets.areProof();
    }

    private void finishReset(Reset reset, BootId before, Boot boot) {
        if (reset.status() == Reset.Status.WAITING) {
            host =
                    host.withReset(
                            reset.finished(
                                    Reset.Status.WITHDRAWN,
                                    now,
                                    "a new boot was proved without it"));
            tell(EventType.RESET_WITHDRAWN, Map.of("reset", reset.id()));
            return;
        }
        host =
                host.withReset(
                        reset.finished(
                                Reset.Status.SUCCEEDED,
                                now,
                                "boot " + before.brief() + " → " + boot.id().brief()));
        Map<String, String> details =
                new TreeMap<>(ResetClocks.of(Objects.requireNonNull(host.reset())).details());
        details.put("reset", reset.id());
        details.put("before", before.value());
        details.put("after", boot.id().value());
        details.put("proof", proofKind(boot, reset.receipt()).wire());
        tell(EventType.RESET_SUCCEEDED, details);
    }

    /// Of silence nothing is held against a host that speaks again before its reset was ordered.
    private void withdrawForSilence() {
        Reset reset = host.openReset();
        if (reset != null
                && reset.cause() == Cause.SILENT
                && reset.status() != Reset.Status.ORDERED) {
            host = host.withReset(reset.finished(Reset.Status.WITHDRAWN, now, "it speaks again"));
            tell(EventType.RESET_WITHDRAWN, Map.of("reset", reset.id()));
        }
    }

    private void drifted(Appraisal.Drifted found) {
        Boot boot = Objects.requireNonNull(host.boot());
        endFault(boot);
        Latch before = host.latch();
        DriftSummary known = before == null ? null : before.drift();
        Instant since = before == null ? now : before.since();
        DriftSummary summary =
                new DriftSummary(
                        found.incident(),
                        since,
                        found.total(),
                        found.survivesReset() || known != null && known.survivesReset(),
                        before == null || known == null || !before.boot().equals(boot.id())
                                ? !boot.wasGolden()
                                : known.firstMeasurement(),
                        found.accusation(),
                        paths(found));
        String because = "drifted: " + describe(summary);
        if (known == null || !known.incident().equals(summary.incident())) {
            host =
                    host.withHistory(
                            host.history()
                                    .withLatch(
                                            latch(
                                                    found,
                                                    before,
                                                    new Latch(
                                                            boot.id(),
                                                            Cause.DRIFT,
                                                            since,
                                                            before == null
                                                                    ? goldenAt()
                                                                    : before.goldenAt(),
                                                            because,
                                                            summary))));
            keep(new StoredDrift(attested.baseline(), found.drifts(), found.subtrees()), summary);
            tell(EventType.DRIFTED, details(boot, summary));
        }
        failReset(boot);
        stand(Verdict.DRIFTED, because);
    }

    /// When the host was last seen golden in this boot.
    private @Nullable Instant goldenAt() {
        Boot boot = Objects.requireNonNull(host.boot());
        Standing standing = host.standing();
        return standing != null && standing.verdict() == Verdict.GOLDEN && boot.wasGolden()
                ? standing.at()
                : null;
    }

    /// A list that does not explain the root, or a host that goes by an older baseline than it
    /// proved, hides what no amended incident names. A root without any list is named by the list
    /// that comes for the same root.
    private Latch latch(Appraisal.Drifted found, @Nullable Latch before, Latch next) {
        Latch all = next.after(before);
        BaselineName by = attested.baseline();
        boolean current =
                by != null && by.serial() >= host.history().provedSerial(attested.channel());
        if (current && found.explained() && found.accusation() == null) {
            return all.showing(found.incident(), bareRoot());
        }
        boolean bare = !found.explained() && !attested.reported() && found.drifts().isEmpty();
        return current && bare ? all.owing(found.incident()) : all.unpardonable();
    }

    /// What the root of this evidence is called as an incident where no list came with it.
    private @Nullable Digest bareRoot() {
        Digest root = attested.root();
        return root == null ? null : IncidentKey.of(List.of(), List.of(), root);
    }

    private void keep(StoredDrift found, DriftSummary summary) {
        Boot boot = Objects.requireNonNull(host.boot());
        durable = true;
        drift = found;
        sighting =
                new Sighting(
                        host.name(),
                        host.group(),
                        boot.id(),
                        now,
                        summary,
                        summary.firstMeasurement() && isAfterReset(boot),
                        found,
                        summary.unexplained() == null ? bareRoot() : null);
    }

    private boolean isAfterReset(Boot boot) {
        Reset reset = host.reset();
        Instant ordered = reset == null ? null : reset.orderedAt();
        return reset != null
                && ordered != null
                && reset.status() != Reset.Status.SUCCEEDED
                && boot.fresh()
                && !boot.id().equals(reset.boot())
                && !boot.firstSeen().isBefore(ordered);
    }

    private static List<String> paths(Appraisal.Drifted found) {
        List<String> paths = new ArrayList<>();
        found.drifts().forEach(drift -> paths.add(drift.path().toString()));
        found.subtrees().forEach(subtree -> paths.add(subtree.path().toString()));
        return paths.subList(0, Math.min(paths.size(), DriftSummary.MAX_PATHS));
    }

    private static String describe(DriftSummary summary) {
        String accusation = summary.unexplained();
        if (accusation != null) {
            return accusation;
        }
        return summary.total() + (summary.total() == 1 ? " change" : " changes");
    }

    private static Map<String, String> details(Boot boot, DriftSummary summary) {
        Map<String, String> details = new TreeMap<>();
        details.put("boot", boot.id().value());
        details.put("incident", summary.incident().hex());
        details.put("total", Long.toString(summary.total()));
        details.put("firstMeasurement", Boolean.toString(summary.firstMeasurement()));
        details.put(
                "remedy",
                (summary.survivesReset() ? Reset.Remedy.REPLACEMENT : Reset.Remedy.RESET).wire());
        details.put("paths", String.join(" ", summary.paths()));
        String accusation = summary.unexplained();
        if (accusation != null) {
            details.put("accusation", accusation);
        }
        return details;
    }

    /// A reset that brought up a boot which drifts too has failed; one that was not ordered yet
    /// goes for the boot that is there now.
    private void failReset(Boot boot) {
        Reset reset = host.openReset();
        if (reset == null || boot.id().equals(reset.boot()) || reset.boot() == null) {
            return;
        }
        durable = true;
        if (reset.status() == Reset.Status.ORDERED) {
            host =
                    host.withReset(
                            reset.finished(
                                    Reset.Status.FAILED, now, "the new boot has drifted too"));
            tell(EventType.RESET_FAILED, Map.of("reset", reset.id(), "boot", boot.id().value()));
        } else {
            host = host.withReset(reset.forBoot(boot.id()));
        }
    }

    private void undetermined(Appraisal.Undetermined found) {
        Boot boot = Objects.requireNonNull(host.boot());
        String because = found.why();
        Standing before = host.standing();
        boolean episodeBegins =
                host.faultSince() == null
                        || before == null
                        || before.verdict() != Verdict.HOST_FAULT;
        if (episodeBegins) {
            durable = true;
            host = host.withFaultSince(now).withHistory(host.history().withFaultAt(now));
            drift = new StoredDrift(attested.baseline(), found.drifts(), found.subtrees());
            if (host.latch() == null) {
                tell(EventType.UNKNOWN, Map.of("why", "host-fault", "because", because));
            }
            int episodes = host.history().faults().size();
            if (host.latch() == null && episodes >= MAX_FAULTS) {
                latch(boot, Cause.FLAPPING, "could not be measured " + episodes + " times");
            } else if (episodes >= MAX_FAULTS) {
                neverPardon();
            }
        }
        stand(Verdict.HOST_FAULT, because);
    }

    private void latch(Boot boot, Cause cause, String because) {
        durable = true;
        host =
                host.withHistory(
                        host.history()
                                .withLatch(
                                        new Latch(
                                                boot.id(), cause, now, goldenAt(), because, null)));
    }

    private void outdated(Appraisal.Outdated outdated) {
        if (isUnmeasuredTooLong(outdated.measurableSince())) {
            unmeasured();
            return;
        }
        Standing before = host.standing();
        if (before == null || before.verdict() != Verdict.OUTDATED) {
            tell(EventType.OUTDATED, Map.of("because", outdated.why()));
        }
        stand(Verdict.OUTDATED, "outdated: " + outdated.why());
    }

    /// Counted for each boot anew: a host that comes up fetches its baselines first. What is
    /// counted does not begin before there was something to measure by, so that a rollout has its
    /// time.
    private boolean isUnmeasuredTooLong(@Nullable Instant measurableSince) {
        Boot boot = Objects.requireNonNull(host.boot());
        Instant since = host.faultSince();
        if (measurableSince == null) {
            endFault(boot);
            return false;
        }
        if (since == null || since.isBefore(boot.firstSeen())) {
            host = host.withFaultSince(now);
            durable = true;
            return false;
        }
        Duration deadline = Duration.ofMillis(group.faultDeadlineMillis());
        return now.isAfter(since.plus(deadline)) && now.isAfter(measurableSince.plus(deadline));
    }

    private void unmeasured() {
        String because = "measures by no current baseline";
        Standing before = host.standing();
        if (before == null || before.verdict() != Verdict.HOST_FAULT) {
            tell(EventType.UNKNOWN, Map.of("why", "host-fault", "because", because));
        }
        if (host.latch() == null) {
            latch(Objects.requireNonNull(host.boot()), Cause.UNDETERMINED, because);
        } else {
            neverPardon();
        }
        stand(Verdict.HOST_FAULT, because);
    }

    private void verifierFault(Appraisal.VerifierFault fault) {
        Standing before = host.standing();
        if (before == null || before.verdict() != Verdict.VERIFIER_FAULT) {
            tell(EventType.UNKNOWN, Map.of("why", "verifier-fault", "because", fault.why()));
        }
        stand(Verdict.VERIFIER_FAULT, "the verifier could not appraise: " + fault.why());
    }

    /// Writes the verdict; where it is the one before, only its life is prolonged.
    private void stand(Verdict verdict, String because) {
        Standing before = host.standing();
        boolean repeat =
                before != null
                        && before.verdict() == verdict
                        && before.because().equals(because)
                        && Objects.equals(before.baseline(), attested.baseline())
                        && before.simulated() == attested.simulated();
        // What had expired was unknown in between: others may have seen that.
        boolean lapsed = before != null && !now.isBefore(before.expiresAt());
        durable |= !repeat || lapsed;
        Instant since =
                before != null && before.verdict() == verdict && !lapsed ? before.since() : now;
        host =
                host.withStanding(
                        new Standing(
                                verdict,
                                because,
                                since,
                                now,
                                group.resultExpiry(now),
                                attested.baseline(),
                                attested.coverage(),
                                attested.simulated(),
                                attested.seconds(),
                                attested.freshness(),
                                Watching.of(attested.observed()),
                                attested.vouched()));
    }

    private void quarantine(String reason) {
        durable = true;
        host = host.withQuarantine(new Quarantine(reason, now, null));
        tell(EventType.QUARANTINED, Map.of("reason", reason));
    }

    private void tell(EventType type, Map<String, String> details) {
        durable = true;
        events.add(Event.of(now, type, host, details));
    }
}
