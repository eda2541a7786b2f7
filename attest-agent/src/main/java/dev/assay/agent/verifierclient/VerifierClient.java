package dev.assay.agent.verifierclient;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.ChallengeRequest;
import dev.assay.evidence.Protocol.Credential;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import dev.assay.evidence.Protocol.ExhibitsResponse;
import dev.assay.evidence.Protocol.ManifestRequest;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.evidence.Protocol.ReferenceRequest;
import dev.assay.evidence.Protocol.ReferenceResponse;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.evidence.Protocol.TpmIdentity;
import dev.assay.signing.Envelope;
import dev.assay.signing.Signer;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The agent's half of the API (FORMAT.md, section 9). Everything that comes back is bounded and
/// complete, or an exception; what is signed is not yet verified here.
public final class VerifierClient implements AutoCloseable {
    /// Of the active baselines of one channel.
    public static final int MAX_ACTIVE = 64;

    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int MAX_REFERENCE_BYTES = 5 * GoldenFile.MAX_ENVELOPE_BYTES;
    private static final int MAX_ROOT_BYTES = 2 * TrustRoot.MAX_BYTES;
    private static final int NOT_FOUND = 404;
    private static final Bytes LINE_FEED = Bytes.utf8("\n");

    private final Exchange exchange;
    private final Deadlines deadlines;

    /// @param connect until the connection stands
    /// @param answer from sending a request to the last byte of its answer
    /// @param download the same for a manifest
    public record Deadlines(Duration connect, Duration answer, Duration download) {
        public static final Deadlines USUAL =
                new Deadlines(
                        Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(15));
    }

    /// Who asks: each request but the first is signed by the host's key.
    ///
    /// @param boot the one that is running now
    public record Asker(String host, BootId boot, Signer key) {}

    /// @param verifier {@link #requireUrl}
    /// @param pins of TLS keys ({@link TrustRoot#tls})
    public VerifierClient(
            URI verifier, List<Digest> pins, Deadlines deadlines, InstantSource clock) {
        this.exchange = new Exchange(requireUrl(verifier), pins, deadlines.connect(), clock);
        this.deadlines = deadlines;
    }

    /// @throws IllegalArgumentException where it is not plainly `https://HOST[:PORT][/PATH]`
    public static URI requireUrl(URI url) {
        String host = url.getHost();
        if (!"https".equals(url.getScheme()) || host == null || host.isEmpty()) {
            throw new IllegalArgumentException("the verifier needs an address https://HOST:PORT");
        }
        if (url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the verifier's address is https://HOST:PORT and no more");
        }
        String text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    private Challenge challenge(Asker asker, Purpose purpose) throws VerifierException {
        Bytes request = Json.write(new ChallengeRequest(asker.host(), asker.boot(), purpose));
        Challenge challenge = answer(Protocol.CHALLENGE, request, null, Challenge.class);
        require(challenge.nonce(), "nonce");
        if (challenge.nonce().length() > Evidence.MAX_NONCE_BYTES) {
            throw new VerifierException.Malformed("the challenge's nonce is too long");
        }
        return challenge;
    }

    /// Proves that a host has the TPM that it says.
    public interface TpmProver {
        TpmIdentity identity() throws IOException;

        /// What the TPM finds in a credential.
        Bytes activate(Credential credential) throws IOException;
    }

    /// @param token goes into a header and nowhere else; null for a host that its TPM makes known
    /// @param tpm null for a host of the software tier
    public EnrolmentResponse enrol(
            Asker asker,
            @Nullable String platformId,
            @Nullable String token,
            String agent,
            @Nullable TpmProver tpm)
            throws VerifierException, IOException {
        // Making the keys takes some TPMs longer than a nonce lives.
        @Nullable TpmIdentity identity = tpm == null ? null : tpm.identity();
        EnrolmentRequest asked =
                new EnrolmentRequest(
                        asker.host(),
                        platformId,
                        asker.key().verificationKey(),
                        asker.boot(),
                        challenge(asker, Purpose.ENROL).nonce(),
                        agent,
                        identity,
                        null);
        EnrolmentRequest request = asked;
        if (tpm != null) {
            Bytes signed = sign(asker, Protocol.ENROLMENT_TYPE, asked);
            request =
                    asked.with(
                            tpm.activate(
                                    answer(Protocol.CREDENTIAL, signed, null, Credential.class)));
        }
        EnrolmentResponse response =
                answer(
                        Protocol.ENROL,
                        sign(asker, Protocol.ENROLMENT_TYPE, request),
                        token,
                        EnrolmentResponse.class);
        require(response.facts(), "facts");
        if (!asker.host().equals(response.host())
                || !Baseline.isChannelName(response.channel())
                || !Baseline.isChannelName(response.group())) {
            throw new VerifierException.Malformed("the enrolment is not of this host");
        }
        return response;
    }

    /// @param have documents that need not be sent
    public ReferenceResponse reference(Asker asker, List<Digest> have) throws VerifierException {
        Bytes nonce = challenge(asker, Purpose.REFERENCE).nonce();
        ReferenceRequest request =
                new ReferenceRequest(asker.host(), asker.boot(), nonce, List.copyOf(have));
        Bytes json =
                exchange.send(
                        exchange.post(
                                Protocol.REFERENCE, sign(asker, Protocol.REFERENCE_TYPE, request)),
                        MAX_REFERENCE_BYTES,
                        deadlines.answer());
        ReferenceResponse response = parse(json, ReferenceResponse.class, MAX_REFERENCE_BYTES);
        require(response.facts(), "facts");
        requireList(response.active(), "active");
        requireList(response.documents(), "documents");
        return response;
    }

    /// Fetches a manifest's compressed bytes into a new file. More bytes than the document says are
    /// refused; their digest is the caller's to compare.
    public void manifest(Asker asker, Digest baseline, ManifestReference reference, Path target)
            throws VerifierException {
        Bytes nonce = challenge(asker, Purpose.MANIFEST).nonce();
        ManifestRequest request = new ManifestRequest(asker.host(), asker.boot(), nonce, baseline);
        exchange.download(
                exchange.post(Protocol.MANIFEST, sign(asker, Protocol.MANIFEST_TYPE, request)),
                target,
                reference.bytes(),
                deadlines.download());
    }

    /// Makes signed evidence of a challenge.
    public interface EvidenceMaker {
        Submission make(Challenge challenge) throws IOException;
    }

    /// Asks for a nonce, then submits the evidence that is made with it: what is slow has been done
    /// before.
    public EvidenceResponse submit(Asker asker, EvidenceMaker maker)
            throws VerifierException, IOException {
        Submission submission = maker.make(challenge(asker, Purpose.EVIDENCE));
        EvidenceResponse response =
                answer(Protocol.EVIDENCE, Json.write(submission), null, EvidenceResponse.class);
        require(response.state(), "state");
        require(response.because(), "because");
        require(response.result(), "result");
        requireList(response.active(), "active");
        return response;
    }

    /// Hands in packed exhibits before an order is carried out.
    ///
    /// @param reset the order's id
    public void handIn(Asker asker, String reset, Bytes packed) throws VerifierException {
        ExhibitsRequest request =
                new ExhibitsRequest(
                        asker.host(),
                        asker.boot(),
                        challenge(asker, Purpose.EXHIBITS).nonce(),
                        reset,
                        Digest.ofContent(packed),
                        packed.length());
        Bytes line = sign(asker, Protocol.EXHIBITS_TYPE, request).plus(LINE_FEED);
        Bytes answer =
                exchange.send(
                        exchange.upload(Protocol.EXHIBITS, line.plus(packed)),
                        MAX_ANSWER_BYTES,
                        deadlines.answer());
        ExhibitsResponse kept = parse(answer, ExhibitsResponse.class, MAX_ANSWER_BYTES);
        if (!reset.equals(kept.reset()) || kept.bytes() != packed.length()) {
            throw new VerifierException.Malformed("the verifier kept something else");
        }
    }

    /// The envelope of one version of the trust root; empty where there is none.
    public Optional<Envelope> trustRoot(int version) throws VerifierException {
        try {
            Bytes json =
                    exchange.send(
                            exchange.request(Protocol.TRUST_ROOT + version).GET(),
                            MAX_ROOT_BYTES,
                            deadlines.answer());
            return Optional.of(parse(json, Envelope.class, MAX_ROOT_BYTES));
        } catch (VerifierException.Refused e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private <T> T answer(String path, Bytes json, @Nullable String token, Class<T> type)
            throws VerifierException {
        var request = exchange.post(path, json);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return parse(
                exchange.send(request, MAX_ANSWER_BYTES, deadlines.answer()),
                type,
                MAX_ANSWER_BYTES);
    }

    private static Bytes sign(Asker asker, String payloadType, Object request) {
        return Json.write(Envelope.sign(payloadType, Json.write(request), asker.key()));
    }

    private static <T> T parse(Bytes json, Class<T> type, int maxBytes) throws VerifierException {
        try {
            return Json.parse(json, type, maxBytes);
        } catch (MalformedInputException e) {
            throw new VerifierException.Malformed(String.valueOf(e.getMessage()), e);
        }
    }

    /// JSON leaves out what it likes; the protocol's records do not all refuse it.
    private static void require(@Nullable Object value, String field) throws VerifierException {
        if (value == null) {
            throw new VerifierException.Malformed("the answer has no " + field);
        }
    }

    private static void requireList(@Nullable List<?> values, String field)
            throws VerifierException {
        require(values, field);
        if (values == null || values.size() > MAX_ACTIVE || isAnyNull(values.stream())) {
            throw new VerifierException.Malformed(
                    "the answer's " + field + " are too many or null");
        }
    }

    private static boolean isAnyNull(Stream<?> values) {
        return values.anyMatch(Objects::isNull);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
