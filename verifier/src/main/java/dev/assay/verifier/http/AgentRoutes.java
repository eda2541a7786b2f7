package dev.assay.verifier.http;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.Challenge;
import dev.assay.evidence.Protocol.ChallengeRequest;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.exhibit.NotStoredException;
import dev.assay.verifier.fleet.Reference;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The agent's half (FORMAT.md, section 9). Who an agent is stands in the signed body; the services
/// look at it.
final class AgentRoutes {
    private static final Body REQUEST = new Body.Document(Protocol.MAX_REQUEST_BYTES);
    private static final Body EVIDENCE = new Body.Document(Protocol.MAX_SUBMISSION_BYTES);
    private static final Body EXHIBITS =
            new Body.Upload(
                    Exhibits.MAX_LINE_BYTES + 1L + Exhibits.MAX_PACKED_BYTES,
                    Duration.ofSeconds(30));
    private static final String GZIP = "application/gzip";

    private final Verifier verifier;
    private final Gate gate;
    private final Metrics metrics;

    AgentRoutes(Verifier verifier, Gate gate, Metrics metrics) {
        this.verifier = verifier;
        this.gate = gate;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(
                Route.post(Protocol.CHALLENGE, Access.AGENT, REQUEST, this::challenge),
                Route.post(Protocol.ENROL, Access.AGENT, REQUEST, this::enrol),
                Route.post(Protocol.CREDENTIAL, Access.AGENT, REQUEST, this::credential),
                Route.post(Protocol.REFERENCE, Access.AGENT, REQUEST, this::reference),
                Route.post(Protocol.MANIFEST, Access.AGENT, REQUEST, this::manifest),
                Route.post(Protocol.EVIDENCE, Access.AGENT, EVIDENCE, this::evidence),
                Route.post(Protocol.EXHIBITS, Access.AGENT, EXHIBITS, this::exhibits));
    }

    private Reply challenge(Call call) throws MalformedInputException, HttpRefusal {
        ChallengeRequest request = call.json(ChallengeRequest.class);
        if (!Baseline.isChannelName(request.host())) {
            throw new MalformedInputException("host needs a name of [a-z0-9.-]");
        }
        gate.challenge(call.address(), request.host());
        Challenge issued = verifier.challenges().issue(request);
        return Reply.json(
                request.purpose() == Purpose.EVIDENCE
                        ? issued.with(verifier.platform().wanted(request.host(), request.boot()))
                        : issued);
    }

    private Reply enrol(Call call)
            throws MalformedInputException, NotAuthenticException, HttpRefusal {
        gate.enrol(call.address());
        String token = call.bearer();
        try {
            return Reply.json(
                    token == null
                            ? verifier.enrolment()
                                    .recognize(call.envelope())
                                    .orElseThrow(HttpRefusal::noToken)
                            : verifier.enrolment().enrol(call.envelope(), token));
        } catch (NotAuthenticException | HttpRefusal e) {
            gate.failed(call.address());
            throw e;
        }
    }

    private Reply credential(Call call)
            throws MalformedInputException, NotAuthenticException, HttpRefusal {
        gate.enrol(call.address());
        return Reply.json(verifier.enrolment().credential(call.envelope()));
    }

    private Reply reference(Call call) throws MalformedInputException, NotAuthenticException {
        return Reply.json(verifier.reference().active(call.envelope()));
    }

    private Reply manifest(Call call)
            throws MalformedInputException, NotAuthenticException, IOException {
        Reference.Manifest manifest = verifier.reference().manifest(call.envelope());
        return new Reply.File(GZIP, manifest.bytes(), manifest.content());
    }

    private Reply exhibits(Call call)
            throws IOException,
                    MalformedInputException,
                    NotAuthenticException,
                    RefusedException,
                    HttpRefusal {
        try {
            return Reply.json(verifier.exhibits().receive(call.upload()));
        } catch (NotStoredException e) {
            metrics.failed("store exhibits", e);
            throw new HttpRefusal(
                    507, "not-stored", "the verifier has no room, or may not write: see its log");
        }
    }

    private Reply evidence(Call call) throws MalformedInputException, NotAuthenticException {
        Bytes evidence = call.body();
        metrics.received(evidence);
        return Reply.json(verifier.intake().accept(evidence));
    }
}
