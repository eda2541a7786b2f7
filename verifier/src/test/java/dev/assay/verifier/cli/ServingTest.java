package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.EvidenceResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.Digest;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A verifier as `init` makes it and `serve` runs it: commands, hosts and strangers over TLS.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServingTest {
    private static final MeasurementSet GOLDEN =
            GoldenFiles.tree(Map.of("usr/bin/ls", "ls", "usr/bin/ssh", "ssh"));
    private static final MeasurementSet TAMPERED =
            GoldenFiles.tree(
                    Map.of("usr/bin/ls", "ls", "usr/bin/ssh", "evil", "usr/bin/.x", "shell"));

    private Path folder;
    private VerifierData data;
    private Serving serving;
    private Wire wire;
    private String operator;
    private Digest baseline;

    @BeforeAll
    void start(@TempDir Path place) throws Exception {
        folder = place;
        data = new VerifierData(folder.resolve("data"));
        Cli.run("init", "--data", data.folder()).requireDone();
        serving = serve();
        TrustRoot root = TrustRoot.pinned(KeyFiles.trustRoot(data.trustRoot())).value();
        wire = new Wire(URI.create(serving.address()), root.tls());
        operator = Files.readString(data.operatorToken()).strip();
        run("group", "create", "web", "--interval", "60s", "--mode", "enforce").requireDone();
        Path golden = GoldenFiles.write(folder.resolve("web.golden"), "web", 1, GOLDEN);
        Cli.run("baseline", "sign", "--key", data.baselineKey(), "--in", golden, "--out", golden)
                .requireDone();
        JsonNode published = run("baseline", "publish", golden, "--json").requireDone().json();
        baseline = Digest.ofHex(published.get("name").get("digest").asString());
    }

    private Serving serve() throws Exception {
        return Serving.start(
                data,
                Rungs.NONE,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Clock.systemUTC());
    }

    @AfterAll
    void stop() {
        wire.close();
        serving.close();
        assertThat(data.address()).doesNotExist();
    }

    private Cli.Run run(Object... command) {
        List<Object> all = new ArrayList<>(List.of(command));
        all.add("--data");
        all.add(data.folder());
        return Cli.run(all);
    }

    private String token(String... options) throws Exception {
        Path file = folder.resolve(UUID.randomUUID() + ".token");
        List<Object> all = new ArrayList<>(List.of("token", "create", "--out", file));
        all.addAll(List.of(options));
        run(all.toArray()).requireDone();
        return Files.readString(file).strip();
    }

    private WireHost enrolled(String name) throws Exception {
        WireHost host = new WireHost(wire, name);
        String token = token("--role", "enrol", "--group", "web", "--host", name);
        assertThat(host.enrol(token).statusCode()).isEqualTo(200);
        return host;
    }

    private JsonNode host(String name) throws Exception {
        return Wire.tree(wire.get("/v1/hosts/" + name, operator));
    }

    @Test
    void aHostThatMeasuresGoldenIsAdmittedAndSeenSo() throws Exception {
        WireHost host = enrolled("golden-1");
        assertThat(host.reference().active()).containsExactly(baseline);
        EvidenceResponse answer = host.attest(baseline, GOLDEN, GOLDEN);
        assertThat(answer.admit()).isTrue();
        JsonNode seen = host("golden-1");
        assertThat(seen.get("state").asString()).isEqualTo("golden");
        assertThat(seen.get("admit").asBoolean()).isTrue();
        assertThat(seen.get("boot").asString()).isEqualTo(host.boot().value());
        assertThat(seen.get("baseline").get("serial").asLong()).isEqualTo(1);
        Cli.Run shown = run("host", "show", "golden-1").requireDone();
        assertThat(shown.out()).contains("GOLDEN", "admit yes");
        assertThat(run("host", "list", "--state", "golden").requireDone().out())
                .contains("golden-1");
        assertThat(run("host", "list", "--state", "nonsense").exit()).isEqualTo(Exit.OPERATION);
    }

    @Test
    void aDriftedHostIsNotAdmittedAndItsDriftIsListed() throws Exception {
        WireHost host = enrolled("drifted-1");
        host.attest(baseline, GOLDEN, GOLDEN);
        EvidenceResponse answer = host.attest(baseline, GOLDEN, TAMPERED);
        assertThat(answer.admit()).isFalse();
        JsonNode seen = host("drifted-1");
        assertThat(seen.get("admit").asBoolean()).isFalse();
        assertThat(seen.get("drifts").asLong()).as(seen.toString()).isEqualTo(2);
        JsonNode drift = Wire.tree(wire.get("/v1/hosts/drifted-1/drift", operator));
        assertThat(drift.get("drifts").get(0).get("path").asString()).isEqualTo("fs/usr/bin/.x");
        assertThat(drift.get("drifts").get(0).get("change").asString()).isEqualTo("added");
        assertThat(drift.get("drifts").get(1).get("attributes").get(0).get("name").asString())
                .isEqualTo("content");
        assertThat(run("host", "drift", "drifted-1").requireDone().out())
                .contains("CHANGED", " /usr/bin/ssh", "content");
        JsonNode incidents = Wire.tree(wire.get("/v1/incidents", operator)).get("incidents");
        assertThat(incidents.get(0).get("hosts").get(0).asString()).isEqualTo("drifted-1");
        String id = incidents.get(0).get("id").asString();
        assertThat(Wire.tree(wire.get("/v1/incidents/" + id, operator)).get("id").asString())
                .isEqualTo(id);
    }

    @Test
    void theResultOfAHostVerifiesAgainstTheKeysFetchedOverTls() throws Exception {
        WireHost host = enrolled("result-1");
        host.attest(baseline, GOLDEN, GOLDEN);
        HttpResponse<String> answer =
                wire.get(
                        "/v1/hosts/result-1/result?audience=scheduler&nonce=0123456789abcdef",
                        operator);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonWebKeySet keys = new JsonWebKeySet(wire.get("/.well-known/jwks.json", null).body());
        JwtClaims claims =
                new JwtConsumerBuilder()
                        .setVerificationKeyResolver(
                                new JwksVerificationKeyResolver(keys.getJsonWebKeys()))
                        .setRequireExpirationTime()
                        .setRequireIssuedAt()
                        .setExpectedAudience("scheduler")
                        .setExpectedSubject("result-1")
                        .build()
                        .processToClaims(answer.body());
        assertThat(claims.getStringClaimValue("eat_nonce")).isEqualTo("0123456789abcdef");
        assertThat(claims.getStringClaimValue("eat_profile"))
                .isEqualTo("tag:github.com,2023:veraison/ear");
        assertThat(claims.getClaimValue("submods").toString()).contains("affirming");
        assertThat(run("host", "result", "result-1", "--audience", "x").requireDone().out())
                .startsWith("eyJ");
    }

    @Test
    void anEnrolmentTokenServesOnceAndForItsHostAlone() throws Exception {
        String token = token("--role", "enrol", "--group", "web", "--host", "once-1");
        Wire.assertProblem(new WireHost(wire, "other-1").enrol(token), 403, "token-not-for-host");
        assertThat(new WireHost(wire, "once-1").enrol(token).statusCode()).isEqualTo(200);
        assertThat(new WireHost(wire, "once-1").enrol(token).statusCode()).isIn(401, 409);
        assertThat(new WireHost(wire, "once-2").enrol("assay_unknown").statusCode()).isEqualTo(401);
    }

    @Test
    void evidenceThatIsReplayedIsRefusedWithItsReason() throws Exception {
        WireHost host = enrolled("replay-1");
        Bytes evidence = host.evidence(baseline, GOLDEN, GOLDEN);
        assertThat(wire.post(Protocol.EVIDENCE, evidence).statusCode()).isEqualTo(200);
        Wire.assertProblem(wire.post(Protocol.EVIDENCE, evidence), 409, "replayed");
        assertThat(host("replay-1").get("state").asString()).isEqualTo("golden");
        assertThat(metrics()).contains("assay_refusals_total{reason=\"replayed\"}");
    }

    private String metrics() throws Exception {
        HttpResponse<String> scraped = wire.get("/metrics", operator);
        assertThat(scraped.statusCode()).isEqualTo(200);
        return scraped.body();
    }

    @Test
    void evidenceThatIsMalformedOrTooLargeIsRefused() throws Exception {
        Wire.assertProblem(
                wire.post(Protocol.EVIDENCE, Bytes.utf8("{\"payload\":")), 400, "malformed");
        Wire.assertProblem(
                wire.post(
                        Protocol.EVIDENCE,
                        Bytes.utf8(" ".repeat(Protocol.MAX_SUBMISSION_BYTES + 1))),
                413,
                "too-large");
        Wire.assertProblem(
                wire.post(
                        Protocol.CHALLENGE,
                        Json.write(
                                Map.of(
                                        "host",
                                        "../etc",
                                        "boot",
                                        UUID.randomUUID().toString(),
                                        "purpose",
                                        Purpose.EVIDENCE))),
                400,
                "malformed");
    }

    @Test
    void metricsTellHostsByState() throws Exception {
        enrolled("metrics-1").attest(baseline, GOLDEN, GOLDEN);
        assertThat(metrics())
                .contains(
                        "assay_hosts{state=\"golden\"}",
                        "assay_hosts{state=\"quarantined\"} 0",
                        "assay_appraisals_total{",
                        "assay_request_seconds_bucket{route=\"/v1/evidence\"");
    }

    @Test
    void whatAHostSaysOfItsWatchAndItsMemoryIsShown() throws Exception {
        WireHost host = enrolled("watched-1");
        host.freshness = new Freshness(Freshness.Pass.WATCHED, 5430);
        host.observed = new Observed(Observed.Watch.INOTIFY, 3, List.of());
        host.attest(baseline, GOLDEN, GOLDEN);
        JsonNode seen = host("watched-1");
        assertThat(seen.get("freshness").get("pass").asString()).isEqualTo("watched");
        assertThat(seen.get("freshness").get("oldestDigestSeconds").asLong()).isEqualTo(5430);
        assertThat(seen.get("watching").get("means").asString()).isEqualTo("inotify");
        assertThat(seen.get("watching").get("lost").asLong()).isEqualTo(3);
        assertThat(run("host", "show", "watched-1").requireDone().out())
                .contains("watched, oldest digest of 1 h 30 min ago", "inotify, events lost 3");
        assertThat(metrics())
                .contains(
                        "assay_hosts_watching{means=\"inotify\"} 1",
                        "assay_hosts_watching{means=\"fanotify\"} 0",
                        "assay_watch_lost 3",
                        "assay_oldest_digest_seconds{group=\"web\"} 5430");
    }

    @Test
    void aHostThatRemembersForLongerThanItsGroupAllowsIsNotAdmitted() throws Exception {
        run("group", "create", "brisk", "--channel", "web", "--max-digest-age", "10m")
                .requireDone();
        WireHost host = new WireHost(wire, "brisk-1");
        host.enrol(token("--role", "enrol", "--group", "brisk", "--host", "brisk-1"));
        host.freshness = new Freshness(Freshness.Pass.INCREMENTAL, 600);
        assertThat(host.attest(baseline, GOLDEN, GOLDEN).admit()).isTrue();
        host.freshness = new Freshness(Freshness.Pass.INCREMENTAL, 601);
        assertThat(host.attest(baseline, GOLDEN, GOLDEN).because())
                .isEqualTo("unknown: relies on digests 10 min old");
        assertThat(host("brisk-1").get("why").asString()).isEqualTo("host-fault");
    }

    @Test
    void eventsStreamOnFromTheCursorOfTheLastOne() throws Exception {
        enrolled("stream-1").attest(baseline, GOLDEN, GOLDEN);
        List<String> first = stream(null, 2);
        String last = first.getLast();
        enrolled("stream-2");
        List<String> next = stream(last, 1);
        assertThat(Long.parseLong(next.getFirst())).isGreaterThan(Long.parseLong(last));
        JsonNode page = Wire.tree(wire.get("/v1/events?after=" + last + "&limit=1", operator));
        assertThat(page.get("events").get(0).get("cursor").asString()).isEqualTo(next.getFirst());
    }

    /// The ids of the next events of a stream.
    private List<String> stream(@Nullable String lastEventId, int count) throws Exception {
        var request = wire.request("/v1/events", operator).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response =
                wire.http().send(request.build(), BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        List<String> ids = new ArrayList<>();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            while (ids.size() < count) {
                String line = in.readLine();
                assertThat(line).as("the stream ended early").isNotNull();
                if (line.startsWith("id: ")) {
                    ids.add(line.substring(4));
                }
            }
        }
        return ids;
    }

    @Test
    void aWaitForEventsEndsWithTheEvent() throws Exception {
        JsonNode page = Wire.tree(wire.get("/v1/events?limit=1000", operator));
        long newest = page.get("next").asLong();
        var waiting =
                wire.http()
                        .sendAsync(
                                wire.request("/v1/events?after=" + newest + "&wait=20", operator)
                                        .build(),
                                BodyHandlers.ofString());
        enrolled("wait-1");
        assertThat(waiting.get().body()).contains("enrolled", "wait-1");
    }

    @Test
    void groupsAreMadeAndChangedWithinTheirBounds() {
        run("group", "create", "db", "--max-resets-per-day", 5).requireDone();
        assertThat(run("group", "mode", "db", "approve").requireDone().out()).contains("approve");
        assertThat(run("group", "show", "db").requireDone().out())
                .containsPattern("maxResetsPerDay +5");
        run("group", "set", "db", "--interval", "1ms").requireFailed(70, "intervalMillis");
        run("group", "set", "db").requireFailed(64, "--interval");
        run("group", "create", "db").requireFailed(70, "exists");
        run("group", "show", "nobody").requireFailed(70, "nobody");
        assertThat(run("group", "list").requireDone().out()).contains("web", "db");
    }

    @Test
    void aTokensSecretGoesToItsFileAlone() throws Exception {
        Path file = folder.resolve("viewer.token");
        Cli.Run run = run("token", "create", "--role", "viewer", "--out", file).requireDone();
        String secret = Files.readString(file).strip();
        assertThat(run.out() + run.err()).doesNotContain(secret);
        assertThat(wire.get("/v1/hosts", secret).statusCode()).isEqualTo(200);
        Wire.assertProblem(
                wire.post("/v1/tokens", Bytes.utf8("{\"role\":\"viewer\"}"), secret),
                403,
                "forbidden");
        run("token", "create", "--role", "viewer", "--out", file).requireFailed(70, "exists");
        run("token", "create", "--role", "viewer").requireFailed(64, "--out");
        assertThat(run("token", "create", "--role", "viewer", "--print").requireDone().out())
                .startsWith("assay_");
    }

    @Test
    void aBaselineThatNobodySignedIsNotTaken() throws Exception {
        Path golden = GoldenFiles.write(folder.resolve("unsigned.golden"), "web", 9, GOLDEN);
        run("baseline", "publish", golden).requireFailed(70, "igned");
        Path bad = Files.writeString(folder.resolve("bad.golden"), "no golden file");
        run("baseline", "publish", bad).requireFailed(70, "golden file");
        assertThat(run("baseline", "list").requireDone().out()).contains("web #1", "active");
        assertThat(run("baseline", "show", "--digest", baseline).requireDone().out())
                .contains("web #1");
    }

    @Test
    void aHostIsHeldReleasedLabelledAndForgotten() throws Exception {
        enrolled("held-1").attest(baseline, GOLDEN, GOLDEN);
        run("reset", "hold", "held-1", "--reason", "forensics", "--for", "2h").requireDone();
        assertThat(host("held-1").get("hold").get("reason").asString()).isEqualTo("forensics");
        run("reset", "release", "held-1").requireDone();
        assertThat(host("held-1").has("hold")).isFalse();
        run("host", "label", "held-1", "rack=7").requireDone();
        assertThat(run("host", "list", "--label", "rack=7").requireDone().out()).contains("held-1");
        run("reset", "approve", "held-1").requireFailed(70, "held-1");
        run("reset", "list").requireDone();
        run("reset", "list", "--would").requireDone();
        run("host", "forget", "held-1").requireDone();
        run("host", "show", "held-1").requireFailed(70, "held-1");
    }

    @Test
    void anExportHoldsTheFleetAndNoSecret() throws Exception {
        enrolled("export-1").attest(baseline, GOLDEN, GOLDEN);
        Path file = folder.resolve("export.jsonl");
        run("export", "--out", file).requireDone();
        String lines = Files.readString(file);
        assertThat(lines)
                .contains(
                        "{\"kind\":\"group\"",
                        "{\"kind\":\"host\"",
                        "export-1",
                        "\"kind\":\"event\"")
                .doesNotContain("assay_", "PRIVATE");
        assertThat(run("events", "--after", 0).requireDone().out()).contains("export-1");
    }

    @Test
    void theTrustRootsNextVersionIsTakenOnlyWithItsSignatures() throws Exception {
        Path next = folder.resolve("next.json");
        Cli.run("trust-root", "next", "--in", data.trustRoot(), "--out", next).requireDone();
        run("trust-root", "publish", next).requireFailed(70, "igned");
        Cli.run("trust-root", "sign", "--key", data.rootKey(), "--in", next, "--out", next)
                .requireDone();
        run("trust-root", "publish", next).requireDone();
        assertThat(wire.get("/v1/trust-root/2", null).statusCode()).isEqualTo(200);
        Wire.assertProblem(wire.get("/v1/trust-root/7", null), 404, "unknown-trust-root");
        run("host", "list").requireDone();
    }

    @Test
    void aServerWithAnotherKeyIsNotSpokenTo() throws Exception {
        Path other = folder.resolve("other");
        Cli.run("init", "--data", other).requireDone();
        Cli.run(
                        "host",
                        "list",
                        "--verifier",
                        serving.address(),
                        "--token-file",
                        data.operatorToken(),
                        "--trust-root",
                        other.resolve("trust-root.json"))
                .requireFailed(70, "is not the verifier");
    }
}
