package dev.assay.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Quote.Logs;
import dev.assay.scope.Facts;
import dev.assay.signing.Envelope;
import dev.assay.signing.VerificationKey;
import dev.assay.tree.Digest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The agent's half of the API, version 1 (FORMAT.md, section 9): a challenge is asked for with
/// plain JSON; everything else that an agent sends is an envelope signed by the host's key, with
/// the challenge's nonce in it.
public final class Protocol {
    public static final String CHALLENGE = "/v1/challenge";
    public static final String ENROL = "/v1/enrol";

    /// Takes an enrolment with a TPM in it, and answers with what only that TPM can open.
    public static final String CREDENTIAL = "/v1/credential";

    public static final String REFERENCE = "/v1/reference";
    public static final String MANIFEST = "/v1/manifest";
    public static final String EVIDENCE = "/v1/evidence";
    public static final String EXHIBITS = "/v1/exhibits";

    /// `GET` with the version after it gives that version's envelope.
    public static final String TRUST_ROOT = "/v1/trust-root/";

    public static final String ENROLMENT_TYPE = "application/vnd.assay.enrolment.v1+json";
    public static final String REFERENCE_TYPE = "application/vnd.assay.reference.v1+json";
    public static final String MANIFEST_TYPE = "application/vnd.assay.manifest.v1+json";
    public static final String EXHIBITS_TYPE = "application/vnd.assay.exhibits.v1+json";

    /// Of a request other than evidence.
    public static final int MAX_REQUEST_BYTES = 64 << 10;

    /// Of what is posted as evidence: everything in it in base64, and the rest.
    public static final int MAX_SUBMISSION_BYTES =
            (Evidence.MAX_BYTES + Logs.MAX_BOOT_LOG_BYTES + Quote.ImaPart.MAX_BYTES) / 3 * 4
                    + (32 << 10);

    private Protocol() {}

    /// What a nonce may be used for.
    public enum Purpose {
        ENROL,
        REFERENCE,
        MANIFEST,
        EVIDENCE,
        EXHIBITS;

        /// Jackson's own reader would trim the text.
        ///
        /// @throws IllegalArgumentException for another name
        @JsonCreator
        public static Purpose of(String wire) {
            return valueOf(wire);
        }
    }

    public record ChallengeRequest(String host, BootId boot, Purpose purpose) {
        public ChallengeRequest {
            Objects.requireNonNull(host, "challenge without host");
            Objects.requireNonNull(boot, "challenge without boot");
            Objects.requireNonNull(purpose, "challenge without purpose");
        }
    }

    /// @param lifeSeconds after which the nonce is refused
    /// @param logs what to send beside a quote; null where that is everything
    public record Challenge(Bytes nonce, int lifeSeconds, @Nullable LogsWanted logs) {
        public Challenge with(LogsWanted wanted) {
            return new Challenge(nonce, lifeSeconds, wanted);
        }
    }

    /// What this verifier has of this boot's logs, so that it need not be sent again. Another
    /// replica may have less, and then asks for all of it.
    ///
    /// @param bootLog whether it is wanted
    /// @param imaOffset how many entries of the IMA list are known
    public record LogsWanted(boolean bootLog, int imaOffset) {
        public static final LogsWanted ALL = new LogsWanted(true, 0);
    }

    /// What a TPM says of itself.
    ///
    /// @param endorsementKey TPMT_PUBLIC
    /// @param endorsementCertificate its manufacturer's, X.509 in DER, padding may follow; null
    ///   where it has none
    /// @param attestationKey TPMT_PUBLIC
    public record TpmIdentity(
            Bytes endorsementKey, @Nullable Bytes endorsementCertificate, Bytes attestationKey) {
        private static final int MAX_KEY_BYTES = 1024;
        private static final int MAX_CERTIFICATE_BYTES = 8 << 10;

        public TpmIdentity {
            Objects.requireNonNull(endorsementKey, "TPM without endorsement key");
            Objects.requireNonNull(attestationKey, "TPM without attestation key");
            if (endorsementKey.length() > MAX_KEY_BYTES
                    || attestationKey.length() > MAX_KEY_BYTES
                    || endorsementCertificate != null
                            && endorsementCertificate.length() > MAX_CERTIFICATE_BYTES) {
                throw new IllegalArgumentException("TPM's identity is too long");
            }
        }
    }

    /// What TPM2_MakeCredential gives (TPM 2.0 Library, part 3, section 12.6).
    ///
    /// @param credentialBlob TPM2B_ID_OBJECT
    /// @param secret TPM2B_ENCRYPTED_SECRET
    public record Credential(Bytes credentialBlob, Bytes secret) {}

    /// Signed by the key that it brings: the proof that the sender holds it. The enrolment token
    /// stands in the request's `Authorization: Bearer`; a host whose TPM is known needs none.
    ///
    /// @param platformId as the cloud names the instance; null where there is none
    /// @param tpm null for a host of the software tier
    /// @param opened what the TPM found in its {@link Credential}; null where that is still asked
    ///   for
    public record EnrolmentRequest(
            String host,
            @Nullable String platformId,
            VerificationKey key,
            BootId boot,
            Bytes nonce,
            String agent,
            @Nullable TpmIdentity tpm,
            @Nullable Bytes opened) {
        private static final int MAX_OPENED_BYTES = 64;

        public EnrolmentRequest {
            Objects.requireNonNull(host, "enrolment without host");
            Objects.requireNonNull(key, "enrolment without key");
            Objects.requireNonNull(boot, "enrolment without boot");
            Objects.requireNonNull(nonce, "enrolment without nonce");
            Objects.requireNonNull(agent, "enrolment without agent");
            if (opened != null && (tpm == null || opened.length() > MAX_OPENED_BYTES)) {
                throw new IllegalArgumentException("enrolment opened what no TPM was asked to");
            }
        }

        public EnrolmentRequest with(Bytes openedCredential) {
            return new EnrolmentRequest(
                    host, platformId, key, boot, nonce, agent, tpm, openedCredential);
        }
    }

    /// @param tier whether quotes have to come with the evidence
    public record EnrolmentResponse(
            String host, String group, String channel, Facts facts, Tier tier) {}

    /// What a host is bound to its name by.
    public enum Tier {
        /// A key in a file: stops others, not root on the host.
        SOFTWARE,
        /// An attestation key of a TPM that the verifier's policy trusts.
        HARDWARE;

        private final String wire = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wire() {
            return wire;
        }

        /// @throws IllegalArgumentException for another name
        @JsonCreator
        public static Tier of(String wire) {
            for (Tier tier : values()) {
                if (tier.wire.equals(wire)) {
                    return tier;
                }
            }
            throw new IllegalArgumentException("unknown tier, known are software and hardware");
        }
    }

    /// What is posted as evidence.
    ///
    /// @param quote over {@link Quote#qualifyingData}; null for a host of the software tier
    /// @param logs that explain the quoted PCRs; null for the same
    public record Submission(Envelope evidence, @Nullable Quote quote, @Nullable Logs logs) {
        public Submission {
            Objects.requireNonNull(evidence, "submission without evidence");
        }
    }

    /// Asks for the active baselines of the host's own channel.
    ///
    /// @param have digests of the documents that the agent holds already
    public record ReferenceRequest(String host, BootId boot, Bytes nonce, List<Digest> have) {
        public ReferenceRequest {
            Objects.requireNonNull(host, "request without host");
            Objects.requireNonNull(boot, "request without boot");
            Objects.requireNonNull(nonce, "request without nonce");
            have = List.copyOf(have);
        }
    }

    /// @param active digests of the channel's active baselines, the highest serial first
    /// @param documents those that the agent did not have
    public record ReferenceResponse(
            List<Digest> active, List<Envelope> documents, Facts facts, int trustRootVersion) {}

    /// Asks for the compressed manifest of an active baseline; the answer is its bytes.
    public record ManifestRequest(String host, BootId boot, Bytes nonce, Digest baseline) {
        public ManifestRequest {
            Objects.requireNonNull(host, "request without host");
            Objects.requireNonNull(boot, "request without boot");
            Objects.requireNonNull(nonce, "request without nonce");
            Objects.requireNonNull(baseline, "request without baseline");
        }
    }

    /// Stands in one line before the packed {@link Exhibits} that it speaks of, so that whoever
    /// takes them knows whose they are before he reads one byte of them.
    ///
    /// @param reset the id of the order that is about to be carried out
    /// @param document SHA-256 of what follows the line
    /// @param bytes of it
    public record ExhibitsRequest(
            String host, BootId boot, Bytes nonce, String reset, Digest document, long bytes) {
        public ExhibitsRequest {
            Objects.requireNonNull(host, "exhibits without host");
            Objects.requireNonNull(boot, "exhibits without boot");
            Objects.requireNonNull(nonce, "exhibits without nonce");
            Objects.requireNonNull(document, "exhibits without digest");
            if (!Exhibits.isResetId(reset)) {
                throw new IllegalArgumentException("exhibits need the id of a reset");
            }
            if (bytes < 1 || bytes > Exhibits.MAX_PACKED_BYTES) {
                throw new IllegalArgumentException(
                        "exhibits have 1 to " + Exhibits.MAX_PACKED_BYTES + " bytes");
            }
        }
    }

    /// What was kept.
    public record ExhibitsResponse(String reset, long bytes) {}

    /// @param state as `golden`, `drifted` …
    /// @param admit whether the host may take work
    /// @param result the signed attestation result (EAR, a JWT)
    /// @param nextMillis when to come again
    /// @param active digests of the channel's active baselines, the highest serial first
    /// @param wantReport whether the root matched nothing and no report explained it
    /// @param order a signed {@link ResetOrder}
    /// @param exhibits true where exhibits are wanted before the order is carried out; else it is
    ///   not there, so that agents that do not know the field can read every other answer
    public record EvidenceResponse(
            String state,
            boolean admit,
            String because,
            String result,
            long nextMillis,
            List<Digest> active,
            boolean wantReport,
            @Nullable Envelope order,
            int trustRootVersion,
            @Nullable Boolean exhibits) {
        public EvidenceResponse {
            active = List.copyOf(active);
        }

        public boolean wantsExhibits() {
            return Boolean.TRUE.equals(exhibits);
        }
    }

    /// An error of the API (RFC 9457).
    ///
    /// @param type `https://assay.dev/problems/` and a word
    public record Problem(String type, String title, int status, @Nullable String detail) {
        public static final String MEDIA_TYPE = "application/problem+json";
    }
}
