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
import dev.assay.evidence.Protocol.Submission;
import dev.assay.evidence.Quote;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.VerifiedPayload;
import dev.assay.signing.VerifiedPayload.PayloadParser;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.TpmtSignature;
import dev.assay.verifier.challenge.Challenges;
import dev.assay.verifier.intake.AuthenticEvidence.Quoted;
import dev.assay.verifier.intake.HostDirectory.Registered;
import dev.assay.verifier.quote.QuoteCheck;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
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

    public AuthenticEvidence authenticateEvidence(Submission submission)
            throws NotAuthenticException, MalformedInputException {
        Envelope envelope = submission.evidence();
        Evidence evidence =
                authenticate(envelope, Evidence.PAYLOAD_TYPE, Evidence::parse, Evidence::host);
        challenges.redeem(evidence.nonce(), evidence.host(), evidence.boot(), Purpose.EVIDENCE);
        Registered host = registered(evidence.host());
        requireLive(evidence, host);
        AttestationKey key = host.attestationKey();
        Optional<Quoted> quoted =
                key == null
                        ? Optional.empty()
                        : Optional.of(quoted(submission, evidence.nonce(), key));
        return new AuthenticEvidence(evidence, quoted, clock.instant());
    }

    /// The quote names the evidence by its digest, and what was asked is fixed: all PCRs of {@link
    /// Quote}, no more and no less.
    private static Quoted quoted(Submission submission, Bytes nonce, AttestationKey key)
            throws NotAuthenticException, MalformedInputException {
        Quote quote = submission.quote();
        if (quote == null) {
            throw new NotAuthenticException(
                    Reason.NO_QUOTE, "the host is bound to its TPM, and no quote came");
        }
        QuoteCheck.Result result =
                QuoteCheck.run(
                        key,
                        quote.attest(),
                        TpmtSignature.parse(quote.signature()),
                        Quote.qualifyingData(nonce, submission.evidence().payload()),
                        List.of(quote.bank()));
        if (!result.isGood()) {
            throw new NotAuthenticException(Reason.BAD_QUOTE, result.refusals().getFirst());
        }
        Quote.Logs logs = submission.logs();
        return new Quoted(
                result.attest(), quote.bank(), logs == null ? new Quote.Logs(null, null) : logs);
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
        Registered host = registered(claimedHost);
        VerifiedPayload payload = verify(envelope, type, host);
        // After the signature: whether a name is banned is nobody else's business.
        if (host.banned()) {
            throw new NotAuthenticException(Reason.BANNED, host.host() + " is banned");
        }
        return payload.parse(parser).value();
    }

    private Registered registered(String host) throws NotAuthenticException {
        return hosts.find(host)
                .orElseThrow(
                        () ->
                                new NotAuthenticException(
                                        Reason.UNKNOWN_HOST, "no host of this name is enrolled"));
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

    private static void requireLive(Evidence evidence, Registered host)
            throws NotAuthenticException {
        if (evidence.source().simulated() && !host.allowSimulated()) {
            String root = evidence.source().root();
            throw new NotAuthenticException(
                    Reason.SIMULATED,
                    "measured from root "
                            + root.substring(0, Math.min(80, root.length()))
                            + ", not the live host; the group does not allow that");
        }
    }
}
