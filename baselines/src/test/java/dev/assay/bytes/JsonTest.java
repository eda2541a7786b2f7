package dev.assay.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.fixture.Mutations;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether what Jackson reads is what the bytes say, and nothing that only looks like it.
final class JsonTest {
    enum Colour {
        RED
    }

    record Sample(
            int number,
            long large,
            double fraction,
            boolean flag,
            String text,
            Instant time,
            Bytes bytes,
            Colour colour,
            List<String> list,
            Map<String, Integer> map,
            @Nullable Boolean maybe) {}

    private static final Map<String, String> GOOD = new LinkedHashMap<>();

    static {
        GOOD.put("number", "1");
        GOOD.put("large", "2");
        GOOD.put("fraction", "1.5");
        GOOD.put("flag", "true");
        GOOD.put("text", "\"x\"");
        GOOD.put("time", "\"2026-01-31T23:59:59Z\"");
        GOOD.put("bytes", "\"YQ==\"");
        GOOD.put("colour", "\"RED\"");
        GOOD.put("list", "[\"a\"]");
        GOOD.put("map", "{\"a\":1}");
    }

    private static String json(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String with(String name, String value) {
        Map<String, String> fields = new LinkedHashMap<>(GOOD);
        fields.put(name, value);
        return json(fields);
    }

    private static Sample parse(byte[] json) throws MalformedInputException {
        return Json.parse(Bytes.copyOf(json), Sample.class, 1 << 20);
    }

    private static void requireRefused(byte[] json) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> parse(json))
                .satisfies(
                        refusal -> {
                            Throwable root = refusal;
                            while (root.getCause() != null) {
                                root = root.getCause();
                            }
                            assertThat(root).isNotInstanceOf(NullPointerException.class);
                        });
    }

    private static void requireRefused(String json) {
        requireRefused(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsReadBack() throws MalformedInputException {
        Sample sample = parse(json(GOOD).getBytes(StandardCharsets.UTF_8));
        assertThat(Json.write(sample)).isEqualTo(Bytes.utf8(json(GOOD)));
        assertThat(parse(Json.write(sample).toArray())).isEqualTo(sample);
        assertThat(sample.maybe()).isNull();
    }

    static Stream<String> fields() {
        return GOOD.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aMissingFieldIsRefused(String field) {
        Map<String, String> fields = new LinkedHashMap<>(GOOD);
        fields.remove(field);
        requireRefused(json(fields));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aNullFieldIsRefused(String field) {
        requireRefused(with(field, "null"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldGivenTwiceIsRefused(String field) {
        String good = json(GOOD);
        String again = ",\"" + field + "\":" + GOOD.get(field) + "}";
        requireRefused(good.substring(0, good.length() - 1) + again);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldInAnotherCaseIsRefused(String field) {
        requireRefused(json(GOOD).replace("\"" + field + "\"", "\"" + "N" + field + "\""));
    }

    static Stream<String> wrongValues() {
        return Stream.of(
                with("number", "\"1\""),
                with("number", "1.0"),
                with("number", "1e0"),
                with("number", "true"),
                with("number", "\"\""),
                with("number", "[1]"),
                with("number", "2147483648"),
                with("number", "01"),
                with("number", "+1"),
                with("number", "0x1"),
                with("number", "1" + "0".repeat(100)),
                with("large", "9223372036854775808"),
                with("large", "\"2\""),
                with("large", "1e999999999"),
                with("fraction", "\"1.5\""),
                with("fraction", "\"NaN\""),
                with("fraction", "NaN"),
                with("fraction", "Infinity"),
                with("fraction", "1e999"),
                with("fraction", "true"),
                with("fraction", ".5"),
                with("flag", "1"),
                with("flag", "\"true\""),
                with("flag", "\"\""),
                with("flag", "True"),
                with("maybe", "\"true\""),
                with("maybe", "0"),
                with("text", "1"),
                with("text", "1.5"),
                with("text", "true"),
                with("text", "[\"x\"]"),
                with("text", "{}"),
                with("text", "'x'"),
                with("text", "\"\\ud800\""),
                with("text", "\"\\udc00\\ud800\""),
                with("text", "\"\\ud83d\\\\ude00\""),
                with("text", "\"\\ud83dx\""),
                with("text", "\"\t\""),
                with("text", "\"\\x41\""),
                with("text", "\"\\u004\""),
                with("time", "1767225600"),
                with("time", "1.5"),
                with("time", "1e999999999"),
                with("time", "\"1767225600\""),
                with("time", "\"\""),
                with("time", "\"2026-01-31T23:59:59+00:00\""),
                with("time", "\"2026-01-31T23:59:59.10Z\""),
                with("time", "\"2026-01-31T23:59Z\""),
                with("time", "\"2026-01-31T24:00:00Z\""),
                with("time", "\"2026-01-31t23:59:59z\""),
                with("time", "\" 2026-01-31T23:59:59Z\""),
                with("time", "\"+1000000000-12-31T23:59:59Z\""),
                with("time", "\"-0001-12-31T23:59:59Z\""),
                with("time", "\"2026-02-30T00:00:00Z\""),
                with("time", "[2026,1,31]"),
                with("bytes", "\"YQ\""),
                with("bytes", "\"YR==\""),
                with("bytes", "\"YQ==\\n\""),
                with("bytes", "\"Y-Q_\""),
                with("bytes", "{\"value\":\"YQ==\"}"),
                with("bytes", "[97]"),
                with("bytes", "97"),
                with("colour", "\"red\""),
                with("colour", "\"BLUE\""),
                with("colour", "0"),
                with("colour", "\"0\""),
                with("colour", "\"\""),
                with("list", "\"a\""),
                with("list", "[null]"),
                with("list", "[1]"),
                with("list", "[\"a\",]"),
                with("list", "\"\""),
                with("list", "{}"),
                with("map", "{\"a\":null}"),
                with("map", "{\"a\":1,\"a\":1}"),
                with("map", "{\"a\":1,\"\\u0061\":1}"),
                with("map", "[]"),
                with("unknown", "1"));
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void aValueOfAnotherTypeOrSpellingIsRefused(String json) {
        requireRefused(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "null", "1", "\"x\"", "[]", "{", "@x", "@{}", "@null", "@\u0000", "[@]",
                "/**/@", "//\n@", "@#", "\ufeff@", "@,", "(@)"
            })
    void aDocumentWithSomethingAroundItIsRefused(String template) {
        requireRefused(template.replace("@", json(GOOD)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE", "UTF-32LE"})
    void anotherEncodingIsRefused(String charset) {
        requireRefused(json(GOOD).getBytes(Charset.forName(charset)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0af",
                "c1a2",
                "e080af",
                "eda080",
                "f4908080",
                "f8888080",
                "ff",
                "c3",
                "80",
                "00"
            })
    void bytesThatAreNotUtf8AreRefused(String hex) throws Exception {
        String good = json(GOOD);
        int at = good.indexOf("x\"");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(good.substring(0, at).getBytes(StandardCharsets.UTF_8));
        out.write(HexFormat.of().parseHex(hex));
        out.write(good.substring(at + 1).getBytes(StandardCharsets.UTF_8));
        requireRefused(out.toByteArray());
    }

    @Test
    void pairedSurrogatesAreOneCharacter() throws MalformedInputException {
        String json = with("text", "\"\\\\ud800 \\ud83d\\ude00\"");
        assertThat(parse(json.getBytes(StandardCharsets.UTF_8)).text()).isEqualTo("\\ud800 😀");
    }

    @Test
    void deepNestingIsRefusedAndNotFollowed() {
        for (int depth : List.of(Json.MAX_DEPTH + 1, 100_000)) {
            String nested = "[".repeat(depth) + "]".repeat(depth);
            requireRefused(with("list", nested));
            requireRefused(with("map", "{\"a\":".repeat(depth) + "1" + "}".repeat(depth)));
            assertThatExceptionOfType(MalformedInputException.class)
                    .isThrownBy(() -> Json.parseTree(Bytes.utf8(nested), 1 << 20));
        }
    }

    @Test
    void aLongNameOrNumberIsRefused() {
        requireRefused(with("x".repeat(Json.MAX_NAME_CHARS + 1), "1"));
        requireRefused(with("fraction", "1".repeat(Json.MAX_NUMBER_CHARS + 1)));
        requireRefused(with("fraction", "0." + "1".repeat(10_000)));
    }

    @Test
    void theByteLimitComesFirst() {
        Bytes notEvenJson = Bytes.copyOf(new byte[11]);
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> Json.parse(notEvenJson, Sample.class, 10))
                .withMessage("Sample has 11 bytes, the limit is 10");
    }

    @Test
    void aRefusalNamesTheFieldAndNeverTheWholeInput() {
        String hostile = "\"" + "\\u001b[2J".repeat(10_000) + "\"";
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> parse(with("number", hostile).getBytes(StandardCharsets.UTF_8)))
                .satisfies(
                        refusal ->
                                assertThat(refusal.getMessage())
                                        .contains("number")
                                        .doesNotContain("\u001b")
                                        .hasSizeLessThan(1500));
    }

    @Test
    void whatIsWrittenHasNoWhiteSpaceAndPlainSlashes() {
        assertThat(Json.write(Map.of("a/b", "c\u2028é\u0001\n\"")).lossyText())
                .isEqualTo("{\"a/b\":\"c\u2028é\\u0001\\n\\\"\"}");
    }

    /// Halves, overwrites, repeats: whatever comes in, only the declared exception comes out.
    @Test
    void mutatedDocumentsAreReadOrRefused() {
        new Mutations("json")
                .run(Bytes.utf8(json(GOOD)), 20_000, mutated -> parse(mutated.toArray()));
    }
}
