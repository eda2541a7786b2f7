package dev.assay.agent.attest;

import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.Signer;
import dev.assay.tree.Digest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts evidence together and signs it. What would not fit is left out from the least important on
/// (owners, the list of what was not measured, the report), never the root: an intruder cannot make
/// a host mute by making its drift large.
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
    public Envelope assemble(
            BootId boot,
            long sequence,
            Bytes nonce,
            Evidence.Source source,
            @Nullable Finding finding,
            @Nullable DriftReport report) {
        if (finding == null) {
            Evidence nothing =
                    evidence(boot, sequence, nonce, source, null, null, null, new TreeMap<>());
            return sign(Json.write(nothing));
        }
        Digest baseline = finding.baseline().digest();
        SortedMap<String, Bytes> values = bounded(finding.measurement().values());
        Evidence.Measured full = measured(finding.measurement(), true);
        Evidence.Measured brief = measured(finding.measurement(), false);
        @Nullable DriftReport bare = report == null ? null : withoutOwners(report);
        List<Evidence> fullestFirst =
                List.of(
                        evidence(boot, sequence, nonce, source, baseline, full, report, values),
                        evidence(boot, sequence, nonce, source, baseline, full, bare, values),
                        evidence(boot, sequence, nonce, source, baseline, brief, bare, values));
        for (Evidence evidence : fullestFirst) {
            Bytes payload = Json.write(evidence);
            if (payload.length() <= Evidence.MAX_BYTES) {
                return sign(payload);
            }
        }
        return sign(
                Json.write(evidence(boot, sequence, nonce, source, baseline, brief, null, values)));
    }

    private Evidence evidence(
            BootId boot,
            long sequence,
            Bytes nonce,
            Evidence.Source source,
            @Nullable Digest baseline,
            Evidence.@Nullable Measured measured,
            @Nullable DriftReport report,
            SortedMap<String, Bytes> values) {
        return new Evidence(
                host,
                boot,
                sequence,
                nonce,
                MeasurementSet.MEASUREMENT_VERSION,
                source,
                baseline,
                measured,
                report,
                values,
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
                from.bytesRead());
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
