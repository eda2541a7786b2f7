package dev.assay.bytes;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;

/// Readers for the values of which Jackson takes several spellings.
final class StrictScalars {
    /// From 0000 to 9999, in UTC, with 0, 3, 6 or 9 digits of a second.
    private static final String INSTANT =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3,9})?Z";

    private StrictScalars() {}

    static SimpleModule module() {
        return new SimpleModule("assay")
                .addDeserializer(Instant.class, new OneSpelling())
                .addDeserializer(Double.class, new FiniteNumber())
                .addDeserializer(Double.TYPE, new FiniteNumber());
    }

    /// An instant is the text that {@link Instant#toString} gives, and no number.
    private static final class OneSpelling extends StdDeserializer<Instant> {
        OneSpelling() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) {
            String text = json.hasToken(JsonToken.VALUE_STRING) ? json.getString() : "";
            try {
                Instant instant = Instant.parse(text);
                if (text.matches(INSTANT) && instant.toString().equals(text)) {
                    return instant;
                }
            } catch (DateTimeParseException e) {
                // Refused below, with the others.
            }
            throw new IllegalArgumentException("a time is written as 2026-01-31T23:59:59Z");
        }
    }

    /// A number that is one: no text, no infinity.
    private static final class FiniteNumber extends StdDeserializer<Double> {
        FiniteNumber() {
            super(Double.class);
        }

        @Override
        public Double deserialize(JsonParser json, DeserializationContext context) {
            if (json.hasToken(JsonToken.VALUE_NUMBER_FLOAT)
                    || json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
                double number = json.getDoubleValue();
                if (Double.isFinite(number)) {
                    return number;
                }
            }
            throw new IllegalArgumentException("not a finite number");
        }
    }
}
