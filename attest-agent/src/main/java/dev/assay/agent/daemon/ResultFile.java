package dev.assay.agent.daemon;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// `result.json` and `result.jwt`: what the verifier said last, for what runs on this host. It is
/// no proof to anybody else; who admits work asks the verifier.
public final class ResultFile {
    private ResultFile() {}

    /// @param state the verifier's word, or `unknown` before it spoke
    public record Result(
            String host,
            @Nullable BootId boot,
            String state,
            boolean admit,
            String because,
            Instant at) {}

    /// The token first: a result that says admitted must never stand beside an older token.
    static Result write(
            StateFolder state, String host, BootId boot, EvidenceResponse answer, Instant now)
            throws IOException {
        PrivateFiles.replace(state.resultToken(), Bytes.utf8(answer.result()));
        return write(
                state,
                new Result(host, boot, answer.state(), answer.admit(), answer.because(), now));
    }

    /// Says that nothing is known: an admission of an earlier boot must not be read as this one's.
    static Result writeUnknown(StateFolder state, String host, String because, Instant now)
            throws IOException {
        Files.deleteIfExists(state.resultToken());
        return write(state, new Result(host, null, "unknown", false, because, now));
    }

    private static Result write(StateFolder state, Result result) throws IOException {
        PrivateFiles.replace(state.result(), Bytes.utf8(Json.pretty(result) + "\n"));
        return result;
    }
}
