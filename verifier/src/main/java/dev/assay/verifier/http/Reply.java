package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.Protocol.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/// What a route answers.
sealed interface Reply {
    /// All of it in memory.
    record Document(int status, String mediaType, Bytes body, Map<String, String> headers)
            implements Reply {}

    /// A file, streamed; closed when it was sent.
    record File(String mediaType, long length, InputStream content, Map<String, String> headers)
            implements Reply {
        File(String mediaType, long length, InputStream content) {
            this(mediaType, length, content, Map.of());
        }
    }

    /// Written piece by piece for as long as it lasts.
    record Live(String mediaType, Writing writing) implements Reply {}

    /// Writes a live body and returns when it is over.
    interface Writing {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    static Reply json(Object value) {
        return json(200, value);
    }

    static Reply json(int status, Object value) {
        return new Document(status, "application/json", Json.write(value), Map.of());
    }

    static Reply text(String mediaType, Bytes body) {
        return new Document(200, mediaType, body, Map.of());
    }

    static Document problem(Problem problem, Map<String, String> headers) {
        return new Document(problem.status(), Problem.MEDIA_TYPE, Json.write(problem), headers);
    }
}
