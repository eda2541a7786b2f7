package dev.assay.verifier.http;

import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Problem;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns each kind of no into a problem (RFC 9457). The word at the end of the type is stable and
/// for programs; status and detail are for HTTP and for people.
final class Problems {
    static final String TYPE_BASE = "https://assay.dev/problems/";

    private static final int MAX_DETAIL_CHARS = 500;

    private Problems() {}

    static Problem of(int status, String word, @Nullable String detail) {
        String title = word.replace('-', ' ');
        return new Problem(
                TYPE_BASE + word,
                title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1),
                status,
                detail == null ? null : brief(detail));
    }

    static Problem of(MalformedInputException e) {
        return of(400, "malformed", e.getMessage());
    }

    static Problem of(NotAuthenticException e) {
        return of(status(e.reason()), e.reason().word(), e.getMessage());
    }

    static Problem of(RefusedException e) {
        return of(status(e.refusal()), e.refusal().word(), e.getMessage());
    }

    private static int status(NotAuthenticException.Reason reason) {
        return switch (reason) {
            case UNKNOWN_TOKEN, TOKEN_EXPIRED, TOKEN_USED -> 401;
            case UNKNOWN_HOST,
                    BANNED,
                    BAD_SIGNATURE,
                    FOREIGN_NONCE,
                    STALE_NONCE,
                    SIMULATED,
                    FOREIGN_BASELINE,
                    TOKEN_NOT_FOR_HOST,
                    UNPROVEN_TPM,
                    UNTRUSTED_TPM,
                    NO_QUOTE,
                    BAD_QUOTE ->
                    403;
            case REPLAYED, NAME_TAKEN, KEY_TAKEN, PLATFORM_ID_TAKEN, TPM_TAKEN, LOGS_UNKNOWN -> 409;
            case BUSY -> 429;
        };
    }

    private static int status(RefusedException.Refusal refusal) {
        return switch (refusal) {
            case UNKNOWN_HOST,
                    UNKNOWN_GROUP,
                    UNKNOWN_BASELINE,
                    UNKNOWN_INCIDENT,
                    UNKNOWN_TOKEN,
                    UNKNOWN_TRUST_ROOT,
                    NO_RESET,
                    NO_EXHIBITS,
                    NO_RESULT ->
                    404;
            case CURSOR_GONE -> 410;
            case EXHIBITS_NOT_WANTED -> 403;
            case EXHIBITS_THERE, GROUP_EXISTS, SERIAL_NOT_GROWING -> 409;
            case BASELINE_EXPIRED, NOT_SIGNED, TRUST_ROOT_EXPIRED, OUT_OF_BOUNDS -> 422;
        };
    }

    /// A reason may quote what was sent; it is not to become a page of it, nor to move the cursor
    /// of whoever reads it in a terminal.
    private static String brief(String detail) {
        StringBuilder out = new StringBuilder();
        detail.codePoints()
                .limit(MAX_DETAIL_CHARS)
                .map(point -> Character.isISOControl(point) ? ' ' : point)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
