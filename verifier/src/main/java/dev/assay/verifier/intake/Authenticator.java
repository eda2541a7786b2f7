package dev.assay.verifier.intake;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import dev.assay.evidence.Protocol.ManifestRequest;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.evidence.Protocol.ReferenceRequest;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.VerifiedPayload;
import dev.assay.signing.VerifiedPayload.PayloadParser;
import dev.assay.verifier.challenge.Challenges;
import dev.assay.verifier.intake.HostDirectory.Registered;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Clock;
import java.util.Set;
import java.util.function.Function;

/// Who, and fresh. The host that a request names only chooses the key to try; what is acted upon is
/// parsed from the bytes that the key signed.
public final class Authenticator {
    private final Challenges challenges;
    private final HostDirectory hosts;
    private final Clock clock;

    public Authenticator(Challenges challenges, HostDirectory hosts, Clock clock) {
        this.challenges = challenges;
        this.hosts = hosts;
        this.clock = clock;
    }

    public AuthenticEvidence authenticateEvidence(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        Evidence evidence =
                authenticate(envelope, Evidence.PAYLOAD_TYPE, Evidence::parse, Evidence::host);
        challenges.redeem(evidence.nonce(), evidence.host(), evidence.boot(), Purpose.EVIDENCE);
        requireLive(evidence);
        return new AuthenticEvidence(evidence, clock.instant());
    }

    public ReferenceRequest authenticateReference(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        ReferenceRequest request =
                authenticate(
                        envelope,
                        Protocol.REFERENCE_TYPE,
                        payload -> parse(payload, ReferenceRequest.class),
                        ReferenceRequest::host);
        challenges.redeem(request.nonce(), request.host(), request.boot(), Purpose.REFERENCE);
        return request;
    }

    public ManifestRequest authenticateManifest(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        ManifestRequest request =
                authenticate(
                        envelope,
                        Protocol.MANIFEST_TYPE,
                        payload -> parse(payload, ManifestRequest.class),
                        ManifestRequest::host);
        challenges.redeem(request.nonce(), request.host(), request.boot(), Purpose.MANIFEST);
        return request;
    }

    public ExhibitsRequest authenticateExhibits(Envelope envelope)
            throws NotAuthenticException, MalformedInputException {
        ExhibitsRequest request =
                authenticate(
                        envelope,
                        Protocol.EXHIBITS_TYPE,
                        payload -> parse(payload, ExhibitsRequest.class),
                        ExhibitsRequest::host);
        challenges.redeem(request.nonce(), request.host(), request.boot(), Purpose.EXHIBITS);
        return request;
    }

    private static <T> T parse(Bytes payload, Class<T> type) throws MalformedInputException {
        return Json.parse(payload, type, Protocol.MAX_REQUEST_BYTES);
    }

    private <T> T authenticate(
            Envelope envelope, String type, PayloadParser<T> parser, Function<T, String> hostOf)
            throws NotAuthenticException, MalformedInputException {
        String claimedHost = hostOf.apply(parser.parse(envelope.payload()));
        Registered host =
                hosts.find(claimedHost)
                        .orElseThrow(
                                () ->
                                        new NotAuthenticException(
                                                Reason.UNKNOWN_HOST,
                                                "no host of this name is enrolled"));
        VerifiedPayload payload = verify(envelope, type, host);
        // After the signature: whether a name is banned is nobody else's business.
        if (host.banned()) {
            throw new NotAuthenticException(Reason.BANNED, host.host() + " is banned");
        }
        return payload.parse(parser).value();
    }

    private static VerifiedPayload verify(Envelope envelope, String type, Registered host)
            throws NotAuthenticException {
        try {
            return envelope.verify(type, Set.of(host.key()), 1);
        } catch (NotSignedException e) {
            throw new NotAuthenticException(
                    Reason.BAD_SIGNATURE,
                    "not signed by the key enrolled for " + host.host() + ": " + e.getMessage());
        }
    }

    private void requireLive(Evidence evidence) throws NotAuthenticException {
        boolean allowed =
                hosts.find(evidence.host()).filter(Registered::allowSimulated).isPresent();
        if (evidence.source().simulated() && !allowed) {
            throw new NotAuthenticException(
                    Reason.SIMULATED,
                    "measured from root "
                            + evidence.source()
                                    .root()
                                    .substring(0, Math.min(80, evidence.source().root().length()))
                            + ", not the live host; the group does not allow that");
        }
    }
}
