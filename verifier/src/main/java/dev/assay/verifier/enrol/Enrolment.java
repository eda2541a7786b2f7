package dev.assay.verifier.enrol;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Credential;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.verifier.challenge.Challenges;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Binds a name to a key, once. The token says which group and, where it says so, which host; the
/// request is signed by the very key that it brings, so nobody can enrol a key of another's.
public final class Enrolment {
    /// What clouds, hypervisors and Kubernetes name machines by. A group's command gets it from the
    /// host's own mouth: no word of it may pass for an option, a pattern or a second machine.
    private static final Pattern PLATFORM_ID =
            Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._:/@+=,()~-]{0,255}");

    private final Challenges challenges;
    private final Tokens tokens;
    private final Registrar registrar;
    private final TpmProofs proofs;
    private final Clock clock;

    public Enrolment(Challenges challenges, Tokens tokens, Registrar registrar, Clock clock) {
        this.challenges = challenges;
        this.tokens = tokens;
        this.registrar = registrar;
        this.proofs = new TpmProofs(challenges);
        this.clock = clock;
    }

    /// What only the TPM with the two keys of this enrolment can open.
    public Credential credential(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        EnrolmentRequest request = authenticate(envelope);
        redeem(request);
        return proofs.ask(request);
    }

    /// Of a host that its TPM makes known, without a token; empty where it does not.
    public Optional<EnrolmentResponse> recognize(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        EnrolmentRequest request = authenticate(envelope);
        if (request.tpm() == null) {
            return Optional.empty();
        }
        redeem(request);
        return registrar.recognize(request, proofs.prove(request), clock.instant());
    }

    /// The same enrolment again is answered as the first was, and changes nothing.
    ///
    /// @param bearerToken the secret of a token of role enrol; spent by success alone
    public EnrolmentResponse enrol(Envelope envelope, String bearerToken)
            throws NotAuthenticException, MalformedInputException {
        EnrolmentRequest request = authenticate(envelope);
        Token token =
                tokens.find(bearerToken)
                        .orElseThrow(
                                () ->
                                        new NotAuthenticException(
                                                Reason.UNKNOWN_TOKEN,
                                                "the enrolment token is not known"));
        requireFits(token, request);
        redeem(request);
        Instant now = clock.instant();
        Optional<ProvenTpm> tpm =
                request.tpm() == null ? Optional.empty() : Optional.of(proofs.prove(request));
        Optional<EnrolmentResponse> known =
                tpm.isPresent() ? registrar.recognize(request, tpm.get(), now) : Optional.empty();
        if (known.isEmpty()) {
            known = registrar.answerAgain(request, token, now);
        }
        if (known.isPresent()) {
            return known.get();
        }
        requireGood(token, now);
        return registrar.register(request, token, tpm, now);
    }

    private void redeem(EnrolmentRequest request) throws NotAuthenticException {
        challenges.redeem(request.nonce(), request.host(), request.boot(), Purpose.ENROL);
    }

    private static EnrolmentRequest authenticate(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        EnrolmentRequest claimed =
                Json.parse(envelope.payload(), EnrolmentRequest.class, Protocol.MAX_REQUEST_BYTES);
        if (!Baseline.isChannelName(claimed.host())) {
            throw new MalformedInputException("host needs a name of [a-z0-9.-]");
        }
        if (claimed.platformId() != null && !PLATFORM_ID.matcher(claimed.platformId()).matches()) {
            throw new MalformedInputException(
                    "platform id needs 1 to 256 characters of [A-Za-z0-9._:/@+=,()~-]");
        }
        try {
            return envelope.verify(Protocol.ENROLMENT_TYPE, Set.of(claimed.key()), 1)
                    .parse(
                            payload ->
                                    Json.parse(
                                            payload,
                                            EnrolmentRequest.class,
                                            Protocol.MAX_REQUEST_BYTES))
                    .value();
        } catch (NotSignedException e) {
            throw new NotAuthenticException(
                    Reason.BAD_SIGNATURE, "the enrolment is not signed by the key that it brings");
        }
    }

    private static void requireFits(Token token, EnrolmentRequest request)
            throws NotAuthenticException {
        if (token.role() != Role.ENROL || token.group() == null) {
            throw new NotAuthenticException(
                    Reason.TOKEN_NOT_FOR_HOST,
                    "a token of role " + token.role().wire() + " enrols no host");
        }
        boolean fits =
                (token.host() == null || token.host().equals(request.host()))
                        && (token.platformId() == null
                                || token.platformId().equals(request.platformId()));
        if (!fits) {
            throw new NotAuthenticException(
                    Reason.TOKEN_NOT_FOR_HOST, "the enrolment token is for another host");
        }
    }

    private static void requireGood(Token token, Instant now) throws NotAuthenticException {
        if (!now.isBefore(token.expires())) {
            throw new NotAuthenticException(
                    Reason.TOKEN_EXPIRED, "the enrolment token expired at " + token.expires());
        }
        if (token.usesLeft() < 1) {
            throw new NotAuthenticException(
                    Reason.TOKEN_USED, "the enrolment token was used before");
        }
    }
}
