package dev.assay.scope;

import dev.assay.bytes.Bytes;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// What a kernel value must be.
public sealed interface Condition {
    /// Whether the value holds it; an absent one holds only {@link Absent}.
    boolean holds(Optional<Bytes> value, Facts facts);

    record Exact(String value) implements Condition {
        @Override
        public boolean holds(Optional<Bytes> actual, Facts facts) {
            return actual.isPresent() && actual.get().equals(Bytes.utf8(value));
        }
    }

    record OneOf(List<String> values) implements Condition {
        public OneOf {
            values = List.copyOf(values);
        }

        @Override
        public boolean holds(Optional<Bytes> actual, Facts facts) {
            return actual.isPresent()
                    && values.stream().anyMatch(value -> actual.get().equals(Bytes.utf8(value)));
        }
    }

    /// A decimal integer from `min` to `max`, both included.
    record Range(long min, long max) implements Condition {
        private static final int MAX_DIGITS = 20;

        @Override
        public boolean holds(Optional<Bytes> actual, Facts facts) {
            if (actual.isEmpty() || actual.get().length() > MAX_DIGITS) {
                return false;
            }
            String text = actual.get().lossyText();
            if (!text.matches("-?[0-9]{1,19}")) {
                return false;
            }
            BigInteger value = new BigInteger(text);
            return value.compareTo(BigInteger.valueOf(min)) >= 0
                    && value.compareTo(BigInteger.valueOf(max)) <= 0;
        }
    }

    record Absent() implements Condition {
        @Override
        public boolean holds(Optional<Bytes> actual, Facts facts) {
            return actual.isEmpty();
        }
    }

    record Any() implements Condition {
        @Override
        public boolean holds(Optional<Bytes> actual, Facts facts) {
            return actual.isPresent();
        }
    }

    /// Equal to a fact that the enrolment wrote down, as `host.name`. A fact that is not known is
    /// held by nothing.
    record EqualsFact(String fact) implements Condition {
        @Override
        public boolean holds(Optional<Bytes> actual, Facts facts) {
            return actual.isPresent()
                    && facts.get(fact).map(Bytes::utf8).filter(actual.get()::equals).isPresent();
        }
    }
}
