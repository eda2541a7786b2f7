package dev.assay.bytes;

import java.io.InputStream;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/// Strict JSON: duplicate keys, unknown fields, missing fields, nulls for primitives, numbers given
/// as text, trailing bytes, deep nesting and long strings are refused; the byte limit is looked at
/// before anything is parsed. What is written has no white space and keeps the fields' order.
///
/// A JSON document that two parsers read differently is how a signature comes to cover one meaning
/// and a verdict another.
public final class Json {
    /// Nesting of arrays and objects.
    public static final int MAX_DEPTH = 32;

    /// Characters of one string, except where a document says otherwise.
    public static final int MAX_STRING_CHARS = 16 << 20;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(MAX_STRING_CHARS)
                                    .maxNameLength(4096)
                                    .maxNumberLength(32)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private static final JsonMapper MAPPER =
            JsonMapper.builder(FACTORY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .changeDefaultPropertyInclusion(
                            inclusion ->
                                    inclusion.withValueInclusion(
                                            com.fasterxml.jackson.annotation.JsonInclude.Include
                                                    .NON_NULL))
                    .build();

    private static final JsonMapper PRETTY =
            MAPPER.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /// @throws MalformedInputException with the field and the reason
    public static <T> T parse(Bytes json, Class<T> type, int maxBytes)
            throws MalformedInputException {
        limit(json, type.getSimpleName(), maxBytes);
        try {
            T value = MAPPER.readValue(json.toArray(), type);
            if (value == null) {
                throw new MalformedInputException(type.getSimpleName() + " is null");
            }
            return value;
        } catch (JacksonException | StackOverflowError e) {
            throw refused(type.getSimpleName(), e);
        }
    }

    public static JsonNode parseTree(Bytes json, int maxBytes) throws MalformedInputException {
        limit(json, "document", maxBytes);
        try {
            return MAPPER.readTree(json.toArray());
        } catch (JacksonException e) {
            throw refused("document", e);
        }
    }

    public static Bytes write(Object value) {
        return Bytes.copyOf(MAPPER.writeValueAsBytes(value));
    }

    /// Indented, for people and for files that people read.
    public static String pretty(Object value) {
        return PRETTY.writeValueAsString(value);
    }

    /// A parser over a stream of values, under the same strictness.
    public static JsonParser parser(InputStream in) {
        return FACTORY.createParser(ObjectReadContext.empty(), in);
    }

    /// A generator of values separated by line feeds (JSON Lines).
    public static JsonGenerator linesGenerator(OutputStream out) {
        return FACTORY.rebuild()
                .rootValueSeparator("\n")
                .build()
                .createGenerator(ObjectWriteContext.empty(), out);
    }

    private static void limit(Bytes json, String what, int maxBytes)
            throws MalformedInputException {
        if (json.length() > maxBytes) {
            throw new MalformedInputException(
                    what + " has " + json.length() + " bytes, the limit is " + maxBytes);
        }
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
