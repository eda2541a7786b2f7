package dev.assay.evidence;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftReport;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a host says of itself at one moment, signed by its key (FORMAT.md, section 8). All of it is
/// the agent's assertion.
///
/// @param sequence grows with every evidence of a boot, so that an older one cannot follow
/// @param nonce the challenge's, which makes it fresh
/// @param baseline the digest of the statement whose scope was measured; null where the channel has
///   none to measure by
/// @param measured null exactly where `baseline` is
/// @param report null where the root is the baseline's
/// @param values the raw values of what is expected to equal a fact, so that the verifier holds
///   them against the facts that it knows itself
/// @param observed what was seen happening; null where the agent does not tell
public record Evidence(
        String host,
        BootId boot,
        long sequence,
        Bytes nonce,
        int measurementVersion,
        Source source,
        @Nullable Digest baseline,
        @Nullable Measured measured,
        @Nullable DriftReport report,
        SortedMap<String, Bytes> values,
        @Nullable Observed observed,
        String agent) {
    public static final String PAYLOAD_TYPE = "application/vnd.assay.evidence.v1+json";

    /// Of the payload.
    public static final int MAX_BYTES = 1 << 20;

    public static final int MAX_NONCE_BYTES = 128;
    public static final int MAX_VALUES = 64;
    public static final int MAX_VALUE_BYTES = 512;

    /// Where it was measured.
    ///
    /// @param simulated whether any of it was not the live host
    public record Source(String root, String kernel, String bootId, boolean simulated) {
        private static final int MAX_CHARS = 4096;

        /// @throws IllegalArgumentException where a part is missing or too long
        public Source {
            if (root.length() > MAX_CHARS
                    || kernel.length() > MAX_CHARS
                    || bootId.length() > MAX_CHARS) {
                throw new IllegalArgumentException("source of evidence is too long");
            }
        }
    }

    /// @param root the tree's digest
    /// @param subtrees the digests of its top-level parts
    /// @param seconds that measuring took
    /// @param bytesRead now, for this evidence
    /// @param freshness how much of it is remembered
    public record Measured(
            Digest root,
            SortedMap<String, Digest> subtrees,
            Coverage coverage,
            double seconds,
            long bytesRead,
            Freshness freshness) {
        /// @throws IllegalArgumentException where a limit is broken
        public Measured {
            Objects.requireNonNull(root, "measurement without root");
            Objects.requireNonNull(coverage, "measurement without coverage");
            Objects.requireNonNull(freshness, "measurement without freshness");
            subtrees = Collections.unmodifiableSortedMap(new TreeMap<>(subtrees));
            if (subtrees.size() > Baseline.MAX_SUBTREES) {
                throw new IllegalArgumentException("too many subtrees");
            }
            if (!Double.isFinite(seconds) || seconds < 0 || bytesRead < 0) {
                throw new IllegalArgumentException("measurement took or read less than nothing");
            }
        }
    }

    /// @throws IllegalArgumentException where a field is missing or a limit broken
    public Evidence {
        if (!Baseline.isChannelName(host)) {
            throw new IllegalArgumentException("host needs a name of [a-z0-9.-]");
        }
        Objects.requireNonNull(boot, "evidence without boot");
        Objects.requireNonNull(nonce, "evidence without nonce");
        Objects.requireNonNull(source, "evidence without source");
        Objects.requireNonNull(agent, "evidence without agent");
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        if (nonce.isEmpty() || nonce.length() > MAX_NONCE_BYTES) {
            throw new IllegalArgumentException("evidence needs a nonce of 1 to 128 bytes");
        }
        if (sequence < 1 || measurementVersion < 1 || agent.length() > 128) {
            throw new IllegalArgumentException("evidence breaks a limit");
        }
        if (values.size() > MAX_VALUES
                || values.values().stream().anyMatch(v -> v.length() > MAX_VALUE_BYTES)) {
            throw new IllegalArgumentException("evidence has too many values");
        }
        if ((baseline == null) != (measured == null) || baseline == null && report != null) {
            throw new IllegalArgumentException("evidence measures by no baseline");
        }
        if (baseline == null && observed != null && !observed.touched().isEmpty()) {
            throw new IllegalArgumentException("without a baseline no path is immutable");
        }
    }

    public static Evidence parse(Bytes json) throws MalformedInputException {
        return Json.parse(json, Evidence.class, MAX_BYTES);
    }
}
