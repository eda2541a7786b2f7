package dev.assay.verifier.http;

import dev.assay.baseline.Coverage;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import dev.assay.verifier.enrol.EkTrust;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.DriftSummary;
import dev.assay.verifier.fleet.History;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Quarantine;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Verdict;
import dev.assay.verifier.fleet.Watching;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A host as the API shows it: the line that an orchestrator asks for first (`state`, `admit`,
/// `because`), then what it rests on.
///
/// @param freshness and `watching`: as the last evidence said
/// @param drifts paths, listed or not; 0 where none is held against the present boot
record HostJson(
        String name,
        String group,
        String channel,
        @Nullable String platformId,
        SortedMap<String, String> labels,
        HostState state,
        HostState.@Nullable Why why,
        boolean admit,
        String because,
        boolean banned,
        @Nullable BootId boot,
        long sequence,
        @Nullable Instant lastSeen,
        @Nullable Instant expires,
        @Nullable Verdict verdict,
        @Nullable BaselineName baseline,
        Tier tier,
        @Nullable Tpm tpm,
        Set<Vouched> vouched,
        boolean simulated,
        @Nullable String agent,
        long drifts,
        @Nullable DriftSummary drift,
        @Nullable Coverage coverage,
        @Nullable Freshness freshness,
        @Nullable Watching watching,
        @Nullable ResetJson reset,
        int resetsInWindow,
        @Nullable Hold hold,
        @Nullable Quarantine quarantine,
        History.@Nullable Proof lastProof,
        Clocks clocks) {

    /// @param endorsement SHA-256 of its endorsement key
    record Tpm(Digest endorsement, EkTrust ekTrust, Instant boundAt) {}

    /// When things happened. Un-admitted and reset are two clocks: the first is the time for which
    /// work could land on a drifted host, the second the time for which capacity was missing.
    record Clocks(
            Instant enrolled,
            Instant since,
            @Nullable Instant bootFirstSeen,
            @Nullable Instant verdictAt,
            @Nullable Instant driftSince,
            @Nullable Instant resetOpened,
            @Nullable Instant resetOrdered,
            @Nullable Instant resetFinished) {}

    static HostJson of(HostView view) {
        DriftSummary drift = view.drift();
        Reset reset = view.reset();
        return new HostJson(
                view.name(),
                view.group(),
                view.channel(),
                view.platformId(),
                view.labels(),
                view.state(),
                view.why(),
                view.admit(),
                view.because(),
                view.banned(),
                view.boot(),
                view.sequence(),
                view.lastSeen(),
                view.expires(),
                view.verdict(),
                view.baseline(),
                view.tier(),
                view.tpm() == null
                        ? null
                        : new Tpm(
                                view.tpm().endorsement(), view.tpm().trust(), view.tpm().boundAt()),
                view.vouched(),
                view.simulated(),
                view.agent(),
                drift == null ? 0 : drift.total(),
                drift,
                view.coverage(),
                view.freshness(),
                view.watching(),
                reset == null ? null : ResetJson.of(reset),
                view.resetsInWindow(),
                view.hold(),
                view.quarantine(),
                view.lastProof(),
                new Clocks(
                        view.enrolledAt(),
                        view.since(),
                        view.bootFirstSeen(),
                        view.verdictAt(),
                        drift == null ? null : drift.since(),
                        reset == null ? null : reset.openedAt(),
                        reset == null ? null : reset.orderedAt(),
                        reset == null ? null : reset.finishedAt()));
    }
}
