package dev.assay.agent.daemon;

import dev.assay.agent.attest.HostMeasurer;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.verifierclient.VerifierClient.Asker;
import dev.assay.agent.verifierclient.VerifierClient.TpmProver;
import dev.assay.agent.verifierclient.VerifierException;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.signing.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes this host known to the verifier, once. A crash between the verifier's answer and its being
/// stored is healed by asking again: same key, same name, same token, to which the verifier gives
/// the same answer although the token is used up.
final class Enroller {
    private static final EventLog LOG = EventLog.of(Enroller.class);
    private static final int MAX_TOKEN_BYTES = 4096;

    private final StateFolder state;
    private final Signer key;
    private final Connection connection;
    private final HostMeasurer host;
    private final String agent;
    private final @Nullable TpmProver tpm;

    /// @param tokenFile null where there is none any more
    record Request(
            String verifier, String name, @Nullable String platformId, @Nullable Path tokenFile) {}

    /// @param tpm null where this host has none
    Enroller(
            StateFolder state,
            Signer key,
            Connection connection,
            HostMeasurer host,
            String agent,
            @Nullable TpmProver tpm) {
        this.state = state;
        this.key = key;
        this.connection = connection;
        this.host = host;
        this.agent = agent;
        this.tpm = tpm;
    }

    Enrolment enrol(Request request) throws VerifierException, StartException, IOException {
        @Nullable String token = token(request.tokenFile());
        Asker asker = new Asker(request.name(), host.boot(), key);
        EnrolmentResponse response =
                connection.client().enrol(asker, request.platformId(), token, agent, tpm);
        Enrolment enrolment =
                new Enrolment(
                        request.verifier(),
                        response.host(),
                        request.platformId(),
                        response.group(),
                        response.channel(),
                        response.facts(),
                        key.verificationKey().keyId(),
                        response.tier());
        enrolment.write(state);
        LOG.info(
                "enrolled",
                "host",
                enrolment.host(),
                "group",
                enrolment.group(),
                "channel",
                enrolment.channel(),
                "tier",
                enrolment.tier().wire());
        return enrolment;
    }

    /// Null where there is no token and the TPM may make the host known.
    private @Nullable String token(@Nullable Path file) throws StartException {
        if (file == null) {
            if (tpm != null) {
                return null;
            }
            throw StartException.ofUsage("this host is not enrolled: give --token-file FILE");
        }
        try {
            if (Files.size(file) > MAX_TOKEN_BYTES) {
                throw StartException.ofUsage(file + " is too large for a token");
            }
            String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (!token.matches("[!-~]+")) {
                throw StartException.ofUsage(file + " holds no token");
            }
            return token;
        } catch (IOException e) {
            throw StartException.ofUsage("cannot read the token: " + e);
        }
    }
}
