package dev.assay.signing;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// A signed document: DSSE v1.0 (secure-systems-lab/dsse, protocol.md and envelope.md). The payload
/// is kept as the bytes that were signed and parsed only after {@link #verify}.
public record Envelope(Bytes payload, String payloadType, List<EnvelopeSignature> signatures) {
    public static final int MAX_SIGNATURES = 16;
    public static final int MAX_TYPE_CHARS = 256;
    public static final int MAX_KEYID_CHARS = 128;
    public static final int MAX_SIGNATURE_BYTES = 1024;

    /// @param keyid a hint, never believed: it only chooses which key to try
    public record EnvelopeSignature(String keyid, Bytes sig) {
        /// @throws IllegalArgumentException where something is missing or too long
        public EnvelopeSignature {
            Objects.requireNonNull(keyid, "signature without keyid");
            Objects.requireNonNull(sig, "signature without sig");
            if (keyid.length() > MAX_KEYID_CHARS || sig.length() > MAX_SIGNATURE_BYTES) {
                throw new IllegalArgumentException("signature is too long");
            }
        }
    }

    /// @throws IllegalArgumentException where something is missing or there are too many signatures
    public Envelope {
        Objects.requireNonNull(payload, "envelope without payload");
        Objects.requireNonNull(payloadType, "envelope without payloadType");
        Objects.requireNonNull(signatures, "envelope without signatures");
        signatures = List.copyOf(signatures);
        if (signatures.size() > MAX_SIGNATURES) {
            throw new IllegalArgumentException("envelope has too many signatures");
        }
        if (payloadType.isEmpty() || payloadType.length() > MAX_TYPE_CHARS) {
            throw new IllegalArgumentException("envelope's payloadType is empty or too long");
        }
    }

    public static Envelope unsigned(String payloadType, Bytes payload) {
        return new Envelope(payload, payloadType, List.of());
    }

    public static Envelope sign(String payloadType, Bytes payload, Signer signer) {
        return unsigned(payloadType, payload).plusSignature(signer);
    }

    /// @param maxBytes of the envelope, a third more than of the payload in it
    public static Envelope parse(Bytes json, int maxBytes) throws MalformedInputException {
        return Json.parse(json, Envelope.class, maxBytes);
    }

    /// With one signature more; one that the same key made before is replaced.
    public Envelope plusSignature(Signer signer) {
        String keyId = signer.verificationKey().keyId();
        List<EnvelopeSignature> all = new ArrayList<>(signatures);
        all.removeIf(signature -> signature.keyid().equals(keyId));
        all.add(new EnvelopeSignature(keyId, signer.sign(preAuthentication())));
        return new Envelope(payload, payloadType, all);
    }

    /// The SHA-256 of the payload: names the document, whoever signed it.
    public Digest payloadDigest() {
        return Digest.ofContent(payload);
    }

    /// The payload, proved to be signed by at least `threshold` different ones of `keys`.
    ///
    /// Signatures by keys that are not asked for are passed over: a document may carry those of
    /// others. A key that signed twice counts once.
    public VerifiedPayload verify(String expectedType, Set<VerificationKey> keys, int threshold)
            throws NotSignedException {
        if (threshold < 1) {
            throw new IllegalArgumentException("a threshold below one demands nothing");
        }
        if (!payloadType.equals(expectedType)) {
            throw new NotSignedException(
                    "envelope holds "
                            + EscapedText.printable(payloadType)
                            + ", not the expected "
                            + expectedType);
        }
        Map<String, VerificationKey> byId =
                keys.stream().collect(Collectors.toMap(VerificationKey::keyId, key -> key));
        Bytes message = preAuthentication();
        Set<String> signers = new HashSet<>();
        for (EnvelopeSignature signature : signatures) {
            VerificationKey named = byId.get(signature.keyid());
            if (named != null && named.verifies(message, signature.sig())) {
                signers.add(named.keyId());
            } else if (named == null) {
                keys.stream()
                        .filter(key -> key.verifies(message, signature.sig()))
                        .map(VerificationKey::keyId)
                        .forEach(signers::add);
            }
        }
        if (signers.size() < threshold) {
            throw new NotSignedException(
                    signers.size() + " of " + threshold + " required signatures are good");
        }
        return new VerifiedPayload(payload, signers);
    }

    /// PAE (DSSE protocol.md, "Signature Definition"): `DSSEv1 LEN(type) type LEN(body) body`, the
    /// lengths in decimal ASCII.
    private Bytes preAuthentication() {
        Bytes type = Bytes.utf8(payloadType);
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length() + 64);
        Bytes.utf8("DSSEv1 " + type.length() + " ").writeTo(out);
        type.writeTo(out);
        Bytes.utf8(" " + payload.length() + " ").writeTo(out);
        payload.writeTo(out);
        return Bytes.copyOf(out.toByteArray());
    }
}
