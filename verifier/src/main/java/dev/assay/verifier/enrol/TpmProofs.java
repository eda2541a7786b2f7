package dev.assay.verifier.enrol;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Credential;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.TpmIdentity;
import dev.assay.tpm.TpmtPublic;
import dev.assay.verifier.challenge.Challenges;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.util.List;
import java.util.Optional;

/// Makes a TPM prove that its attestation key and its endorsement key are in one TPM. Nothing is
/// kept between the question and the answer: the secret is a code over all that it stands for.
final class TpmProofs {
    private static final String LABEL = "assay.credential.v1";
    private static final long ENDORSEMENT =
            TpmtPublic.FIXED_TPM | TpmtPublic.RESTRICTED | TpmtPublic.DECRYPT;

    private final Challenges challenges;
    private final CredentialMaker maker = new CredentialMaker();

    TpmProofs(Challenges challenges) {
        this.challenges = challenges;
    }

    private record Keys(TpmtPublic endorsement, TpmtPublic attestation) {}

    Credential ask(EnrolmentRequest request) throws MalformedInputException, NotAuthenticException {
        Keys keys = keys(required(request));
        return maker.make(keys.endorsement(), keys.attestation().name(), secret(request, keys));
    }

    private static TpmIdentity required(EnrolmentRequest request) throws MalformedInputException {
        TpmIdentity tpm = request.tpm();
        if (tpm == null) {
            throw new MalformedInputException("enrolment without TPM");
        }
        return tpm;
    }

    /// @throws NotAuthenticException where the TPM did not open what was made for it
    ProvenTpm prove(EnrolmentRequest request)
            throws MalformedInputException, NotAuthenticException {
        TpmIdentity tpm = required(request);
        Keys keys = keys(tpm);
        Bytes opened = request.opened();
        if (opened == null || !opened.equalsInConstantTime(secret(request, keys))) {
            throw new NotAuthenticException(
                    Reason.UNPROVEN_TPM,
                    "the TPM did not open the credential that was made for its two keys");
        }
        return new ProvenTpm(
                keys.endorsement(),
                Optional.ofNullable(tpm.endorsementCertificate()),
                keys.attestation());
    }

    private static Keys keys(TpmIdentity tpm)
            throws MalformedInputException, NotAuthenticException {
        TpmtPublic endorsement = TpmtPublic.parse(tpm.endorsementKey());
        TpmtPublic attestation = TpmtPublic.parse(tpm.attestationKey());
        if ((endorsement.attributes() & ENDORSEMENT) != ENDORSEMENT) {
            throw new NotAuthenticException(
                    Reason.UNPROVEN_TPM, "the endorsement key is no endorsement key");
        }
        List<String> faults = attestation.faults();
        if (!faults.isEmpty()) {
            throw new NotAuthenticException(
                    Reason.UNPROVEN_TPM, "the attestation key " + faults.getFirst());
        }
        return new Keys(endorsement, attestation);
    }

    /// The host's key is in it: who opens it vouches for that one.
    private Bytes secret(EnrolmentRequest request, Keys keys) {
        return challenges.code(
                LABEL,
                request.nonce(),
                Bytes.utf8(request.host()),
                Bytes.utf8(request.boot().value()),
                Bytes.utf8(request.key().keyId()),
                keys.endorsement().area(),
                keys.attestation().area());
    }
}
