package dev.assay.baseline;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.Scope;
import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is golden for one channel, as an in-toto statement's predicate (FORMAT.md, section 6).
///
/// @param serial grows with every baseline of the channel
/// @param notAfter after it hosts are outdated, never drifted
/// @param root the expected tree digest; `subtrees` are its top-level parts
/// @param anchors of the append-only files
/// @param captured where the golden tree came from
/// @param amends the incidents that were false alarms, by digest: who signs this says that what
///   they showed is golden. A host that showed nothing else in its boot needs no reset
/// @param platform what a host's TPM has to vouch for; null where nothing is known of that
public record Baseline(
        String channel,
        long serial,
        Instant notBefore,
        Instant notAfter,
        int measurementVersion,
        Scope scope,
        Digest root,
        SortedMap<String, Digest> subtrees,
        Coverage coverage,
        List<Anchor> anchors,
        ManifestReference manifest,
        Captured captured,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Digest> amends,
        @Nullable PlatformExpectations platform) {
    public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
    public static final String PREDICATE_TYPE = "https://assay.dev/baseline/v1";
    public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    public static final int MAX_BYTES = 4 << 20;
    public static final int MAX_ANCHORS = 4096;

    public static final int MAX_AMENDS = 64;

    /// Top-level parts of a tree.
    public static final int MAX_SUBTREES = 64;

    /// @param sha256 of the compressed bytes, looked at before they are unpacked
    /// @param bytes compressed
    /// @param unpackedBytes of the JSON Lines
    public record ManifestReference(Digest sha256, long bytes, long unpackedBytes, long entries) {
        /// @throws IllegalArgumentException where a limit is broken
        public ManifestReference {
            Objects.requireNonNull(sha256, "manifest without digest");
            if (bytes < 0
                    || bytes > ManifestReader.MAX_UNPACKED_BYTES
                    || entries < 0
                    || unpackedBytes < 0
                    || unpackedBytes > ManifestReader.MAX_UNPACKED_BYTES) {
                throw new IllegalArgumentException("manifest's sizes are out of bounds");
            }
        }
    }

    /// @param simulated whether anything of it was not the live host
    /// @param tool name and version of what captured it
    public record Captured(
            Instant at, String root, String kernelFrom, boolean simulated, String tool) {
        public Captured {
            Objects.requireNonNull(at, "capture without time");
            Objects.requireNonNull(root, "capture without root");
            Objects.requireNonNull(kernelFrom, "capture without kernel source");
            Objects.requireNonNull(tool, "capture without tool");
        }
    }

    /// @throws IllegalArgumentException where a field is missing or out of bounds
    public Baseline {
        if (!isChannelName(channel)) {
            throw new IllegalArgumentException("channel needs a name of [a-z0-9.-]");
        }
        Objects.requireNonNull(scope, "baseline without scope");
        Objects.requireNonNull(root, "baseline without root");
        Objects.requireNonNull(manifest, "baseline without manifest");
        Objects.requireNonNull(coverage, "baseline without coverage");
        Objects.requireNonNull(captured, "baseline without its capture");
        if (serial < 1 || measurementVersion < 1) {
            throw new IllegalArgumentException("serial and measurement version begin at one");
        }
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("the validity window is empty");
        }
        subtrees = Collections.unmodifiableSortedMap(new TreeMap<>(subtrees));
        anchors = List.copyOf(anchors);
        if (anchors.size() > MAX_ANCHORS || subtrees.size() > MAX_SUBTREES) {
            throw new IllegalArgumentException("too many append-only files or subtrees");
        }
        if (anchors.stream().map(Anchor::path).distinct().count() != anchors.size()) {
            throw new IllegalArgumentException("an append-only file is there twice");
        }
        amends = amends == null ? List.of() : List.copyOf(amends);
        if (amends.size() > MAX_AMENDS || amends.stream().distinct().count() != amends.size()) {
            throw new IllegalArgumentException("too many amended incidents, or one twice");
        }
    }

    /// One that amends nothing and expects nothing of a TPM.
    public Baseline(
            String channel,
            long serial,
            Instant notBefore,
            Instant notAfter,
            int measurementVersion,
            Scope scope,
            Digest root,
            SortedMap<String, Digest> subtrees,
            Coverage coverage,
            List<Anchor> anchors,
            ManifestReference manifest,
            Captured captured) {
        this(
                channel,
                serial,
                notBefore,
                notAfter,
                measurementVersion,
                scope,
                root,
                subtrees,
                coverage,
                anchors,
                manifest,
                captured,
                List.of(),
                null);
    }

    /// Never null, whatever the JSON left out.
    @Override
    public List<Digest> amends() {
        return amends == null ? List.of() : amends;
    }

    /// The same, of that manifest.
    public Baseline with(ManifestReference other) {
        return new Baseline(
                channel,
                serial,
                notBefore,
                notAfter,
                measurementVersion,
                scope,
                root,
                subtrees,
                coverage,
                anchors,
                other,
                captured,
                amends,
                platform);
    }

    /// Channels, groups and hosts have names that are safe in paths, labels and host names.
    public static boolean isChannelName(String name) {
        return name != null && name.matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    }

    public boolean isExpiredAt(Instant now) {
        return !now.isBefore(notAfter);
    }

    public boolean isYetToComeAt(Instant now) {
        return now.isBefore(notBefore);
    }

    private record Statement(
            String _type, List<Subject> subject, String predicateType, Baseline predicate) {}

    private record Subject(String name, SubjectDigest digest) {}

    private record SubjectDigest(Digest sha256) {}

    /// The in-toto statement (in-toto Attestation Framework v1, "Statement"), whose subject is the
    /// manifest.
    public Bytes toStatement() {
        Subject subject = new Subject(channel, new SubjectDigest(manifest.sha256()));
        return Json.write(new Statement(STATEMENT_TYPE, List.of(subject), PREDICATE_TYPE, this));
    }

    public static Baseline parseStatement(Bytes json) throws MalformedInputException {
        Statement statement = Json.parse(json, Statement.class, MAX_BYTES);
        Baseline baseline = statement.predicate();
        if (!STATEMENT_TYPE.equals(statement._type())
                || !PREDICATE_TYPE.equals(statement.predicateType())
                || baseline == null
                || statement.subject() == null) {
            throw new MalformedInputException("statement is not of a baseline");
        }
        Subject subject =
                new Subject(baseline.channel, new SubjectDigest(baseline.manifest.sha256));
        if (!statement.subject().equals(List.of(subject))) {
            throw new MalformedInputException("statement's subject is not its baseline's manifest");
        }
        return baseline;
    }
}
