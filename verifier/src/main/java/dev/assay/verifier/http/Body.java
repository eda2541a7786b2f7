package dev.assay.verifier.http;

import java.util.List;

/// What a route takes as its request's body.
sealed interface Body {
    /// None: a length other than zero is refused.
    record None() implements Body {}

    /// A JSON document, held in memory.
    record Document(int maxBytes) implements Body {
        static final List<String> MEDIA_TYPES =
                List.of("application/json", "application/vnd.dsse.envelope.v1+json");
    }

    /// A file, streamed to disk.
    record Upload(long maxBytes) implements Body {
        static final List<String> MEDIA_TYPES = List.of("application/octet-stream");
    }

    Body NONE = new None();
}
