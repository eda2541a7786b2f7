package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.Protocol.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Jetty's own refusals (a header too large, a path it does not take) in the API's form. Its pages
/// would tell the version and, of a failure, the stack.
final class JettyProblems extends ErrorHandler {
    private static final HttpField NO_STORE = new HttpField(HttpHeader.CACHE_CONTROL, "no-store");

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Bytes body = problem(response.getStatus());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        response.getHeaders().put(NO_STORE);
        response.write(true, ByteBuffer.wrap(body.toArray()), callback);
        return true;
    }

    private static Bytes problem(int status) {
        return Json.write(
                switch (status) {
                    case 413 -> Problems.of(status, "too-large", null);
                    case 414 -> Problems.of(status, "uri-too-long", null);
                    case 431 -> Problems.of(status, "headers-too-large", null);
                    case 503 -> Problems.of(status, "stopping", null);
                    default ->
                            status >= 500
                                    ? Problems.of(status, "internal", null)
                                    : Problems.of(status, "bad-request", null);
                });
    }
}
