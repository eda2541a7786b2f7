package dev.assay.verifier.enrol;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol;
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
    private final Clock clock;

    public Enrolment(Challenges challenges, Tokens tokens, Registrar registrar, Clock clock) {
        this.challenges = challenges;
        this.tokens = tokens;
        this.registrar = registrar;
        this.clock = clock;
    }

    /// The same enrolment again is answered as the first was, and changes nothing.
    ///
    /// @param bearerToken the secret of a token of role enrol; spent by success alone
    public EnrolmentResponse enrol(Envelope envelope, String bearerToken)
            throws NotAuthenticException, MalformedInputException {
        EnrolmentRequest claimed =
                Json.parse(envelope.payload(), EnrolmentRequest.class, Protocol.MAX_REQUEST_BYTES);
        EnrolmentRequest request = authenticate(envelope, claimed);
        Token token =
                tokens.find(bearerToken)
                        .orElseThrow(
                                () ->
                                        new NotAuthenticException(
                                                Reason.UNKNOWN_TOKEN,
                                                "the enrolment token is not known"));
        requireFits(token, request);
        challenges.redeem(request.nonce(), request.host(), request.boot(), Purpose.ENROL);
        Instant now = clock.instant();
        Optional<EnrolmentResponse> again = registrar.answerAgain(request, token, now);
        if (again.isPresent()) {
            return again.get();
        }
        requireGood(token, now);
        return registrar.register(request, token, now);
    }

    private static EnrolmentRequest authenticate(Envelope envelope, EnrolmentRequest claimed)
            throws NotAuthenticException, MalformedInputException {
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
