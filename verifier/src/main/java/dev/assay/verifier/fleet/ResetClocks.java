package dev.assay.verifier.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How long a reset took. Un-admitted and reset are two clocks: the first is the time for which
/// work could land on a drifted host, the second the time for which capacity was missing. When
/// exactly a host changed is not known; it was after it was last seen golden, so that the times
/// from the change are what they were at most.
///
/// @param unadmittedWithinMillis from the change to the loss of admission, at most; null where the
///   host was never golden in that boot
/// @param orderedWithinMillis from the change to the order, at most
/// @param orderedMillis from the loss of admission to the order
/// @param goldenMillis from the order to golden again
public record ResetClocks(
        @Nullable Long unadmittedWithinMillis,
        @Nullable Long orderedWithinMillis,
        @Nullable Long orderedMillis,
        @Nullable Long goldenMillis) {

    public static ResetClocks of(Reset reset) {
        boolean succeeded = reset.status() == Reset.Status.SUCCEEDED;
        return new ResetClocks(
                between(reset.goldenAt(), reset.accusedAt()),
                between(reset.goldenAt(), reset.orderedAt()),
                between(reset.accusedAt(), reset.orderedAt()),
                succeeded ? between(reset.orderedAt(), reset.finishedAt()) : null);
    }

    private static @Nullable Long between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? null : Duration.between(from, to).toMillis();
    }

    /// As an event's details have them.
    public Map<String, String> details() {
        Map<String, String> details = new TreeMap<>();
        put(details, "unadmittedWithinMillis", unadmittedWithinMillis);
        put(details, "orderedWithinMillis", orderedWithinMillis);
        put(details, "orderedMillis", orderedMillis);
        put(details, "goldenMillis", goldenMillis);
        return details;
    }

    private static void put(Map<String, String> details, String name, @Nullable Long millis) {
        if (millis != null) {
            details.put(name, Long.toString(millis));
        }
    }
}
