package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.verifier.enrol.Principal;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request whose caller may make it and whose body is within its limits.
///
/// @param path the template's variables
/// @param body a document; empty where there is none
/// @param upload to be read within the call; empty where the route takes none
/// @param caller the token's holder; null where the route asks for none
/// @param address whence it came, as a key for limits
/// @param bearer the token's secret; null where none was sent
/// @param streams whether the caller asked for server-sent events
/// @param lastEventId of a stream that broke off; null where it is none
record Call(
        Map<String, String> path,
        Map<String, String> query,
        Bytes body,
        InputStream upload,
        String address,
        @Nullable Principal caller,
        @Nullable String bearer,
        boolean streams,
        @Nullable String lastEventId) {
    @Override
    public String toString() {
        return "Call" + path;
    }

    String variable(String name) {
        return Objects.requireNonNull(path.get(name));
    }

    /// Of a route that asks for a token.
    Principal principal() {
        return Objects.requireNonNull(caller);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /// A number that is not negative.
    long number(String name, long otherwise, long max) throws MalformedInputException {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) > max) {
            throw new MalformedInputException(name + " is a number from 0 to " + max);
        }
        return Long.parseLong(text);
    }

    boolean flag(String name) throws MalformedInputException {
        String text = query.get(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (!text.equals("true")) {
            throw new MalformedInputException(name + " is true or false");
        }
        return true;
    }

    <T> T json(Class<T> type) throws MalformedInputException {
        return Json.parse(body, type, body.length());
    }

    Envelope envelope() throws MalformedInputException {
        return Envelope.parse(body, body.length());
    }
}
