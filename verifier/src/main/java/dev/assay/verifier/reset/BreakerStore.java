package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Event;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where tripped breakers are kept: a verifier that starts again must not forget that it stopped.
public interface BreakerStore {
    /// By group.
    Map<String, BreakerState> loadBreakers();

    /// Durable with its events when this returns.
    ///
    /// @param state null where the breaker closed
    void saveBreaker(String group, @Nullable BreakerState state, List<Event> events);
}
