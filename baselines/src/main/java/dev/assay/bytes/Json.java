package dev.assay.bytes;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.type.LogicalType;

/// Strict JSON: UTF-8 without a byte order mark; duplicate keys, unknown fields, missing fields,
/// nulls, numbers given as text and text given as numbers, lone surrogates, trailing bytes, deep
/// nesting and long strings are refused; the byte limit is looked at before anything is parsed. A
/// record's component may be missing only where it is marked `@Nullable`. What is written has no
/// white space, no nulls, and keeps the fields' order.
///
/// A JSON document that two parsers read differently is how a signature comes to cover one meaning
/// and a verdict another.
public final class Json {
    /// Nesting of arrays and objects.
    public static final int MAX_DEPTH = 32;

    /// Characters of one string, except where a document says otherwise.
    public static final int MAX_STRING_CHARS = 16 << 20;

    /// Characters of one object key.
    public static final int MAX_NAME_CHARS = 4096;

    /// Characters of one number.
    public static final int MAX_NUMBER_CHARS = 32;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(MAX_STRING_CHARS)
                                    .maxNameLength(MAX_NAME_CHARS)
                                    .maxNumberLength(MAX_NUMBER_CHARS)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                    .build();

    private static final JsonMapper MAPPER =
            JsonMapper.builder(FACTORY)
                    .annotationIntrospector(new NullMarks())
                    .addModule(StrictScalars.module())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .withCoercionConfig(
                            LogicalType.Textual,
                            coercion ->
                                    coercion.setCoercion(
                                                    CoercionInputShape.Integer, CoercionAction.Fail)
                                            .setCoercion(
                                                    CoercionInputShape.Float, CoercionAction.Fail)
                                            .setCoercion(
                                                    CoercionInputShape.Boolean,
                                                    CoercionAction.Fail))
                    .changeDefaultNullHandling(
                            nulls -> JsonSetter.Value.forContentNulls(Nulls.FAIL))
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private static final JsonMapper PRETTY =
            MAPPER.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /// @throws MalformedInputException with the field and the reason
    public static <T> T parse(Bytes json, Class<T> type, int maxBytes)
            throws MalformedInputException {
        String text = text(json, type.getSimpleName(), maxBytes);
        try {
            T value = MAPPER.readValue(text, type);
            if (value == null) {
                throw new MalformedInputException(type.getSimpleName() + " is null");
            }
            return value;
        } catch (JacksonException | StackOverflowError e) {
            throw refused(type.getSimpleName(), e);
        }
    }

    public static JsonNode parseTree(Bytes json, int maxBytes) throws MalformedInputException {
        String text = text(json, "document", maxBytes);
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw refused("document", e);
        }
    }

    /// A value with some of its fields replaced (RFC 7396, one level deep): null takes a field
    /// away.
    ///
    /// @throws MalformedInputException with the field and the reason
    public static <T> T merge(T value, Map<String, ?> changes, Class<T> type, int maxBytes)
            throws MalformedInputException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (var field : MAPPER.valueToTree(value).properties()) {
            fields.put(field.getKey(), field.getValue());
        }
        fields.putAll(changes);
        fields.values().removeIf(field -> field == null || field instanceof NullNode);
        return parse(write(fields), type, maxBytes);
    }

    public static Bytes write(Object value) {
        return Bytes.copyOf(MAPPER.writeValueAsBytes(value));
    }

    /// Indented, for people and for files that people read.
    public static String pretty(Object value) {
        return PRETTY.writeValueAsString(value);
    }

    /// A parser over a stream of values, under the same strictness; lone surrogates are left to the
    /// caller.
    public static JsonParser parser(InputStream in) {
        return FACTORY.createParser(
                ObjectReadContext.empty(), new InputStreamReader(in, strictUtf8()));
    }

    /// A generator of values separated by line feeds (JSON Lines).
    public static JsonGenerator linesGenerator(OutputStream out) {
        return FACTORY.rebuild()
                .rootValueSeparator("\n")
                .build()
                .createGenerator(ObjectWriteContext.empty(), out);
    }

    /// Left to itself the parser guesses the encoding, skips a byte order mark and reads overlong
    /// UTF-8: other bytes for the same text.
    private static String text(Bytes json, String what, int maxBytes)
            throws MalformedInputException {
        if (json.length() > maxBytes) {
            throw new MalformedInputException(
                    what + " has " + json.length() + " bytes, the limit is " + maxBytes);
        }
        try {
            String text = strictUtf8().decode(ByteBuffer.wrap(json.toArray())).toString();
            requirePairedSurrogates(text, what);
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedInputException(what + " is not UTF-8", e);
        }
    }

    private static CharsetDecoder strictUtf8() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /// A lone surrogate can only come from an escape; written again it would become `?`, so that
    /// two different texts end as one.
    private static void requirePairedSurrogates(String json, String what)
            throws MalformedInputException {
        int at = json.indexOf('\\');
        while (at >= 0 && at + 1 < json.length()) {
            int escaped = escapedUnit(json, at);
            int next = at + (escaped < 0 ? 2 : 6);
            if (escaped >= 0 && Character.isSurrogate((char) escaped)) {
                int low = escapedUnit(json, next);
                if (!Character.isHighSurrogate((char) escaped)
                        || low < 0
                        || !Character.isLowSurrogate((char) low)) {
                    throw new MalformedInputException(what + " has a lone surrogate");
                }
                next += 6;
            }
            at = json.indexOf('\\', next);
        }
    }

    /// The UTF-16 unit of a `\\uXXXX` that begins at `at`, or -1.
    private static int escapedUnit(String json, int at) {
        if (at + 6 > json.length() || json.charAt(at) != '\\' || json.charAt(at + 1) != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(json.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private static MalformedInputException refused(String what, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason =
                root instanceof JacksonException jackson
                        ? jackson.getOriginalMessage()
                        : root.getMessage();
        String where =
                cause instanceof JacksonException jackson && !jackson.getPath().isEmpty()
                        ? " at " + jackson.getPathReference().replaceAll("[^\\[]*\\[", "[")
                        : "";
        return new MalformedInputException(what + where + ": " + reason, cause);
    }
}
