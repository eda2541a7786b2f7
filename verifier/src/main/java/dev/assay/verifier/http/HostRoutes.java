package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.fleet.Fleet;
import dev.assay.verifier.fleet.HostPage;
import dev.assay.verifier.fleet.HostQuery;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.Results;
import dev.assay.verifier.refusal.RefusedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Hosts, their drift and their results.
final class HostRoutes {
    private static final Body SMALL = new Body.Document(16 << 10);
    private static final String JWT = "application/eat+jwt";

    private final Verifier verifier;

    HostRoutes(Verifier verifier) {
        this.verifier = verifier;
    }

    List<Route> routes() {
        String host = "/v1/hosts/{name}";
        return List.of(
                Route.get(
                        "/v1/hosts",
                        Access.VIEWER,
                        this::list,
                        "label",
                        "platformId",
                        "state",
                        "group",
                        "after",
                        "limit"),
                Route.get(host, Access.VIEWER, this::show),
                Route.get(host + "/drift", Access.VIEWER, this::drift),
                Route.get(host + "/result", Access.VIEWER, this::result, "audience", "nonce"),
                Route.patch(host, Access.OPERATOR, SMALL, this::label),
                Route.post(host + "/close", Access.ORCHESTRATOR, Body.NONE, this::close),
                Route.post("/v1/close", Access.ORCHESTRATOR, SMALL, this::closePlatformId),
                Route.post(host + "/forget", Access.OPERATOR, Body.NONE, this::forget),
                Route.post(host + "/ban", Access.OPERATOR, SMALL, this::ban),
                Route.post(host + "/unban", Access.OPERATOR, Body.NONE, this::unban),
                Route.post(host + "/readmit", Access.OPERATOR, Body.NONE, this::readmit));
    }

    private static final int DEFAULT_PAGE = 1000;

    /// @param next to come back with as `after`; null where there are no more
    private record Hosts(List<HostJson> hosts, @Nullable String next) {}

    record Labels(Map<String, String> labels) {
        Labels {
            labels = Map.copyOf(labels);
        }
    }

    record Ban(String reason) {
        Ban {
            if (reason == null || reason.isBlank() || reason.length() > 512) {
                throw new IllegalArgumentException("say why, in at most 512 characters");
            }
        }
    }

    record PlatformId(String platformId) {}

    private record Done(String host, String done) {}

    private Reply list(Call call) throws MalformedInputException {
        String state = call.query().get("state");
        try {
            HostQuery query =
                    new HostQuery(
                            call.query().get("label"),
                            call.query().get("platformId"),
                            state == null ? null : HostState.of(state),
                            call.query().get("group"));
            int limit = (int) call.number("limit", DEFAULT_PAGE, Fleet.MAX_PAGE);
            if (limit < 1) {
                throw new MalformedInputException("limit is a number from 1 to " + Fleet.MAX_PAGE);
            }
            HostPage page =
                    verifier.fleet().hosts(query, call.parameter("after").orElse(""), limit);
            return Reply.json(
                    new Hosts(page.hosts().stream().map(HostJson::of).toList(), page.next()));
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("request: " + e.getMessage(), e);
        }
    }

    private Reply show(Call call) throws RefusedException {
        return Reply.json(HostJson.of(verifier.fleet().host(call.variable("name"))));
    }

    private Reply drift(Call call) throws RefusedException {
        return Reply.json(DriftJson.of(verifier.fleet().drift(call.variable("name"))));
    }

    private Reply result(Call call) throws RefusedException, MalformedInputException {
        String audience = call.query().get("audience");
        String nonce = call.query().get("nonce");
        if (audience != null
                && (audience.isEmpty() || audience.length() > Results.MAX_AUDIENCE_CHARS)) {
            throw new MalformedInputException(
                    "audience has 1 to " + Results.MAX_AUDIENCE_CHARS + " characters");
        }
        if (nonce != null && (nonce.length() < 8 || nonce.length() > Results.MAX_NONCE_CHARS)) {
            throw new MalformedInputException(
                    "nonce has 8 to " + Results.MAX_NONCE_CHARS + " characters");
        }
        String jwt = verifier.results().issue(call.variable("name"), audience, nonce);
        return Reply.text(JWT, Bytes.utf8(jwt));
    }

    static Digest digest(Call call, String variable) throws MalformedInputException {
        try {
            return Digest.ofHex(call.variable(variable));
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("request: " + e.getMessage(), e);
        }
    }

    private Reply label(Call call) throws RefusedException, MalformedInputException {
        String host = call.variable("name");
        verifier.fleet().setLabels(host, call.json(Labels.class).labels(), call.principal());
        return Reply.json(HostJson.of(verifier.fleet().host(host)));
    }

    private Reply close(Call call) throws RefusedException {
        String host = call.variable("name");
        verifier.fleet().close(host, call.principal());
        return Reply.json(new Done(host, "closed"));
    }

    private Reply closePlatformId(Call call) throws RefusedException, MalformedInputException {
        String platformId = call.json(PlatformId.class).platformId();
        String host = verifier.fleet().closePlatformId(platformId, call.principal());
        return Reply.json(new Done(host, "closed"));
    }

    private Reply forget(Call call) throws RefusedException {
        String host = call.variable("name");
        verifier.fleet().forget(host, call.principal());
        return Reply.json(new Done(host, "forgotten"));
    }

    private Reply ban(Call call) throws RefusedException, MalformedInputException {
        String host = call.variable("name");
        verifier.fleet().ban(host, call.json(Ban.class).reason(), call.principal());
        return Reply.json(new Done(host, "banned"));
    }

    private Reply unban(Call call) throws RefusedException {
        String host = call.variable("name");
        verifier.fleet().unban(host, call.principal());
        return Reply.json(new Done(host, "unbanned"));
    }

    private Reply readmit(Call call) throws RefusedException {
        String host = call.variable("name");
        verifier.fleet().readmit(host, call.principal());
        return Reply.json(HostJson.of(verifier.fleet().host(host)));
    }
}
