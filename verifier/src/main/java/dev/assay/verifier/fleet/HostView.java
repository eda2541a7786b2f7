package dev.assay.verifier.fleet;

import dev.assay.baseline.Coverage;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.scope.Facts;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What an operator, an orchestrator and the attestation result say of a host at one moment: a pure
/// function of what is known and the time, so that it is true whether or not anything swept.
///
/// @param why of state unknown
/// @param admit whether the host may take work; golden alone
/// @param because one line for people
/// @param since from when the state is this one
/// @param verdict of the last evidence; null where there is none
/// @param expires of the verdict
/// @param tpm that speaks for it; null in the software tier
/// @param vouched what of the verdict rests on the kernel's own measurements
/// @param freshness how much of the last measurement was remembered
/// @param watching null where its agent does not tell
/// @param drift that is held against the present boot
/// @param reset the last one, open or not
/// @param resetsInWindow ordered in the last 24 hours
public record HostView(
        String name,
        String group,
        String channel,
        @Nullable String platformId,
        SortedMap<String, String> labels,
        Facts facts,
        HostState state,
        HostState.@Nullable Why why,
        boolean admit,
        String because,
        Instant since,
        boolean banned,
        @Nullable BootId boot,
        long sequence,
        @Nullable String agent,
        Instant enrolledAt,
        @Nullable Instant bootFirstSeen,
        @Nullable Instant lastSeen,
        @Nullable Verdict verdict,
        @Nullable Instant verdictAt,
        @Nullable Instant expires,
        @Nullable BaselineName baseline,
        Tier tier,
        @Nullable TpmBinding tpm,
        Set<Vouched> vouched,
        boolean simulated,
        @Nullable Coverage coverage,
        @Nullable Freshness freshness,
        @Nullable Watching watching,
        @Nullable DriftSummary drift,
        @Nullable Reset reset,
        @Nullable Hold hold,
        @Nullable Quarantine quarantine,
        int resetsInWindow,
        History.@Nullable Proof lastProof) {}
