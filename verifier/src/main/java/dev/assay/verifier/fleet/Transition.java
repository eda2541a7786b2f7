package dev.assay.verifier.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a host becomes, and what of it has to be written down before anybody is told.
///
/// @param events written in the same transaction
/// @param durable whether anything but liveness changed
/// @param drift to be kept in place of the one before; null where it stays
/// @param newBoot whether the present boot id has to be remembered as seen
/// @param sighting of an incident, to be kept; null where there is none
public record Transition(
        Host host,
        List<Event> events,
        boolean durable,
        @Nullable StoredDrift drift,
        boolean newBoot,
        @Nullable Sighting sighting) {
    public Transition {
        events = List.copyOf(events);
    }

    public static Transition of(Host host, List<Event> events) {
        return new Transition(host, events, true, null, false, null);
    }

    public static Transition unchanged(Host host) {
        return new Transition(host, List.of(), false, null, false, null);
    }
}
