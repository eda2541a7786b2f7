package dev.assay.rig;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A verifier, a group with a signed baseline, and its hosts, in one folder.
public final class Fleet implements AutoCloseable {
    public static final String GROUP = "web-nodes";

    /// An executor of the verifier's site file that cycles a host's power.
    public static final String POWER = "power";

    private static final Duration DEADLINE = Duration.ofSeconds(150);

    private final Programs programs;
    private final Path folder;
    private final GoldenImage image;
    private final String scope;
    private final VerifierProcess verifier;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private long serial;

    /// @param source of the image, see {@link GoldenImage#copyOf}
    /// @param scope the name of a shipped one, or a file
    public Fleet(Programs programs, Path folder, Path source, String scope) throws IOException {
        this(
                programs,
                folder,
                GoldenImage.copyOf(source, Files.createDirectories(folder.resolve("image"))),
                scope);
    }

    /// @param folder exists
    public Fleet(Programs programs, Path folder, GoldenImage image, String scope) {
        this.programs = programs;
        this.scope = scope;
        this.folder = folder;
        this.image = image;
        this.verifier = new VerifierProcess(programs, folder);
    }

    /// @param settings of the group, beside its name and channel
    public void start(Map<String, Object> settings) throws IOException, InterruptedException {
        verifier.init();
        offerPower();
        Process capture = startCapture();
        verifier.start();
        Map<String, Object> group = new HashMap<>(settings);
        group.put("name", GROUP);
        group.put("channel", GROUP);
        verifier.api().post("/v1/groups", group);
        finish(capture, "capture");
        verifier.api().upload("/v1/baselines", golden());
    }

    /// What a management board or a cloud is elsewhere: a command that the host is not asked by.
    private void offerPower() throws IOException {
        Path script = folder.resolve(POWER);
        Path note = hostFolder("\"$ASSAY_HOST\"").resolve("power-cycle");
        Files.writeString(script, "#!/bin/sh\n: > " + note + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Map<String, Object> power =
                Map.of("kind", "command", "argv", List.of(script.toString()), "timeoutSeconds", 10);
        PrivateFiles.writeNew(
                verifier.data().resolve("site.json"),
                Json.write(Map.of("executors", Map.of(POWER, power))));
    }

    private Path hostFolder(String name) {
        return folder.resolve("hosts").resolve(name);
    }

    private Process startCapture() throws IOException {
        serial++;
        List<String> arguments = new ArrayList<>(List.of("capture"));
        arguments.addAll(List.of("--root", image.disk().toString()));
        arguments.addAll(List.of("--kernel-from", image.kernel().toString()));
        arguments.addAll(List.of("--scope", scope, "--channel", GROUP));
        arguments.addAll(List.of("--serial", Long.toString(serial)));
        arguments.addAll(List.of("--sign", baselineKey().toString()));
        arguments.addAll(List.of("--out", golden().toString()));
        return programs.startAgent(arguments, folder.resolve("capture.log"));
    }

    private Path baselineKey() {
        return verifier.data().resolve("keys").resolve("baseline.key");
    }

    private Path golden() {
        return folder.resolve(GROUP + "-" + serial + ".golden");
    }

    /// Captures what the image is now, as the next serial, and publishes it.
    public void publishNext() throws IOException, InterruptedException {
        finish(startCapture(), "capture");
        verifier.api().upload("/v1/baselines", golden());
    }

    /// Adds hosts, boots them and enrols them; their agents run when this returns.
    public void addHosts(List<String> names) throws IOException, InterruptedException {
        List<Process> bootstraps = new ArrayList<>();
        List<SimulatedHost> added = new ArrayList<>();
        for (String name : names) {
            SimulatedHost host = new SimulatedHost(programs, image, name, hostFolder(name));
            added.add(host);
            bootstraps.add(bootstrap(host, enrolToken(name), DEADLINE));
        }
        hosts.addAll(added);
        for (int i = 0; i < added.size(); i++) {
            finish(bootstraps.get(i), "bootstrap of " + names.get(i));
            added.get(i).startAgent();
        }
    }

    /// A host that the fleet does not keep: an impostor, a clone.
    public SimulatedHost otherHost(String name, Path place) throws IOException {
        return new SimulatedHost(programs, image, name, place);
    }

    /// @param token null for a host that its TPM makes known
    public Process bootstrap(SimulatedHost host, @Nullable Path token, Duration wait)
            throws IOException {
        return host.bootstrap(verifier.url(), token, verifier.trustRootFile(), wait);
    }

    public void patchGroup(Map<String, Object> settings) throws IOException, InterruptedException {
        Api.Answer answer = verifier.api().request("PATCH", "/v1/groups/" + GROUP, settings);
        if (answer.status() / 100 != 2) {
            throw new IOException("the group was not changed: " + answer.body().lossyText());
        }
    }

    /// A single-use token in a file that only its owner can read.
    public Path enrolToken(String host) throws IOException, InterruptedException {
        return token(host, Map.of("role", "enrol", "group", GROUP, "host", host));
    }

    public Path viewerToken() throws IOException, InterruptedException {
        return token("viewer", Map.of("role", "viewer"));
    }

    private Path token(String name, Map<String, Object> request)
            throws IOException, InterruptedException {
        Path file = Files.createDirectories(folder.resolve("tokens")).resolve(name + ".token");
        Files.deleteIfExists(file);
        JsonNode token = verifier.api().post("/v1/tokens", request);
        PrivateFiles.writeNew(file, Bytes.utf8(token.get("secret").asString() + "\n"));
        return file;
    }

    private void finish(Process process, String what) throws IOException, InterruptedException {
        if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            Programs.stop(process);
            throw new IOException(what + " did not end in time; its log is below " + folder);
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    what + " ended with " + process.exitValue() + "; its log is below " + folder);
        }
    }

    public VerifierProcess verifier() {
        return verifier;
    }

    public GoldenImage image() {
        return image;
    }

    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts);
    }

    /// What the verifier says of a host now.
    public JsonNode state(SimulatedHost host) throws IOException, InterruptedException {
        return verifier.api().get("/v1/hosts/" + host.name());
    }

    @Override
    public void close() {
        for (SimulatedHost host : hosts) {
            host.close();
        }
        verifier.close();
    }
}
