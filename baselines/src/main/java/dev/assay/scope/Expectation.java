package dev.assay.scope;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A kernel value that need not be equal on all golden hosts. Where it holds, the leaf is a
/// constant made of the expectation; where not, the value itself, so that it shows as drift.
///
/// Exactly one of the conditions stands in it. A path with patterns expects something of every
/// value that it matches, and nothing of those that are not there.
public record Expectation(
        PathPattern path,
        String reason,
        @Nullable String exact,
        @Nullable List<String> oneOf,
        @Nullable Range range,
        @Nullable Boolean absent,
        @Nullable Boolean any,
        @Nullable String equalsFact) {
    /// Both ends included.
    public record Range(long min, long max) {
        /// @throws IllegalArgumentException where it is empty
        public Range {
            if (min > max) {
                throw new IllegalArgumentException("range holds no number");
            }
        }
    }

    /// The attribute of a held leaf that carries the condition's JSON.
    public static final String EXPECTED = "expected";

    /// @throws IllegalArgumentException where there is not exactly one condition
    public Expectation {
        Objects.requireNonNull(path, "expectation without path");
        if (reason == null || reason.isBlank() || reason.length() > Rule.MAX_REASON_CHARS) {
            throw new IllegalArgumentException("expectation for " + path + " needs a reason");
        }
        oneOf = oneOf == null ? null : List.copyOf(oneOf);
        if (Boolean.FALSE.equals(absent) || Boolean.FALSE.equals(any)) {
            throw new IllegalArgumentException("absent and any are true or not there");
        }
        if (oneOf != null && oneOf.isEmpty()) {
            throw new IllegalArgumentException("expectation for " + path + " is held by no value");
        }
        if (conditions(exact, oneOf, range, absent, any, equalsFact).size() != 1) {
            throw new IllegalArgumentException(
                    "expectation for " + path + " needs exactly one condition");
        }
    }

    @JsonIgnore
    public Condition condition() {
        return conditions(exact, oneOf, range, absent, any, equalsFact).getFirst();
    }

    /// The leaf of a value that holds the condition: equal on every golden host.
    public Leaf heldLeaf() {
        Bytes json = Json.write(Map.of(name(condition()), condition()));
        return Leaf.of(Kind.HELD, Map.of(EXPECTED, json));
    }

    /// The leaf that a value becomes under this expectation; empty where it is rightly absent.
    public Optional<Leaf> project(Optional<Leaf> actual, Facts facts) {
        Optional<Bytes> value =
                actual.filter(leaf -> leaf.kind() == Kind.VALUE)
                        .flatMap(leaf -> leaf.attribute(Leaf.VALUE));
        if (actual.isPresent() && value.isEmpty() || !condition().holds(value, facts)) {
            return actual;
        }
        return switch (condition()) {
            case Condition.Absent absence -> Optional.empty();
            case Condition.Exact exactly -> Optional.of(heldLeaf());
            case Condition.OneOf oneOfThem -> Optional.of(heldLeaf());
            case Condition.Range within -> Optional.of(heldLeaf());
            case Condition.Any anything -> Optional.of(heldLeaf());
            case Condition.EqualsFact fact -> Optional.of(heldLeaf());
        };
    }

    private static String name(Condition condition) {
        return switch (condition) {
            case Condition.Exact exactly -> "exact";
            case Condition.OneOf oneOfThem -> "oneOf";
            case Condition.Range within -> "range";
            case Condition.Absent absence -> "absent";
            case Condition.Any anything -> "any";
            case Condition.EqualsFact fact -> "equalsFact";
        };
    }

    private static List<Condition> conditions(
            @Nullable String exact,
            @Nullable List<String> oneOf,
            @Nullable Range range,
            @Nullable Boolean absent,
            @Nullable Boolean any,
            @Nullable String equalsFact) {
        List<Condition> given = new ArrayList<>();
        if (exact != null) {
            given.add(new Condition.Exact(exact));
        }
        if (oneOf != null) {
            given.add(new Condition.OneOf(oneOf));
        }
        if (range != null) {
            given.add(new Condition.Range(range.min(), range.max()));
        }
        if (Boolean.TRUE.equals(absent)) {
            given.add(new Condition.Absent());
        }
        if (Boolean.TRUE.equals(any)) {
            given.add(new Condition.Any());
        }
        if (equalsFact != null) {
            given.add(new Condition.EqualsFact(equalsFact));
        }
        return given;
    }
}
