package dev.assay.verifier.http;

import java.time.Duration;
import java.util.List;

/// What a route takes as its request's body.
sealed interface Body {
    /// None; what is sent all the same is not looked at.
    record None() implements Body {}

    /// A JSON document, held in memory.
    record Document(int maxBytes) implements Body {
        static final List<String> MEDIA_TYPES =
                List.of("application/json", "application/vnd.dsse.envelope.v1+json");
    }

    /// A file, streamed. Whatever media type it is sent as, it has to be what it says inside.
    ///
    /// @param limit of the time that it may take
    record Upload(long maxBytes, Duration limit) implements Body {
        private static final Duration USUAL = Duration.ofMinutes(30);

        Upload(long maxBytes) {
            this(maxBytes, USUAL);
        }
    }

    Body NONE = new None();
}
