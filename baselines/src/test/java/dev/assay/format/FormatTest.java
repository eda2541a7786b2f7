package dev.assay.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.ClaimedTree;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.EntrySource;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.LeafJson;
import dev.assay.baseline.ManifestReader;
import dev.assay.baseline.ManifestWriter;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Quote;
import dev.assay.evidence.ResetOrder;
import dev.assay.fixture.Samples;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Expectation;
import dev.assay.scope.Facts;
import dev.assay.scope.PathMatcher;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.Scope;
import dev.assay.signing.Envelope;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.VerificationKey;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// FORMAT.md's examples are recomputed and its limits held against the code's.
final class FormatTest {
    private static final Pattern VECTOR = Pattern.compile("(?s)```vector (\\S+)\n(.*?)\n```\n");
    private static final Pattern LIMIT = Pattern.compile("(?m)^\\| ([^|]+) \\| (\\d+) \\|$");

    /// A block of the page.
    record Vector(String name, String body) {
        JsonNode json() throws MalformedInputException {
            return Json.parseTree(Bytes.utf8(body), 1 << 20);
        }

        List<String> lines() {
            return body.lines().toList();
        }
    }

    private static String page() throws IOException {
        Path page = Path.of(System.getProperty("assay.root", ".."), "baselines", "FORMAT.md");
        return Files.readString(page);
    }

    static Stream<Named<Vector>> vectors() throws IOException {
        List<Named<Vector>> vectors = new ArrayList<>();
        Matcher matcher = VECTOR.matcher(page());
        while (matcher.find()) {
            vectors.add(Named.of(matcher.group(1), new Vector(matcher.group(1), matcher.group(2))));
        }
        return vectors.stream();
    }

    private static Vector vector(String name) throws IOException {
        return vectors()
                .map(Named::getPayload)
                .filter(vector -> vector.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thePageHasItsVectors() throws IOException {
        assertThat(vectors()).hasSizeGreaterThanOrEqualTo(15);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aVectorIsRecomputed(Vector vector) throws Exception {
        String kind = vector.name().substring(0, vector.name().indexOf('-'));
        switch (kind) {
            case "text" -> requireText(vector);
            case "tree" -> requireTree(vector);
            case "leaf" -> requireLeaf(vector);
            case "manifest" -> requireManifest(vector);
            case "report" -> requireReport(vector);
            case "pattern" -> requirePattern(vector);
            case "held" -> requireHeld(vector);
            case "envelope" -> requireEnvelope(vector);
            case "baseline" ->
                    requireSame(vector, Baseline.parseStatement(bytes(vector)).toStatement());
            case "evidence" -> requireSame(vector, Json.write(Evidence.parse(bytes(vector))));
            case "scope" -> requireSame(vector, Json.write(Scope.parse(bytes(vector))));
            case "trust" -> requireSame(vector, Json.write(TrustRoot.parse(bytes(vector))));
            case "exhibits" -> requireSame(vector, Json.write(Exhibits.parse(bytes(vector))));
            case "order" -> requireSame(vector, Json.write(ResetOrder.parse(bytes(vector))));
            default -> throw new AssertionError("nobody recomputes " + vector.name());
        }
    }

    private static Bytes bytes(Vector vector) {
        return Bytes.utf8(vector.body());
    }

    private static void requireSame(Vector vector, Bytes written) {
        assertThat(written.lossyText()).isEqualTo(vector.body());
    }

    private static void requireText(Vector vector) throws MalformedInputException {
        for (String line : vector.lines()) {
            int space = line.indexOf(' ');
            Bytes bytes = Bytes.ofHex(line.substring(0, space));
            assertThat(EscapedText.of(bytes)).isEqualTo(line.substring(space + 1));
            assertThat(EscapedText.parse(line.substring(space + 1))).isEqualTo(bytes);
        }
    }

    private static Entry entry(JsonNode line) throws MalformedInputException {
        Map<String, String> fields = new LinkedHashMap<>();
        line.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asString()));
        NodePath path = NodePath.of(Objects.requireNonNull(fields.remove("path")));
        return Entry.of(path, LeafJson.parse(fields));
    }

    private static List<Entry> entries(JsonNode lines) throws MalformedInputException {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode line : lines) {
            entries.add(entry(line));
        }
        return entries;
    }

    private static void requireTree(Vector vector) throws MalformedInputException {
        JsonNode tree = vector.json();
        MeasurementSet.Roots roots = MeasurementSet.Roots.of(entries(tree.get("entries")));
        assertThat(roots.total().hex()).isEqualTo(tree.get("root").stringValue());
        if (tree.has("subtrees")) {
            Map<String, String> subtrees = new HashMap<>();
            roots.subtrees().forEach((name, digest) -> subtrees.put(name, digest.hex()));
            tree.get("subtrees")
                    .properties()
                    .forEach(
                            subtree ->
                                    assertThat(subtrees.remove(subtree.getKey()))
                                            .isEqualTo(subtree.getValue().stringValue()));
            assertThat(subtrees).isEmpty();
        }
    }

    private static void requireLeaf(Vector vector) throws MalformedInputException {
        JsonNode json = vector.json();
        Map<String, String> fields = new HashMap<>();
        json.get("leaf")
                .properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().stringValue()));
        Leaf leaf = LeafJson.parse(fields);
        assertThat(leaf.encode().hex()).isEqualTo(json.get("encoding").stringValue());
        assertThat(Json.write(LeafJson.write(leaf)).lossyText())
                .isEqualTo(json.get("leaf").toString());
    }

    private static void requireManifest(Vector vector) throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (String line : vector.lines()) {
            entries.add(entry(Json.parseTree(Bytes.utf8(line), 1 << 16)));
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        ManifestWriter.write(entries, packed);
        try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
            assertThat(Bytes.copyOf(gzip.readAllBytes()).lossyText())
                    .isEqualTo(vector.body() + "\n");
        }
    }

    private static void requireReport(Vector vector) throws Exception {
        JsonNode json = vector.json();
        DriftReport report =
                Json.parse(Bytes.utf8(json.get("report").toString()), DriftReport.class, 1 << 20);
        List<Entry> golden = entries(vector("tree-1").json().get("entries"));
        ClaimedTree claimed = ClaimedTree.of(EntrySource.of(golden), report, Samples.scope());
        assertThat(claimed.root().hex()).isEqualTo(json.get("root").stringValue());
    }

    private static void requirePattern(Vector vector) {
        for (String line : vector.lines()) {
            List<String> words = List.of(line.split(" ", -1));
            PathMatcher matcher = new PathMatcher(List.of(PathPattern.of(words.get(0))));
            boolean matches = matcher.root().descend(NodePath.of(words.get(1))).exact().isPresent();
            assertThat(matches ? "yes" : "no").as(line).isEqualTo(words.get(2));
        }
    }

    private static void requireHeld(Vector vector) throws MalformedInputException {
        for (String line : vector.lines()) {
            int space = line.indexOf("} {") + 1;
            Expectation expectation =
                    Json.parse(Bytes.utf8(line.substring(0, space)), Expectation.class, 1 << 16);
            assertThat(expectation.heldLeaf().attribute(Expectation.EXPECTED))
                    .hasValue(Bytes.utf8(line.substring(space + 1)));
        }
    }

    private static void requireEnvelope(Vector vector) throws Exception {
        JsonNode json = vector.json();
        Bytes envelopeJson = Bytes.utf8(json.get("envelope").toString());
        Envelope envelope = Envelope.parse(envelopeJson, 1 << 20);
        VerificationKey key = VerificationKey.parse(Bytes.ofBase64(json.get("key").stringValue()));
        assertThat(envelope.verify(json.get("type").stringValue(), Set.of(key), 1)).isNotNull();
        assertThat(envelope.signatures().getFirst().keyid()).isEqualTo(key.keyId());
        assertThat(envelope.payloadDigest())
                .isEqualTo(Digest.ofHex(json.get("payloadDigest").stringValue()));
        assertThat(Json.write(envelope)).isEqualTo(envelopeJson);
    }

    private static final Map<String, Number> LIMITS =
            Map.ofEntries(
                    Map.entry("nesting of JSON", Json.MAX_DEPTH),
                    Map.entry("characters of a JSON string", Json.MAX_STRING_CHARS),
                    Map.entry("characters of a JSON key", Json.MAX_NAME_CHARS),
                    Map.entry("characters of a JSON number", Json.MAX_NUMBER_CHARS),
                    Map.entry("bytes of a path", NodePath.MAX_BYTES),
                    Map.entry("bytes of a segment", NodePath.MAX_SEGMENT_BYTES),
                    Map.entry("attributes of a leaf", Leaf.MAX_ATTRIBUTES),
                    Map.entry("bytes of an attribute's name", Leaf.MAX_NAME_BYTES),
                    Map.entry("bytes of an attribute's value", Leaf.MAX_VALUE_BYTES),
                    Map.entry(
                            "bytes of an extended attribute that is not digested",
                            Leaf.MAX_PLAIN_XATTR_BYTES),
                    Map.entry("bytes of a baseline statement", Baseline.MAX_BYTES),
                    Map.entry("anchors of a baseline", Baseline.MAX_ANCHORS),
                    Map.entry("incidents that a baseline amends", Baseline.MAX_AMENDS),
                    Map.entry("top-level parts of a tree", Baseline.MAX_SUBTREES),
                    Map.entry(
                            "paths that the coverage names as not measured",
                            Coverage.MAX_NOT_MEASURED),
                    Map.entry("one count of the coverage", Coverage.Count.MAX),
                    Map.entry("bytes of a golden file's first line", GoldenFile.MAX_ENVELOPE_BYTES),
                    Map.entry(
                            "bytes that a manifest unpacks to", ManifestReader.MAX_UNPACKED_BYTES),
                    Map.entry("bytes of an evidence's payload", Evidence.MAX_BYTES),
                    Map.entry(
                            "bytes of a submission: evidence, quote and logs",
                            Protocol.MAX_SUBMISSION_BYTES),
                    Map.entry("bytes of a boot log", Quote.Logs.MAX_BOOT_LOG_BYTES),
                    Map.entry("bytes of one part of an IMA list", Quote.ImaPart.MAX_BYTES),
                    Map.entry("ways to extend one PCR", PlatformExpectations.MAX_SEQUENCES),
                    Map.entry("events of one way", PlatformExpectations.MAX_EVENTS),
                    Map.entry("programs beyond the tree", PlatformExpectations.MAX_PROGRAMS),
                    Map.entry("bytes of a nonce", Evidence.MAX_NONCE_BYTES),
                    Map.entry("values of an evidence", Evidence.MAX_VALUES),
                    Map.entry("bytes of one value of an evidence", Evidence.MAX_VALUE_BYTES),
                    Map.entry("seconds of a digest's age", Freshness.MAX_SECONDS),
                    Map.entry("touched paths of an evidence", Observed.MAX_TOUCHED),
                    Map.entry("bytes of a touched path", Observed.MAX_PATH_BYTES),
                    Map.entry(
                            "characters of a program or a container that touched it",
                            Observed.MAX_NAME_CHARS),
                    Map.entry("lost events that are counted", Observed.MAX_LOST),
                    Map.entry("items of a drift report", DriftReport.MAX_ITEMS),
                    Map.entry("subtrees of a drift report", DriftReport.MAX_SUBTREES),
                    Map.entry(
                            "characters of a report's items or subtrees as JSON (a writer's)",
                            DriftReport.MAX_ITEM_CHARS),
                    Map.entry("characters of an owner", DriftReport.Item.MAX_OWNER_CHARS),
                    Map.entry("one count of a subtree", DriftReport.MAX_COUNT),
                    Map.entry("bytes of another request", Protocol.MAX_REQUEST_BYTES),
                    Map.entry("bytes of a scope", Scope.MAX_JSON_BYTES),
                    Map.entry("rules of a scope, and expectations", Scope.MAX_RULES),
                    Map.entry("characters of a reason", Rule.MAX_REASON_CHARS),
                    Map.entry("segments of a pattern", PathPattern.MAX_SEGMENTS),
                    Map.entry("facts", Facts.MAX_FACTS),
                    Map.entry("characters of a fact", Facts.MAX_CHARS),
                    Map.entry("signatures of an envelope", Envelope.MAX_SIGNATURES),
                    Map.entry("characters of a payload type", Envelope.MAX_TYPE_CHARS),
                    Map.entry("characters of a keyid", Envelope.MAX_KEYID_CHARS),
                    Map.entry("bytes of a signature", Envelope.MAX_SIGNATURE_BYTES),
                    Map.entry("bytes of a trust root", TrustRoot.MAX_BYTES),
                    Map.entry("keys of a trust root, and TLS keys", TrustRoot.MAX_KEYS),
                    Map.entry("bytes of a reset order", ResetOrder.MAX_BYTES),
                    Map.entry("bytes of packed exhibits", Exhibits.MAX_PACKED_BYTES),
                    Map.entry("bytes of the line before them", Exhibits.MAX_LINE_BYTES),
                    Map.entry("bytes that exhibits unpack to", Exhibits.MAX_UNPACKED_BYTES),
                    Map.entry("files of exhibits", Exhibits.MAX_FILES),
                    Map.entry("bytes of one exhibited file", Exhibits.MAX_FILE_BYTES),
                    Map.entry("bytes of all exhibited files", Exhibits.MAX_ALL_FILES_BYTES),
                    Map.entry("bytes of a path of exhibits", Exhibits.MAX_PATH_BYTES),
                    Map.entry("omitted drifts that exhibits name", Exhibits.MAX_OMITTED),
                    Map.entry("processes of exhibits", Exhibits.MAX_PROCESSES),
                    Map.entry("sockets of exhibits", Exhibits.MAX_SOCKETS),
                    Map.entry("notes of exhibits", Exhibits.MAX_NOTES),
                    Map.entry("characters of a text of exhibits", Exhibits.MAX_TEXT_CHARS));

    @Test
    void theLimitsOfThePageAreTheCodes() throws IOException {
        Map<String, Long> stated = new HashMap<>();
        Matcher matcher = LIMIT.matcher(page());
        while (matcher.find()) {
            stated.put(matcher.group(1), Long.parseLong(matcher.group(2)));
        }
        Map<String, Long> real = new HashMap<>();
        LIMITS.forEach((what, limit) -> real.put(what, limit.longValue()));
        assertThat(stated).isEqualTo(real);
    }
}
