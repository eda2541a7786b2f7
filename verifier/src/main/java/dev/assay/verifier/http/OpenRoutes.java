package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What anybody may read: whether it runs, the public keys, the trust root, this description.
final class OpenRoutes {
    static final String DESCRIPTION = "/openapi.json";

    private final Verifier verifier;
    private final Bytes description;

    OpenRoutes(Verifier verifier) {
        this.verifier = verifier;
        this.description = description();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/healthz", Access.OPEN, this::health),
                Route.get("/readyz", Access.OPEN, this::ready),
                Route.get("/.well-known/jwks.json", Access.OPEN, this::jwks),
                Route.get(DESCRIPTION, Access.OPEN, this::openApi),
                Route.get(Protocol.TRUST_ROOT + "{version}", Access.OPEN, this::trustRoot));
    }

    private record Status(String status) {}

    private Reply health(Call call) {
        return Reply.json(new Status("ok"));
    }

    private Reply ready(Call call) throws HttpRefusal {
        if (!verifier.isReady()) {
            throw new HttpRefusal(
                    503, "not-ready", "the database does not answer", Map.of("Retry-After", "2"));
        }
        return Reply.json(new Status("ready"));
    }

    private Reply jwks(Call call) {
        return Reply.text("application/jwk-set+json", Bytes.utf8(verifier.results().jwks()));
    }

    private Reply openApi(Call call) {
        return Reply.text("application/json", description);
    }

    private Reply trustRoot(Call call) throws MalformedInputException, RefusedException {
        String version = call.variable("version");
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new MalformedInputException("a version is a number from 1");
        }
        return Reply.json(verifier.trustRoots().version(Integer.parseInt(version)));
    }

    static Bytes description() {
        try (InputStream in =
                Objects.requireNonNull(OpenRoutes.class.getResourceAsStream("openapi.json"))) {
            return Bytes.copyOf(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("the jar holds " + DESCRIPTION, e);
        }
    }
}
