package dev.assay.verifier.http;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.exhibit.ExhibitArchive;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.reset.BreakerState;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Resets, and who stands in their way.
final class ResetRoutes {
    private static final Body SMALL = new Body.Document(16 << 10);

    private final Verifier verifier;
    private final InstantSource clock;

    ResetRoutes(Verifier verifier, InstantSource clock) {
        this.verifier = verifier;
        this.clock = clock;
    }

    List<Route> routes() {
        String host = "/v1/hosts/{name}";
        return List.of(
                Route.get("/v1/resets", Access.VIEWER, this::list, "would"),
                Route.get("/v1/groups/{group}/breaker", Access.VIEWER, this::breaker),
                Route.post("/v1/groups/{group}/resume", Access.OPERATOR, SMALL, this::resume),
                Route.get("/v1/resets/{id}/exhibits", Access.OPERATOR, this::exhibits),
                Route.post(host + "/drained", Access.ORCHESTRATOR, Body.NONE, this::drained),
                Route.post(host + "/hold", Access.OPERATOR, SMALL, this::hold),
                Route.post(host + "/release", Access.OPERATOR, Body.NONE, this::release),
                Route.post(host + "/approve", Access.OPERATOR, Body.NONE, this::approve));
    }

    private record Resets(List<ResetJson> resets) {}

    /// @param tripped whether resets are, or were, halted
    /// @param because one line for people
    /// @param state null where it is closed
    private record Breaker(
            String group, boolean tripped, String because, @Nullable BreakerState state) {}

    record ResumeRequest(String reason) {}

    /// @param lifeSeconds after which the host is reset all the same
    record HoldRequest(String reason, long lifeSeconds) {
        private static final long MAX_LIFE_SECONDS =
                dev.assay.verifier.reset.Resets.MAX_HOLD.toSeconds();

        HoldRequest {
            if (reason == null || reason.isBlank() || reason.length() > 512) {
                throw new IllegalArgumentException("say why, in at most 512 characters");
            }
            if (lifeSeconds < 1 || lifeSeconds > MAX_LIFE_SECONDS) {
                throw new IllegalArgumentException("a hold lives 1 second to 30 days");
            }
        }
    }

    private Reply list(Call call) throws MalformedInputException {
        List<Reset> resets =
                call.flag("would") ? verifier.resets().would() : verifier.resets().list();
        return Reply.json(new Resets(resets.stream().map(ResetJson::of).toList()));
    }

    private Reply breaker(Call call) throws RefusedException {
        return Reply.json(breaker(call.variable("group")));
    }

    private Breaker breaker(String group) throws RefusedException {
        BreakerState state = verifier.resets().breaker(group);
        return new Breaker(
                group,
                state != null,
                state == null ? "closed: resets go on within budget" : state.says(),
                state);
    }

    private Reply resume(Call call) throws RefusedException, MalformedInputException {
        String group = call.variable("group");
        verifier.resets().resume(group, call.json(ResumeRequest.class).reason(), call.principal());
        return Reply.json(breaker(group));
    }

    /// What a host made up is never to be shown by a browser: it is for saving.
    private Reply exhibits(Call call) throws RefusedException, IOException {
        String reset = call.variable("id");
        ExhibitArchive.Kept kept = verifier.exhibits().of(reset);
        return new Reply.File(
                "application/gzip",
                kept.bytes(),
                kept.content(),
                Map.of(
                        "Content-Disposition",
                        "attachment; filename=\"exhibits-" + reset + ".json.gz\""));
    }

    private Reply drained(Call call) throws RefusedException {
        return Reply.json(
                HostJson.of(
                        verifier.resets()
                                .acknowledgeDrained(call.variable("name"), call.principal())));
    }

    private Reply hold(Call call) throws RefusedException, MalformedInputException {
        HoldRequest request = call.json(HoldRequest.class);
        return Reply.json(
                HostJson.of(
                        verifier.resets()
                                .hold(
                                        call.variable("name"),
                                        request.reason(),
                                        clock.instant().plusSeconds(request.lifeSeconds()),
                                        call.principal())));
    }

    private Reply release(Call call) throws RefusedException {
        return Reply.json(
                HostJson.of(verifier.resets().release(call.variable("name"), call.principal())));
    }

    private Reply approve(Call call) throws RefusedException {
        return Reply.json(
                HostJson.of(verifier.resets().approve(call.variable("name"), call.principal())));
    }
}
