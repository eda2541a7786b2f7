package dev.assay.agent.attest;

import dev.assay.baseline.Coverage;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Freshness;
import dev.assay.measurement.MeasurementSet;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was measured by one baseline's scope.
///
/// @param undetermined how many entries could not be read or did not keep still
/// @param values by path, the raw values of what is expected to equal a fact
/// @param seconds that it took
/// @param bytesRead for it
/// @param freshness how much of it is remembered
public record HostMeasurement(
        MeasurementSet set,
        MeasurementSet.Roots roots,
        Coverage coverage,
        long undetermined,
        SortedMap<String, Bytes> values,
        double seconds,
        long bytesRead,
        Freshness freshness) {
    public HostMeasurement {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
}
