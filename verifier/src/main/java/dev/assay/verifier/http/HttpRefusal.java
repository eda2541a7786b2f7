package dev.assay.verifier.http;

import dev.assay.evidence.Protocol.Problem;
import java.util.Map;

/// A request that the edge itself refuses, before any service sees it.
final class HttpRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String word;
    private final transient Map<String, String> headers;

    /// @param word stable, for programs: the end of the problem's type
    /// @param detail what to do about it, for people
    HttpRefusal(int status, String word, String detail) {
        this(status, word, detail, Map.of());
    }

    HttpRefusal(int status, String word, String detail, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.word = word;
        this.headers = headers;
    }

    String word() {
        return word;
    }

    Map<String, String> headers() {
        return headers;
    }

    Problem problem() {
        return Problems.of(status, word, getMessage());
    }

    static HttpRefusal noToken() {
        return unauthorized("send Authorization: Bearer with a token");
    }

    static HttpRefusal unauthorized(String detail) {
        return new HttpRefusal(401, "unauthorized", detail, Map.of("WWW-Authenticate", "Bearer"));
    }

    static HttpRefusal tooLarge(long maxBytes) {
        return new HttpRefusal(413, "too-large", "the limit is " + maxBytes + " bytes");
    }
}
