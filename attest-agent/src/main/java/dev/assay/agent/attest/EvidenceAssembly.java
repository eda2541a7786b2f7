package dev.assay.agent.attest;

import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Observed;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.Signer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Puts evidence together and signs it. What would not fit is left out from the least important on
/// (touched paths, owners, the list of what was not measured, the report), never the root: an
/// intruder cannot make a host mute by making its drift large.
public final class EvidenceAssembly {
    private final String host;
    private final Signer key;
    private final String agent;

    /// @param agent name and version of this program
    public EvidenceAssembly(String host, Signer key, String agent) {
        this.host = host;
        this.key = key;
        this.agent = agent;
    }

    /// @param finding null where there is no baseline to measure by
    /// @param report null where the host is golden or the manifest is not at hand
    /// @param observed null where nothing is watched over the host
    public Envelope assemble(
            BootId boot,
            long sequence,
            Bytes nonce,
            Evidence.Source source,
            @Nullable Finding finding,
            @Nullable DriftReport report,
            @Nullable Observed observed) {
        Parts parts = new Parts(boot, sequence, nonce, source);
        @Nullable Observed untouched = observed == null ? null : observed.withoutTouched();
        if (finding == null) {
            return sign(Json.write(evidence(parts, null, null, untouched)));
        }
        Evidence.Measured full = measured(finding.measurement(), true);
        Evidence.Measured brief = measured(finding.measurement(), false);
        @Nullable DriftReport bare = report == null ? null : withoutOwners(report);
        Claim claim = new Claim(finding, full);
        Claim briefClaim = new Claim(finding, brief);
        List<Supplier<Evidence>> fullestFirst =
                List.of(
                        () -> evidence(parts, claim, report, observed),
                        () -> evidence(parts, claim, report, untouched),
                        () -> evidence(parts, claim, bare, untouched),
                        () -> evidence(parts, briefClaim, bare, untouched));
        for (Supplier<Evidence> evidence : fullestFirst) {
            Bytes payload = Json.write(evidence.get());
            if (payload.length() <= Evidence.MAX_BYTES) {
                return sign(payload);
            }
        }
        return sign(Json.write(evidence(parts, briefClaim, null, untouched)));
    }

    /// What every evidence has.
    private record Parts(BootId boot, long sequence, Bytes nonce, Evidence.Source source) {}

    /// What was measured, and by which baseline.
    private record Claim(Finding finding, Evidence.Measured measured) {}

    private Evidence evidence(
            Parts parts,
            @Nullable Claim claim,
            @Nullable DriftReport report,
            @Nullable Observed observed) {
        return new Evidence(
                host,
                parts.boot(),
                parts.sequence(),
                parts.nonce(),
                MeasurementSet.MEASUREMENT_VERSION,
                parts.source(),
                claim == null ? null : claim.finding().baseline().digest(),
                claim == null ? null : claim.measured(),
                report,
                claim == null ? new TreeMap<>() : bounded(claim.finding().measurement().values()),
                observed,
                agent);
    }

    private Envelope sign(Bytes payload) {
        return Envelope.sign(Evidence.PAYLOAD_TYPE, payload, key);
    }

    private static Evidence.Measured measured(HostMeasurement from, boolean withNotMeasured) {
        Coverage coverage = from.coverage();
        return new Evidence.Measured(
                from.roots().total(),
                from.roots().subtrees(),
                withNotMeasured ? coverage : new Coverage(coverage.classes(), List.of()),
                from.seconds(),
                from.bytesRead(),
                from.freshness());
    }

    private static DriftReport withoutOwners(DriftReport report) {
        List<DriftReport.Item> items =
                report.items().stream()
                        .map(item -> new DriftReport.Item(item.path(), item.measured(), null))
                        .toList();
        return new DriftReport(items, report.subtrees(), report.total());
    }

    /// A value that is too long to send is left out; the verifier, missing it, does not hold it for
    /// equal.
    private static SortedMap<String, Bytes> bounded(SortedMap<String, Bytes> values) {
        SortedMap<String, Bytes> bounded = new TreeMap<>();
        values.forEach(
                (path, value) -> {
                    if (bounded.size() < Evidence.MAX_VALUES
                            && value.length() <= Evidence.MAX_VALUE_BYTES) {
                        bounded.put(path, value);
                    }
                });
        return bounded;
    }
}
