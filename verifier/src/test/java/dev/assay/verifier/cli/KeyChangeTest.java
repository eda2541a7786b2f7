package dev.assay.verifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.SigningKey;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A verifier whose baseline key is replaced while it serves.
final class KeyChangeTest {
    private static final MeasurementSet GOLDEN = GoldenFiles.tree(Map.of("usr/bin/ls", "ls"));

    @TempDir private Path folder;
    private VerifierData data;
    private Serving serving;
    private Wire wire;

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

    private Digest publish(long serial, Path key) throws Exception {
        Path golden = GoldenFiles.write(folder.resolve(serial + ".golden"), "web", serial, GOLDEN);
        Cli.run("baseline", "sign", "--key", key, "--in", golden, "--out", golden).requireDone();
        JsonNode done = run("baseline", "publish", golden, "--json").requireDone().json();
        return Digest.ofHex(done.get("name").get("digest").asString());
    }

    private WireHost enrolled(String name) throws Exception {
        Path file = folder.resolve(name + ".token");
        run("token", "create", "--out", file, "--role", "enrol", "--group", "web").requireDone();
        WireHost host = new WireHost(wire, name);
        assertThat(host.enrol(Files.readString(file).strip()).statusCode()).isEqualTo(200);
        return host;
    }

    @Test
    void whatARemovedKeySignedIsNoLongerActiveAfterTheTrustRootsNextVersion() throws Exception {
        run("group", "create", "web").requireDone();
        Digest first = publish(1, data.baselineKey());
        WireHost host = enrolled("web-1");
        assertThat(host.attest(first, GOLDEN, GOLDEN).admit()).isTrue();

        Path key = folder.resolve("next.key");
        Cli.run("keygen", "--name", "next", "--out", folder).requireDone();
        Path next = folder.resolve("next.json");
        String old = SigningKey.read(data.baselineKey()).verificationKey().keyId();
        Cli.run(
                        "trust-root",
                        "next",
                        "--add",
                        "baseline=" + folder.resolve("next.pub.pem"),
                        "--remove",
                        "baseline=" + old,
                        "--in",
                        data.trustRoot(),
                        "--out",
                        next)
                .requireDone();
        Cli.run("trust-root", "sign", "--key", data.rootKey(), "--in", next, "--out", next)
                .requireDone();
        run("trust-root", "publish", next).requireDone();

        assertThat(host.reference().active()).isEmpty();
        assertThat(host.attest(first, GOLDEN, GOLDEN).state()).isEqualTo("outdated");
        Digest second = publish(2, key);
        assertThat(host.reference().active()).containsExactly(second);
        assertThat(host.attest(second, GOLDEN, GOLDEN).admit()).isTrue();
    }

    @Test
    void theListOfHostsFollowsThePages() throws Exception {
        run("group", "create", "web").requireDone();
        for (int i = 1; i <= 3; i++) {
            enrolled("web-" + i);
        }
        JsonNode listed = run("host", "list", "--page", "1", "--json").requireDone().json();
        assertThat(listed.get("hosts").size()).isEqualTo(3);
        String operator = Files.readString(data.operatorToken()).strip();
        JsonNode page = Wire.tree(wire.get("/v1/hosts?limit=2", operator));
        assertThat(page.get("hosts").size()).isEqualTo(2);
        assertThat(page.get("next").asString()).isEqualTo("web-2");
        Wire.assertProblem(wire.get("/v1/hosts?limit=0", operator), 400, "malformed");
    }
}
