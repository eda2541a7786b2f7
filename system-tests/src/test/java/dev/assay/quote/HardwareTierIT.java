package dev.assay.quote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.agent.tpm.HostTpm;
import dev.assay.agent.tpm.TpmAddress;
import dev.assay.bytes.Bytes;
import dev.assay.rig.Fleet;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.TreeScope;
import dev.assay.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Hosts whose TPM speaks for them: real programs, a real software TPM that is extended with what
/// its logs say, and a disk of folders.
final class HardwareTierIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String COMMAND_LINE = "root=/dev/vda lockdown=integrity";
    private static final String PROGRAM = "#!/bin/sh\necho golden\n";

    @TempDir private Path folder;
    private @Nullable Fleet fleet;
    private final List<SoftwareTpm> tpms = new ArrayList<>();
    private final List<SimulatedHost> hosts = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        SoftwareTpm.requirePrograms();
        tpm("probe").requireReachable();
        Path source = Files.createDirectories(folder.resolve("source/bin"));
        Files.writeString(source.resolve("program"), PROGRAM);
        fleet =
                new Fleet(
                        Programs.ofSystemProperties(),
                        Files.createDirectories(folder.resolve("fleet")),
                        folder.resolve("source"),
                        TreeScope.write(folder).toString());
        golden().writeLogs(fleet.image().kernel());
        fleet.start(
                Map.of(
                        "mode", "enforce",
                        "intervalMillis", 500,
                        "drainMillis", 500,
                        "resetDeadlineMillis", 600_000,
                        "allowSimulated", true,
                        "budget", "5",
                        "ekTrust", "first-use",
                        "minTier", "hardware",
                        "proof", "hardware"));
    }

    @AfterEach
    void stop() {
        hosts.forEach(SimulatedHost::close);
        if (fleet != null) {
            fleet.close();
        }
        tpms.forEach(SoftwareTpm::close);
    }

    private SoftwareTpm tpm(String name) throws IOException {
        SoftwareTpm tpm = new SoftwareTpm(Files.createDirectories(folder.resolve("t-" + name)));
        tpms.add(tpm);
        return tpm;
    }

    private SoftwareTpm reset(SoftwareTpm tpm) throws IOException {
        SoftwareTpm again = tpm.reset();
        tpms.add(again);
        return again;
    }

    private static MeasuredBoot golden() {
        return booted(COMMAND_LINE);
    }

    private static MeasuredBoot booted(String commandLine) {
        return MeasuredBoot.golden(commandLine)
                .kernelStarts()
                .ran("/init", content("the initial file system"))
                .ran("/bin/program", content(PROGRAM));
    }

    private static Bytes content(String content) {
        return HashAlgorithm.SHA256.digest(Bytes.utf8(content));
    }

    /// A host that has just booted so, with its TPM.
    private SimulatedHost host(String name, SoftwareTpm tpm, MeasuredBoot boot) throws Exception {
        SimulatedHost host = fleet().otherHost(name, folder.resolve("host-" + name));
        hosts.add(host);
        host.attachTpm(tpm.address());
        boot.extend(tpm);
        boot.writeLogs(host.kernel());
        return host;
    }

    private Fleet fleet() {
        if (fleet == null) {
            throw new IllegalStateException("not started");
        }
        return fleet;
    }

    /// @param token null for none
    private int bootstrap(SimulatedHost host, @Nullable Path token) throws Exception {
        Process bootstrap = fleet().bootstrap(host, token, Duration.ofSeconds(15));
        assertThat(bootstrap.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return bootstrap.exitValue();
    }

    private JsonNode awaitState(SimulatedHost host, Predicate<JsonNode> wanted) {
        return await("host " + host.name())
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> fleet().state(host), wanted);
    }

    private static Predicate<JsonNode> is(String state) {
        return host -> host.get("state").asString().equals(state);
    }

    private static void reset(SimulatedHost host) throws IOException {
        await("order for " + host.name())
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(50))
                .until(host::isResetOrdered);
        host.rebootIfOrdered();
    }

    @Test
    void aHostIsAdmittedByItsTpmAndItsResetIsProvedByIt() throws Exception {
        SoftwareTpm tpm = tpm("one");
        MeasuredBoot boot = golden();
        SimulatedHost host = host("web-1", tpm, boot);
        assertThat(bootstrap(host, fleet().enrolToken("web-1"))).isZero();
        host.startAgent();
        JsonNode golden = awaitState(host, is("golden"));
        assertThat(golden.get("tier").asString()).isEqualTo("hardware");
        assertThat(golden.get("tpm").get("ekTrust").asString()).isEqualTo("first-use");
        assertThat(golden.get("vouched").toString()).isEqualTo("[\"boot\",\"executables\"]");

        // A program that is nowhere in the image, and a golden one under another name.
        boot.ran("/tmp/evil", content("evil")).ran("/tmp/hidden", content(PROGRAM));
        boot.writeLogs(host.kernel());
        boot.extend(tpm);
        JsonNode drifted = awaitState(host, found -> found.get("drifts").asLong() == 2);
        assertThat(drifted.get("drift").get("paths").toString())
                .contains("executed/tmp/evil", "executed/tmp/hidden");
        assertThat(drifted.get("admit").asBoolean()).isFalse();

        // It claims a reboot: another boot id over a TPM that counted none.
        reset(host);
        boot.writeLogs(host.kernel());
        host.startAgent();
        JsonNode claimed =
                awaitState(host, found -> found.get("boot").asString().equals(host.boot()));
        assertThat(claimed.get("admit").asBoolean()).isFalse();
        assertThat(claimed.has("lastProof")).isFalse();

        host.stopAgent();
        host.newBoot();
        MeasuredBoot next = golden();
        next.writeLogs(host.kernel());
        next.extend(reset(tpm));
        host.startAgent();
        JsonNode again = awaitState(host, is("golden"));
        assertThat(again.get("lastProof").get("kind").asString()).isEqualTo("hardware");
        JsonNode resets = again.get("lastProof").get("resets");
        assertThat(resets.get("now").asLong()).isEqualTo(resets.get("before").asLong() + 1);
    }

    @Test
    void anotherCommandLineIsNamedByItsEvent() throws Exception {
        SoftwareTpm tpm = tpm("one");
        SimulatedHost host = host("web-1", tpm, booted(COMMAND_LINE + " init=/bin/sh"));
        assertThat(bootstrap(host, fleet().enrolToken("web-1"))).isEqualTo(1);
        JsonNode drifted = fleet().state(host);
        assertThat(drifted.get("drift").get("paths").toString()).contains("boot/pcr8/000-EV_IPL");
        JsonNode drifts = fleet().verifier().api().get("/v1/hosts/web-1/drift");
        assertThat(drifts.toString()).contains("init=/bin/sh");
    }

    @Test
    void aHostWithAnEmptiedDiskIsKnownByItsTpmAndNobodyElseIs() throws Exception {
        SoftwareTpm tpm = tpm("one");
        SimulatedHost host = host("web-1", tpm, golden());
        assertThat(bootstrap(host, fleet().enrolToken("web-1"))).isZero();

        host.newBoot();
        deleteTree(host.state());
        MeasuredBoot boot = golden();
        boot.writeLogs(host.kernel());
        boot.extend(reset(tpm));
        assertThat(bootstrap(host, null)).isZero();
        assertThat(fleet().state(host).get("state").asString()).isEqualTo("golden");

        SimulatedHost impostor = host("web-1", tpm("two"), golden());
        deleteTree(impostor.state());
        assertThat(bootstrap(impostor, fleet().enrolToken("web-1"))).isNotZero();
        assertThat(Files.readString(impostor.log())).contains("tpm-taken");

        SimulatedHost twin = host("web-2", tpm, MeasuredBoot.golden(""));
        assertThat(bootstrap(twin, fleet().enrolToken("web-2"))).isNotZero();
        assertThat(Files.readString(twin.log())).contains("tpm-taken");
    }

    @Test
    void aTpmIsBelievedByItsManufacturerAndByTheList() throws Exception {
        SoftwareTpm.requirePrograms("swtpm_setup", "swtpm_localca");
        Path authority = folder.resolve("authority");
        Path place = Files.createDirectories(folder.resolve("t-made"));
        SoftwareTpm made = SoftwareTpm.manufactured(place, authority);
        tpms.add(made);
        fleet().patchGroup(Map.of("ekTrust", "certificate"));
        SimulatedHost host = host("web-1", made, golden());
        assertThat(bootstrap(host, fleet().enrolToken("web-1"))).isNotZero();
        assertThat(Files.readString(host.log())).contains("untrusted-tpm");

        Path endorsements = fleet().verifier().data().resolve("endorsements");
        Files.createDirectories(endorsements);
        Files.copy(authority.resolve("issuer.pem"), endorsements.resolve("example.pem"));
        assertThat(bootstrap(host, fleet().enrolToken("web-1"))).isZero();
        JsonNode tpm = fleet().state(host).get("tpm");
        assertThat(tpm.get("ekTrust").asString()).isEqualTo("certificate");

        fleet().patchGroup(Map.of("ekTrust", "allow-list"));
        SoftwareTpm bought = tpm("bought");
        SimulatedHost other = host("web-2", bought, golden());
        assertThat(bootstrap(other, fleet().enrolToken("web-2"))).isNotZero();
        String log = Files.readString(other.log());
        assertThat(log).contains("untrusted-tpm");
        Matcher refused = Pattern.compile("endorsement key ([0-9a-f]{64})").matcher(log);
        assertThat(refused.find()).isTrue();
        Files.writeString(endorsements.resolve("allowed"), "# rack 7\n" + refused.group(1) + "\n");
        assertThat(bootstrap(other, fleet().enrolToken("web-2"))).isZero();

        // Who is banned is banned with his TPM, whatever he calls himself.
        fleet().verifier().api().post("/v1/hosts/web-2/ban", Map.of("reason", "test"));
        SimulatedHost renamed = host("web-3", bought, MeasuredBoot.golden(""));
        assertThat(bootstrap(renamed, fleet().enrolToken("web-3"))).isNotZero();
        assertThat(Files.readString(renamed.log())).contains("banned");
    }

    @Test
    void manyAttestationsLeaveNothingInTheTpm() throws Exception {
        SoftwareTpm tpm = tpm("one");
        SimulatedHost host = host("web-1", tpm, golden());
        assertThat(bootstrap(host, fleet().enrolToken("web-1"))).isZero();
        host.startAgent();
        long first = fleet().state(host).get("sequence").asLong();
        awaitState(host, found -> found.get("sequence").asLong() >= first + 10);
        host.stopAgent();
        String left =
                tpm.output("tpm2_getcap", "handles-transient")
                        + tpm.output("tpm2_getcap", "handles-loaded-session")
                        + tpm.output("tpm2_getcap", "handles-saved-session");
        assertThat(left).isBlank();
    }

    /// A TPM that lost its power counts a guess against each key whose authorization it guards.
    @Test
    void aMachineWhosePowerIsCutAgainAndAgainIsStillBelieved() throws Exception {
        SoftwareTpm tpm = tpm("one");
        for (int cut = 0; cut < 12; cut++) {
            try (HostTpm host = new HostTpm(TpmAddress.parse(tpm.address()))) {
                assertThat(host.quote(Bytes.utf8("nonce")).attest().isEmpty()).isFalse();
            }
            tpm = reset(tpm);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path done, @Nullable IOException e)
                            throws IOException {
                        Files.delete(done);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
