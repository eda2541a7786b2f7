package dev.assay.scope;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the enrolment wrote down of a host, by name: `host.name`, `platform.id`, `group`.
public record Facts(@JsonValue SortedMap<String, String> values) {
    public static final Facts NONE = new Facts(new TreeMap<>());
    public static final String HOST_NAME = "host.name";
    public static final String PLATFORM_ID = "platform.id";
    public static final String GROUP = "group";
    public static final int MAX_FACTS = 64;
    public static final int MAX_CHARS = 256;

    public Facts {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        if (values.size() > MAX_FACTS) {
            throw new IllegalArgumentException("too many facts");
        }
        values.forEach(
                (name, value) -> {
                    if (name.length() > MAX_CHARS || value.length() > MAX_CHARS) {
                        throw new IllegalArgumentException("fact is too long");
                    }
                });
    }

    @JsonCreator
    public static Facts of(Map<String, String> values) {
        return new Facts(new TreeMap<>(values));
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }
}
