package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.Digest;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.store.VerifierData;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// From an incident to the baseline that amends it, by the commands that an operator has.
final class AmendCommandTest {
    private static final String LONG = "usr/share/" + "very-long-name-of-a-folder/".repeat(6) + "x";
    private static final Map<String, String> FILES =
            Map.of("usr/bin/ssh", "ssh", "usr/bin/ls", "ls", "etc/motd", "welcome", LONG, "long");
    private static final MeasurementSet GOLDEN = GoldenFiles.tree(FILES);
    private static final MeasurementSet GREETED = GoldenFiles.tree(with("etc/motd", "hello"));
    private static final String MOTD = "/etc/motd";

    @TempDir private Path folder;
    private VerifierData data;
    private Serving serving;
    private Wire wire;
    private String operator;
    private Digest baseline;

    private static Map<String, String> with(String path, String content) {
        Map<String, String> files = new TreeMap<>(FILES);
        files.put(path, content);
        return files;
    }

    @BeforeEach
    void start() throws Exception {
        data = new VerifierData(folder.resolve("data"));
        Cli.run("init", "--data", data.folder()).requireDone();
        serving =
                Serving.start(
                        data,
                        Rungs.NONE,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Clock.systemUTC());
        TrustRoot root = TrustRoot.pinned(KeyFiles.trustRoot(data.trustRoot())).value();
        wire = new Wire(URI.create(serving.address()), root.tls());
        operator = Files.readString(data.operatorToken()).strip();
        run("group", "create", "web", "--interval", "60s", "--mode", "observe").requireDone();
        baseline = publish(GoldenFiles.write(folder.resolve("web.golden"), "web", 1, GOLDEN));
    }

    @AfterEach
    void stop() {
        wire.close();
        serving.close();
    }

    private Cli.Run run(Object... command) {
        List<Object> all = new ArrayList<>(List.of(command));
        all.add("--data");
        all.add(data.folder());
        return Cli.run(all);
    }

    private void sign(Path golden) {
        Cli.run("baseline", "sign", "--key", data.baselineKey(), "--in", golden, "--out", golden)
                .requireDone();
    }

    private Digest publish(Path golden) throws Exception {
        sign(golden);
        JsonNode published = run("baseline", "publish", golden, "--json").requireDone().json();
        return Digest.ofHex(published.get("name").get("digest").asString());
    }

    private WireHost host(String name, MeasurementSet measured) throws Exception {
        Path file = folder.resolve(name + ".token");
        run("token", "create", "--out", file, "--role", "enrol", "--group", "web", "--host", name)
                .requireDone();
        WireHost host = new WireHost(wire, name);
        assertThat(host.enrol(Files.readString(file).strip()).statusCode()).isEqualTo(200);
        host.attest(baseline, GOLDEN, measured);
        return host;
    }

    private String incident() throws Exception {
        JsonNode listed = run("incident", "list", "--json").requireDone().json();
        assertThat(listed.get("incidents").size()).isEqualTo(1);
        return listed.get("incidents").get(0).get("id").asString();
    }

    private List<Object> amend(String incident, Object... more) {
        List<Object> all =
                new ArrayList<>(
                        List.of(
                                "baseline",
                                "amend",
                                "--from-incident",
                                incident,
                                "--reason",
                                "the greeting of the new image",
                                "--out",
                                next()));
        all.addAll(List.of(more));
        return all;
    }

    private Path next() {
        return folder.resolve("next.golden");
    }

    @Test
    void anIncidentIsToldWithinAHundredColumns() throws Exception {
        Map<String, String> drifted = with("etc/motd", "hello");
        drifted.put(LONG, "other");
        host("web-1", GoldenFiles.tree(drifted));
        String id = incident();
        Cli.Run list = run("incident", "list").requireDone();
        Cli.Run show = run("incident", "show", id.substring(0, 10)).requireDone();

        assertThat(list.out()).contains(id.substring(0, 12), "1 host", "fs/etc/motd");
        assertThat(show.out())
                .contains(
                        "incident " + id,
                        "1 from the first measurement on, 0 in mid-life",
                        "believed",
                        "CHANGED",
                        "/etc/motd",
                        "web-1",
                        "DRIFTED");
        assertThat(list.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThan(101));
        assertThat(show.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThan(101));
        JsonNode json = run("incident", "show", id, "--json").requireDone().json();
        assertThat(json.get("belief").get("reasons").size()).isPositive();
        assertThat(json.get("members").get(0).get("now").asString()).isEqualTo("drifted");
    }

    @Test
    void whatNamesNoIncidentFailsWithOneLine() {
        run("incident", "show", "ffffffff").requireFailed(Exit.OPERATION, "no incident");
        run("incident", "show", "../groups").requireFailed(Exit.OPERATION, "refused");
    }

    @Test
    void anAmendedBaselineMakesItsHostsGoldenWithoutAReboot() throws Exception {
        WireHost host = host("web-1", GREETED);
        String id = incident();
        Cli.Run amended =
                run(amend(id, "--class", "immutable", "--accept-dangerous", MOTD).toArray())
                        .requireDone();
        assertThat(amended.out())
                .contains("CHANGED", "/etc/motd", "DANGEROUS: executable", "web #2", "unsigned")
                .contains("amends incident " + id.substring(0, 8));
        Cli.Run diff = Cli.run("baseline", "diff", folder.resolve("web.golden"), next());
        assertThat(diff.exit()).isEqualTo(Exit.DRIFT);
        assertThat(diff.out()).contains("1 changes", "/etc/motd", "AMENDS     " + id);
        assertThat(Cli.run("baseline", "show", next()).requireDone().out()).contains("amends", id);
        assertThat(run("baseline", "publish", next()).exit()).isEqualTo(Exit.OPERATION);

        Digest second = publish(next());
        assertThat(host.attest(second, GREETED, GREETED).state()).isEqualTo("golden");
        JsonNode events = Wire.tree(wire.get("/v1/events?after=0", operator)).get("events");
        assertThat(events.toString()).contains("\"pardoned\"").contains("web #2");
    }

    @Test
    void whatRunsIsNotAcceptedUnlessItIsNamed() throws Exception {
        host("web-1", GREETED);
        Cli.Run refused = run(amend(incident(), "--class", "immutable").toArray());

        assertThat(refused.exit()).isEqualTo(Exit.OPERATION);
        assertThat(refused.err()).contains("/etc/motd: is dangerous (executable)");
        assertThat(next()).doesNotExist();
        assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith("."));
    }

    @Test
    void aClassThatDoesNotExistIsRefused() throws Exception {
        host("web-1", GREETED);
        run(amend(incident(), "--class", "whatever").toArray())
                .requireFailed(Exit.USAGE, "unknown class whatever");
    }

    @Test
    void whatIsMeasuredLessIsSeenInTheDifference() throws Exception {
        host("web-1", GoldenFiles.tree(with("etc/new", "new")));
        run(amend(incident(), "--class", "unmeasured", "--accept-dangerous", "/etc/new").toArray())
                .requireDone();
        Cli.Run diff = Cli.run("baseline", "diff", folder.resolve("web.golden"), next());

        assertThat(diff.exit()).isEqualTo(Exit.DRIFT);
        assertThat(diff.out())
                .contains("0 changes", "RULE added  fs/etc/new  unmeasured: the greeting");
    }

    @Test
    void aPathOfManyIsAcceptedAloneAndAmendsNothing() throws Exception {
        Map<String, String> drifted = with("etc/motd", "hello");
        drifted.put("usr/bin/ssh", "evil");
        WireHost host = host("web-1", GoldenFiles.tree(drifted));
        Cli.Run amended =
                run(amend(
                                        incident(),
                                        "--class",
                                        "immutable",
                                        "--path",
                                        MOTD,
                                        "--accept-dangerous",
                                        MOTD)
                                .toArray())
                        .requireDone();

        assertThat(amended.out()).contains("LEFT OUT   /usr/bin/ssh", "amends no incident");
        Digest second = publish(next());
        assertThat(host.attest(second, GREETED, GREETED).state()).isEqualTo("drifted");
    }

    @Test
    void theNextSerialFollowsTheHighestThatWasEverPublished() throws Exception {
        WireHost host = host("web-1", GREETED);
        Digest third = publish(GoldenFiles.write(folder.resolve("3.golden"), "web", 3, GOLDEN));
        run("baseline", "retire", third.hex()).requireDone();
        host.attest(baseline, GOLDEN, GREETED);

        assertThat(
                        run(amend(incident(), "--class", "immutable", "--accept-dangerous", MOTD)
                                        .toArray())
                                .requireDone()
                                .out())
                .contains("web #4");
    }
}
