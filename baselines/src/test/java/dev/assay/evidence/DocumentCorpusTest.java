package dev.assay.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.Mutations;
import dev.assay.fixture.Samples;
import dev.assay.scope.Facts;
import dev.assay.scope.Scope;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Every document that crosses a boundary, valid but for one thing: each field in turn missing,
/// null, of another type, given twice or joined by one that nobody knows.
final class DocumentCorpusTest {
    /// Fields that may be missing.
    private static final Set<String> OPTIONAL =
            Set.of(
                    "owner",
                    "report",
                    "survivesReset",
                    "expectations",
                    "order",
                    "detail",
                    "platformId",
                    "exhibits",
                    "exe",
                    "commandLine",
                    "started",
                    "user",
                    "remote",
                    "process",
                    "observed",
                    "who",
                    "loginUid",
                    "container",
                    "quote",
                    "logs",
                    "bootLog",
                    "ima",
                    "endorsementCertificate",
                    "opened");

    /// Objects whose keys are data.
    private static final Set<String> MAPS =
            Set.of("subtrees", "classes", "values", "measured", "facts", "pcrs");

    private static final SigningKey KEY = SigningKey.generate(KeyType.ED25519);
    private static final Envelope ENVELOPE = Envelope.sign("t", Bytes.utf8("x"), KEY);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// How a kind of document is read.
    interface Parser {
        Object parse(Bytes json) throws MalformedInputException;
    }

    record Document(Bytes json, Parser parser) {}

    private static Named<Document> document(Object value, Parser parser) {
        return Named.of(value.getClass().getSimpleName(), new Document(Json.write(value), parser));
    }

    private static Named<Document> document(Object value) {
        return document(value, json -> Json.parse(json, value.getClass(), 1 << 20));
    }

    static Stream<Named<Document>> documents() {
        Facts facts = Facts.of(Map.of("host.name", "web-1"));
        return Stream.of(
                Named.of(
                        "Statement",
                        new Document(Samples.baseline().toStatement(), Baseline::parseStatement)),
                document(Samples.scope(), Scope::parse),
                document(Samples.evidence(), Evidence::parse),
                document(Samples.order(), ResetOrder::parse),
                document(Samples.trustRoot(3, KEY), TrustRoot::parse),
                document(ENVELOPE, json -> Envelope.parse(json, 1 << 16)),
                document(
                        new Protocol.ChallengeRequest(
                                "web-1", Samples.BOOT, Protocol.Purpose.ENROL)),
                document(
                        new Protocol.Challenge(
                                Bytes.utf8("n"), 30, new Protocol.LogsWanted(false, 7))),
                document(
                        new Protocol.EnrolmentRequest(
                                "web-1",
                                "i-1",
                                KEY.verificationKey(),
                                Samples.BOOT,
                                Bytes.utf8("n"),
                                "assay 0.1.0",
                                new Protocol.TpmIdentity(
                                        Bytes.utf8("ek"), Bytes.utf8("cert"), Bytes.utf8("ak")),
                                Bytes.utf8("opened"))),
                document(new Protocol.Credential(Bytes.utf8("blob"), Bytes.utf8("secret"))),
                document(new Protocol.Submission(ENVELOPE, quote(), logs())),
                document(
                        new Protocol.EnrolmentResponse(
                                "web-1", "web", "web-nodes", facts, Protocol.Tier.HARDWARE)),
                document(
                        new Protocol.ReferenceRequest(
                                "web-1", Samples.BOOT, Bytes.utf8("n"), List.of(Samples.DIGEST))),
                document(
                        new Protocol.ReferenceResponse(
                                List.of(Samples.DIGEST), List.of(ENVELOPE), facts, 1)),
                document(
                        new Protocol.ManifestRequest(
                                "web-1", Samples.BOOT, Bytes.utf8("n"), Samples.DIGEST)),
                document(
                        new Protocol.EvidenceResponse(
                                "golden",
                                true,
                                "golden",
                                "a.b.c",
                                1000,
                                List.of(Samples.DIGEST),
                                false,
                                ENVELOPE,
                                1,
                                true)),
                document(
                        new Protocol.ExhibitsRequest(
                                "web-1",
                                Samples.BOOT,
                                Bytes.utf8("n"),
                                "r-1",
                                Samples.DIGEST,
                                1000)),
                document(new Protocol.ExhibitsResponse("r-1", 1000)),
                document(Samples.exhibits(), Exhibits::parse),
                document(new Protocol.Problem("t", "title", 400, "detail")));
    }

    private static void requireRefused(Document document, String json, String what) {
        assertThatExceptionOfType(MalformedInputException.class)
                .as(what)
                .isThrownBy(() -> document.parser().parse(Bytes.utf8(json)))
                .satisfies(
                        refusal -> {
                            Throwable root = refusal;
                            while (root.getCause() != null) {
                                root = root.getCause();
                            }
                            assertThat(root).as(what).isNotInstanceOf(NullPointerException.class);
                        });
    }

    private static JsonNode tree(Document document) throws MalformedInputException {
        return Json.parseTree(document.json(), 1 << 20);
    }

    /// Where a field stands: the object that holds it, found again in a copy by its pointer.
    private record Field(String pointer, @Nullable String parent, String name, JsonNode value) {
        ObjectNode in(JsonNode copy) {
            return (ObjectNode) (pointer.isEmpty() ? copy : copy.at(pointer));
        }

        boolean isKeyOfAMap() {
            return parent != null && MAPS.contains(parent);
        }
    }

    private static void collect(
            JsonNode node, String pointer, @Nullable String name, List<Field> fields) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String key = field.getKey();
                fields.add(new Field(pointer, name, key, field.getValue()));
                String below = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
                collect(field.getValue(), below, key, fields);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                collect(array.get(i), pointer + "/" + i, null, fields);
            }
        }
    }

    private static List<Field> fields(JsonNode root) {
        List<Field> fields = new ArrayList<>();
        collect(root, "", null, fields);
        assertThat(fields).isNotEmpty();
        return fields;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void theGoodDocumentIsReadAndWrittenAsTheSameBytes(Document document) throws Exception {
        Object value = document.parser().parse(document.json());
        Bytes again =
                value instanceof Baseline baseline ? baseline.toStatement() : Json.write(value);
        assertThat(again.lossyText()).isEqualTo(document.json().lossyText());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyFieldMissingIsRefused(Document document) throws Exception {
        JsonNode good = tree(document);
        for (Field field : fields(good)) {
            if (!OPTIONAL.contains(field.name()) && !field.isKeyOfAMap()) {
                JsonNode copy = good.deepCopy();
                field.in(copy).remove(field.name());
                requireRefusedUnlessOptionalMap(document, copy, field);
            }
        }
    }

    /// A drift's `measured` may be missing: the path is gone then. Evidence's may not.
    private static void requireRefusedUnlessOptionalMap(
            Document document, JsonNode copy, Field field) {
        if (!(field.name().equals("measured") && field.pointer().contains("/items/"))) {
            requireRefused(document, copy.toString(), "without " + field);
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyFieldNullIsRefused(Document document) throws Exception {
        JsonNode good = tree(document);
        for (Field field : fields(good)) {
            if (!OPTIONAL.contains(field.name())) {
                JsonNode copy = good.deepCopy();
                field.in(copy).putNull(field.name());
                requireRefusedUnlessOptionalMap(document, copy, field);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyFieldOfAnotherTypeIsRefused(Document document) throws Exception {
        JsonNode good = tree(document);
        for (Field field : fields(good)) {
            JsonNode value = field.value();
            List<JsonNode> others = new ArrayList<>();
            if (value.isString()) {
                others.addAll(List.of(NODES.numberNode(1), NODES.booleanNode(true)));
            } else if (value.isNumber()) {
                others.addAll(List.of(NODES.stringNode(value.asString()), NODES.booleanNode(true)));
            } else if (value.isBoolean()) {
                others.addAll(List.of(NODES.stringNode("true"), NODES.numberNode(1)));
            }
            others.add(value.isArray() ? NODES.objectNode() : NODES.arrayNode());
            others.add(value.isObject() ? NODES.stringNode("") : NODES.objectNode());
            for (JsonNode other : others) {
                JsonNode copy = good.deepCopy();
                field.in(copy).set(field.name(), other);
                requireRefused(document, copy.toString(), other + " for " + field);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyFieldGivenTwiceIsRefused(Document document) throws Exception {
        JsonNode good = tree(document);
        for (Field field : fields(good)) {
            JsonNode copy = good.deepCopy();
            field.in(copy).set("TWICE", field.value());
            String json =
                    copy.toString().replace("\"TWICE\"", NODES.stringNode(field.name()).toString());
            requireRefused(document, json, "twice " + field);
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aFieldThatNobodyKnowsIsRefused(Document document) throws Exception {
        JsonNode good = tree(document);
        for (Field field : fields(good)) {
            if (!field.isKeyOfAMap()) {
                JsonNode copy = good.deepCopy();
                field.in(copy).put("unknown", 1);
                requireRefused(document, copy.toString(), "unknown beside " + field);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void bytesAroundTheDocumentAreRefused(Document document) {
        String good = document.json().lossyText();
        for (String wrong :
                List.of(
                        good + "}",
                        good + good,
                        "\ufeff" + good,
                        "[" + good + "]",
                        good + "\u0000",
                        "")) {
            requireRefused(document, wrong, "around");
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void mutatedDocumentsAreReadOrRefused(Document document) {
        new Mutations("document")
                .run(
                        document.json(),
                        500,
                        mutated -> {
                            Object read = document.parser().parse(mutated);
                            assertThat(read).isNotNull();
                            assertThat(read.toString()).isNotNull();
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '@',
            value = {
                // the attack | the document | what stands in it | what stands in its place
                "channel with a path in it | Statement | \"channel\":\"web-nodes\" | \"channel\":\"../x\"",
                "empty channel | Statement | \"channel\":\"web-nodes\" | \"channel\":\"\"",
                "serial zero | Statement | \"serial\":42 | \"serial\":0",
                "serial past a long | Statement | \"serial\":42 | \"serial\":9223372036854775808",
                "window that is empty | Statement | \"notAfter\":\"2026-02-01T23:59:59Z\" | \"notAfter\":\"2026-01-31T23:59:59Z\"",
                "window with an odd zone | Statement | \"notAfter\":\"2026-02-01T23:59:59Z\" | \"notAfter\":\"2026-02-01T23:59:59+00:00\"",
                "measurement version zero | Statement | \"measurementVersion\":1 | \"measurementVersion\":0",
                "statement of another type | Statement | in-toto.io/Statement/v1 | in-toto.io/Statement/v0.1",
                "predicate of another type | Statement | assay.dev/baseline/v1 | assay.dev/baseline/v2",
                "subject of another channel | Statement | \"name\":\"web-nodes\" | \"name\":\"db-nodes\"",
                "manifest unpacks past the limit | Statement | \"unpackedBytes\":200 | \"unpackedBytes\":4294967297",
                "manifest of negative size | Statement | \"bytes\":100 | \"bytes\":-1",
                "anchor of negative length | Statement | \"length\":12 | \"length\":-1",
                "class that nobody knows | Scope | \"class\":\"immutable\" | \"class\":\"immutible\"",
                "class by number | Scope | \"class\":\"immutable\" | \"class\":0",
                "class in capitals | Scope | \"class\":\"immutable\" | \"class\":\"IMMUTABLE\"",
                "rotating without names | Scope | ,\"names\":[\"*.log\"] | @@",
                "names without rotating | Scope | \"class\":\"rotating\" | \"class\":\"present\"",
                "pattern cut short | Scope | \"path\":\"fs/usr\" | \"path\":\"fs/[\"",
                "pattern not canonical | Scope | \"path\":\"fs/usr\" | \"path\":\"fs/%41\"",
                "rule without a reason | Scope | \"reason\":\"a test\" | \"reason\":\" \"",
                "scope's name with a path in it | Scope | \"name\":\"sample\" | \"name\":\"../sample\"",
                "no nonce | Evidence | \"nonce\":\"bm9uY2U=\" | \"nonce\":\"\"",
                "nonce not canonical | Evidence | \"nonce\":\"bm9uY2U=\" | \"nonce\":\"bm9uY2V=\"",
                "sequence zero | Evidence | \"sequence\":7 | \"sequence\":0",
                "host with a path in it | Evidence | \"host\":\"web-1\" | \"host\":\"web-1/..\"",
                "boot in capitals | Evidence | -cdef- | -CDEF-",
                "time that is no number | Evidence | \"seconds\":1.5 | \"seconds\":\"NaN\"",
                "time without end | Evidence | \"seconds\":1.5 | \"seconds\":1e999",
                "negative time | Evidence | \"seconds\":1.5 | \"seconds\":-1",
                "negative bytes read | Evidence | \"bytesRead\":1024 | \"bytesRead\":-1",
                "coverage that overflows | Evidence | \"entries\":3 | \"entries\":9223372036854775807",
                "coverage that is negative | Evidence | \"entries\":3 | \"entries\":-3",
                "report that miscounts | Evidence | \"total\":1 | \"total\":1000000",
                "report of a path that leaves the tree | Evidence | fs/usr/bin/ssh | fs/../ssh",
                "report of the root | Evidence | fs/usr/bin/ssh | @@",
                "report with an escape not canonical | Evidence | fs/usr/bin/ssh | fs/usr/bin/%73sh",
                "measured by no baseline | Evidence | \"source\" | \"baseline\":null,\"source\"",
                "full pass that relies on an older digest | Evidence | \"pass\":\"watched\" | \"pass\":\"full\"",
                "pass that nobody knows | Evidence | \"pass\":\"watched\" | \"pass\":\"partial\"",
                "pass in capitals | Evidence | \"pass\":\"watched\" | \"pass\":\"WATCHED\"",
                "pass by number | Evidence | \"pass\":\"watched\" | \"pass\":2",
                "negative age of a digest | Evidence | \"oldestDigestSeconds\":3600 | \"oldestDigestSeconds\":-1",
                "age of a digest past the limit | Evidence | \"oldestDigestSeconds\":3600 | \"oldestDigestSeconds\":281474976710657",
                "age of a digest with a fraction | Evidence | \"oldestDigestSeconds\":3600 | \"oldestDigestSeconds\":3600.0",
                "freshness that knows more | Evidence | \"oldestDigestSeconds\":3600 | \"oldestDigestSeconds\":3600,\"x\":1",
                "watch that nobody knows | Evidence | \"watch\":\"fanotify\" | \"watch\":\"kprobe\"",
                "negative count of lost events | Evidence | \"lost\":2 | \"lost\":-1",
                "lost events past the limit | Evidence | \"lost\":2 | \"lost\":281474976710657",
                "touched path that leaves the tree | Evidence | fs/usr/bin/ls\" | fs/usr/../ls\"",
                "touched root | Evidence | fs/usr/bin/ls\" | \"",
                "touch at a time that is none | Evidence | \"at\":\"2026-01-31T23:59:59Z\" | \"at\":\"2026-01-31T23:59:60Z\"",
                "culprit with a negative pid | Evidence | \"pid\":77 | \"pid\":-1",
                "culprit with a negative login | Evidence | \"loginUid\":1000 | \"loginUid\":-1",
                "order that expired before it was issued | ResetOrder | \"issued\":\"2026-01-31 | \"issued\":\"2027-01-31",
                "order for a boot that is none | ResetOrder | 01234567-89ab | 01234567-89ax",
                "threshold zero | TrustRoot | \"threshold\":1 | \"threshold\":0",
                "threshold above the keys | TrustRoot | \"threshold\":1 | \"threshold\":2",
                "threshold as text | TrustRoot | \"threshold\":1 | \"threshold\":\"1\"",
                "role without keys | TrustRoot | \"order\" | \"ORDER\"",
                "version zero | TrustRoot | \"version\":3 | \"version\":0",
                "trust root of another type | TrustRoot | trust-root/v1 | trust-root/v2",
            })
    void anAttackIsRefused(String attack, String kind, String good, String bad) {
        Document document =
                documents()
                        .filter(named -> named.getName().equals(kind))
                        .findFirst()
                        .orElseThrow()
                        .getPayload();
        String json = document.json().lossyText();
        assertThat(json).contains(good);
        requireRefused(
                document,
                json.replaceFirst(Pattern.quote(good), Matcher.quoteReplacement(bad)),
                attack);
    }

    private static Quote quote() {
        SortedMap<Integer, Bytes> pcrs = new TreeMap<>();
        for (int pcr = 0; pcr < Quote.PCRS; pcr++) {
            pcrs.put(pcr, Quote.BANK.zeros());
        }
        return new Quote(Bytes.utf8("attest"), Bytes.utf8("signature"), pcrs);
    }

    private static Quote.Logs logs() {
        return new Quote.Logs(Bytes.utf8("boot"), new Quote.ImaPart(3, Bytes.utf8("entries")));
    }
}
