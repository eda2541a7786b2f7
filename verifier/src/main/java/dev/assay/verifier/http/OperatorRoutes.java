package dev.assay.verifier.http;

import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.fleet.BaselineRecord;
import dev.assay.verifier.fleet.Baselines;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Baselines, groups, tokens and the trust root. Whatever role asks: what is golden and who may say
/// so is decided by signatures alone.
final class OperatorRoutes {
    private static final Body SMALL = new Body.Document(64 << 10);
    private static final Body GOLDEN = new Body.Upload(Baselines.MAX_GOLDEN_FILE_BYTES);
    private static final Body TRUST_ROOT = new Body.Document(TrustRoot.MAX_BYTES * 2);
    private static final String OCTETS = "application/octet-stream";
    private static final int OK = 200;
    private static final int CREATED = 201;

    private final Verifier verifier;
    private final InstantSource clock;

    OperatorRoutes(Verifier verifier, InstantSource clock) {
        this.verifier = verifier;
        this.clock = clock;
    }

    List<Route> routes() {
        String baseline = "/v1/baselines/{digest}";
        return List.of(
                Route.get("/v1/baselines", Access.VIEWER, this::baselines),
                Route.get(baseline, Access.VIEWER, this::baseline),
                Route.get(baseline + "/document", Access.VIEWER, this::document),
                Route.get(baseline + "/golden", Access.OPERATOR, this::golden),
                Route.post("/v1/baselines", Access.OPERATOR, GOLDEN, this::publish),
                Route.post(baseline + "/retire", Access.OPERATOR, Body.NONE, this::retire),
                Route.post(
                        "/v1/channels/{channel}/rollback-window",
                        Access.OPERATOR,
                        SMALL,
                        this::allowRollback),
                Route.get("/v1/groups", Access.VIEWER, this::groups),
                Route.get("/v1/groups/{group}", Access.VIEWER, this::group),
                Route.post("/v1/groups", Access.OPERATOR, SMALL, this::createGroup),
                Route.patch("/v1/groups/{group}", Access.OPERATOR, SMALL, this::changeGroup),
                Route.post("/v1/tokens", Access.OPERATOR, SMALL, this::createToken),
                Route.post("/v1/trust-root", Access.OPERATOR, TRUST_ROOT, this::advance));
    }

    private record BaselineList(List<BaselineRecord> baselines) {}

    private record GroupList(List<GroupSettings> groups) {}

    /// @param toSerial the lowest that hosts may prove again
    record RollbackRequest(long toSerial, String reason, long lifeSeconds) {
        private static final long MAX_LIFE_SECONDS = Duration.ofDays(31).toSeconds();

        RollbackRequest {
            if (toSerial < 1 || lifeSeconds < 1 || lifeSeconds > MAX_LIFE_SECONDS) {
                throw new IllegalArgumentException(
                        "toSerial is from 1, and a window lives 1 second to 31 days");
            }
            if (reason == null || reason.isBlank() || reason.length() > 512) {
                throw new IllegalArgumentException("say why, in at most 512 characters");
            }
        }
    }

    private record Window(String channel, long toSerial, Instant expires) {}

    private record Root(int version, String digest) {}

    private Reply baselines(Call call) {
        return Reply.json(new BaselineList(verifier.baselines().list()));
    }

    private Reply baseline(Call call) throws MalformedInputException, RefusedException {
        return Reply.json(verifier.baselines().find(HostRoutes.digest(call, "digest")));
    }

    private Reply document(Call call) throws MalformedInputException, RefusedException {
        return Reply.json(verifier.baselines().document(HostRoutes.digest(call, "digest")));
    }

    /// The names and digests of all files are more than a viewer needs.
    private Reply golden(Call call) throws IOException, MalformedInputException, RefusedException {
        Baselines.Golden golden =
                verifier.baselines().goldenFile(HostRoutes.digest(call, "digest"));
        return new Reply.File(OCTETS, golden.length(), golden.content());
    }

    private Reply publish(Call call) throws IOException, MalformedInputException, RefusedException {
        Baselines.Publication done = verifier.baselines().publish(call.upload(), call.principal());
        return Reply.json(done.fresh() ? CREATED : OK, done.record());
    }

    private Reply retire(Call call) throws MalformedInputException, RefusedException {
        return Reply.json(
                verifier.baselines().retire(HostRoutes.digest(call, "digest"), call.principal()));
    }

    private Reply allowRollback(Call call) throws MalformedInputException, RefusedException {
        RollbackRequest request = call.json(RollbackRequest.class);
        String channel = call.variable("channel");
        Instant expires = clock.instant().plusSeconds(request.lifeSeconds());
        verifier.baselines()
                .allowRollback(
                        channel, request.toSerial(), request.reason(), expires, call.principal());
        return Reply.json(new Window(channel, request.toSerial(), expires));
    }

    private Reply groups(Call call) {
        return Reply.json(new GroupList(verifier.groups().list()));
    }

    private Reply group(Call call) throws RefusedException {
        return Reply.json(verifier.groups().find(call.variable("group")));
    }

    private Reply createGroup(Call call) throws MalformedInputException, RefusedException {
        Map<String, JsonNode> given = fields(call);
        JsonNode name = given.get("name");
        JsonNode channel = given.getOrDefault("channel", name);
        if (name == null || !name.isString() || channel == null || !channel.isString()) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a group needs a name");
        }
        GroupSettings settings = with(defaults(name.asString(), channel.asString()), given);
        verifier.groups().create(settings, call.principal());
        return Reply.json(CREATED, settings);
    }

    /// One after the other: of two that change different settings, the one would undo the other,
    /// which may have been to stop the resets.
    private synchronized Reply changeGroup(Call call)
            throws MalformedInputException, RefusedException {
        GroupSettings present = verifier.groups().find(call.variable("group"));
        Map<String, JsonNode> given = fields(call);
        JsonNode name = given.get("name");
        if (name != null
                && !name.isNull()
                && !(name.isString() && present.name().equals(name.asString()))) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a group keeps its name");
        }
        GroupSettings settings = with(present, given);
        verifier.groups().change(settings, call.principal());
        return Reply.json(settings);
    }

    private static Map<String, JsonNode> fields(Call call) throws MalformedInputException {
        JsonNode body = Json.parseTree(call.body(), call.body().length());
        if (!body.isObject()) {
            throw new MalformedInputException("settings are an object");
        }
        Map<String, JsonNode> fields = new TreeMap<>();
        body.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static GroupSettings defaults(String name, String channel) throws RefusedException {
        try {
            return GroupSettings.of(name, channel);
        } catch (IllegalArgumentException e) {
            throw outOfBounds(e);
        }
    }

    /// What is left out stays as it is; null is the same.
    private static GroupSettings with(GroupSettings base, Map<String, JsonNode> given)
            throws RefusedException {
        try {
            return base.with(given);
        } catch (IllegalArgumentException e) {
            throw outOfBounds(e);
        }
    }

    private static RefusedException outOfBounds(IllegalArgumentException e) {
        return new RefusedException(Refusal.OUT_OF_BOUNDS, "settings: " + e.getMessage());
    }

    private Reply createToken(Call call) throws MalformedInputException, RefusedException {
        return Reply.json(
                CREATED,
                TokenJson.Made.of(verifier.tokens().create(call.json(TokenJson.class).wanted())));
    }

    private Reply advance(Call call)
            throws IOException, MalformedInputException, NotSignedException {
        Envelope next = call.envelope();
        Verified<TrustRoot> root = verifier.trustRoots().advance(next);
        return Reply.json(CREATED, new Root(root.value().version(), root.digest().hex()));
    }
}
