package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.reset.Executor.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a platform says of a restart: `{"restarted": true, "id": "…", "at":
/// "2026-01-31T23:59:59Z"}` or `{"restarted": false, "why": "…"}`.
///
/// @param id of the platform's operation; with `at` it makes a receipt
/// @param at by the platform's clock
record StructuredResult(
        boolean restarted, @Nullable String id, @Nullable Instant at, @Nullable String why) {
    static final int MAX_BYTES = 8192;

    /// A platform's clock may be wrong by this. A record of another time is of another restart: an
    /// old one shown again would prove a reset that never was.
    static final Duration MAX_SKEW = Duration.ofMinutes(10);

    /// @param executor whose receipt it becomes
    /// @param said null or anything else than such an object: there is no receipt
    /// @param begun when it was asked
    static Outcome outcome(
            String executor, @Nullable Bytes said, String output, Instant begun, Instant now) {
        if (said == null || !isMeantAsResult(said)) {
            return new Outcome.Done(output, null);
        }
        try {
            return Json.parse(said, StructuredResult.class, MAX_BYTES)
                    .outcome(executor, output, begun, now);
        } catch (MalformedInputException e) {
            return new Outcome.Failed(
                    Line.of("its result is not understood: " + e.getMessage()), output);
        }
    }

    /// A cloud's tool may end with an object of its own.
    private static boolean isMeantAsResult(Bytes said) {
        String text = said.lossyText().strip();
        return text.startsWith("{") && text.contains("\"restarted\"");
    }

    private Outcome outcome(String executor, String output, Instant begun, Instant now) {
        if (!restarted) {
            return new Outcome.Failed(
                    Line.of(why == null ? "it says that it restarted nothing" : why), output);
        }
        if (id == null || at == null) {
            return new Outcome.Done(output, null);
        }
        if (id.isEmpty()
                || id.length() > Receipt.MAX_ID_CHARS
                || !EscapedText.printable(id).equals(id)) {
            return new Outcome.Failed("the id of its record is not printable or too long", output);
        }
        if (at.isBefore(begun.minus(MAX_SKEW)) || at.isAfter(now.plus(MAX_SKEW))) {
            return new Outcome.Failed(
                    "its record is of " + at + ", it was asked at " + begun, output);
        }
        return new Outcome.Done(output, new Receipt(executor, id, at));
    }
}
