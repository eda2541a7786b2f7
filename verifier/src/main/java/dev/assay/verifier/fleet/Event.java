package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Something that happened, written in the transaction that made it happen.
///
/// @param cursor grows with every event; 0 until it is written
/// @param host null where it is not about one
/// @param details by name, for machines; `because` is for people
public record Event(
        long cursor,
        Instant at,
        Type type,
        @Nullable String host,
        @Nullable String group,
        SortedMap<String, String> details) {
    public enum Type {
        ENROLLED,
        GOLDEN,
        DRIFTED,
        OUTDATED,
        UNKNOWN,
        NEW_BOOT,
        QUARANTINED,
        READMIT_REQUESTED,
        FORGOTTEN,
        BANNED,
        UNBANNED,
        RESET_WAITING,
        RESET_ANNOUNCED,
        RESET_DRAINED,
        RESET_ORDERED,
        RESET_ESCALATED,
        RESET_SUCCEEDED,
        RESET_FAILED,
        RESET_WITHDRAWN,
        HELD,
        RELEASED,
        APPROVED,
        /// Many hosts of a group fell silent together: look at the network.
        SILENCE_TOGETHER,
        GROUP_CREATED,
        GROUP_CHANGED,
        BASELINE_PUBLISHED,
        BASELINE_RETIRED,
        /// A baseline expires within 14 days.
        BASELINE_EXPIRES,
        ROLLBACK_ALLOWED;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        @JsonValue
        public String wire() {
            return wire;
        }

        /// @throws IllegalArgumentException for another name
        @JsonCreator
        public static Type of(String wire) {
            for (Type type : values()) {
                if (type.wire.equals(wire)) {
                    return type;
                }
            }
            throw new IllegalArgumentException("unknown type of event");
        }
    }

    public Event {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    public static Event of(Instant at, Type type, Host host, Map<String, String> details) {
        return new Event(0, at, type, host.name(), host.group(), new TreeMap<>(details));
    }

    public static Event ofGroup(Instant at, Type type, String group, Map<String, String> details) {
        return new Event(0, at, type, null, group, new TreeMap<>(details));
    }

    public Event withCursor(long newCursor) {
        return new Event(newCursor, at, type, host, group, details);
    }
}
