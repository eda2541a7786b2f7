package dev.assay.scope;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is measured of a host and how: the last rule that matches a path gives it its class; a path
/// that no rule matches is outside the scope.
public record Scope(
        String name,
        int version,
        String description,
        List<Rule> rules,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Expectation> expectations) {
    public static final int MAX_JSON_BYTES = 1 << 20;
    public static final int MAX_RULES = 4096;

    /// @throws IllegalArgumentException where the name is not `[a-z0-9-]`, or there are no rules
    public Scope {
        Objects.requireNonNull(description, "scope without description");
        if (name == null || !name.matches("[a-z0-9][a-z0-9.-]{0,62}")) {
            throw new IllegalArgumentException("scope needs a name of [a-z0-9.-]");
        }
        if (rules == null || rules.isEmpty() || rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("scope needs 1 to " + MAX_RULES + " rules");
        }
        rules = List.copyOf(rules);
        expectations = expectations == null ? List.of() : List.copyOf(expectations);
        if (expectations.size() > MAX_RULES) {
            throw new IllegalArgumentException("scope has too many expectations");
        }
    }

    public static Scope parse(Bytes json) throws MalformedInputException {
        return Json.parse(json, Scope.class, MAX_JSON_BYTES);
    }

    /// Never null, whatever the JSON left out.
    @Override
    public List<Expectation> expectations() {
        return expectations == null ? List.of() : expectations;
    }
}
