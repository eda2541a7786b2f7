package dev.assay.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.rig.Api;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import dev.assay.rig.VerifierProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a host that drifted shows before it is reset, from the agent's disk to an operator's.
final class ExhibitsIT {
    private static final String PROGRAM = "bin/program-3";

    @TempDir private Path folder = Path.of("");

    @Test
    void whatDriftedCanBeSavedByAnOperatorAndByNobodyElse()
            throws IOException, InterruptedException, MalformedInputException {
        try (SmallFleet small = new SmallFleet(folder, Map.of("exhibits", true))) {
            SimulatedHost host = small.addHost("web");
            host.stopAgent();
            Path noted = folder.resolve("noted");
            host.startAgent(
                    List.of(
                            "--exhibit-path",
                            "/bin/**",
                            "--pre-reset-hook",
                            hook(noted).toString()));
            Files.writeString(host.file(PROGRAM), "#!/bin/sh\nevil\n");
            Files.writeString(host.file("bin/stolen.key"), "-----BEGIN PRIVATE KEY-----");
            small.awaitReboot(host);

            VerifierProcess verifier = small.fleet().verifier();
            String reset = onlyReset(verifier);
            assertThat(Files.readString(noted).strip()).isEqualTo("web " + reset);
            String path = "/v1/resets/" + reset + "/exhibits";
            Api.Answer answer = verifier.api().request("GET", path, "");
            assertThat(answer.status()).isEqualTo(200);
            Exhibits exhibits = Exhibits.unpack(answer.body());
            assertThat(exhibits.host()).isEqualTo("web");
            assertThat(exhibits.files())
                    .filteredOn(file -> file.path().toString().equals("fs/" + PROGRAM))
                    .extracting(FileExhibit::content)
                    .containsExactly(Bytes.utf8("#!/bin/sh\nevil\n"));
            assertThat(exhibits.omitted())
                    .extracting(omitted -> omitted.path().toString())
                    .contains("fs/bin/stolen.key");
            assertThat(refusedTo("viewer", verifier, path)).isEqualTo(403);
            assertThat(refusedTo("orchestrator", verifier, path)).isEqualTo(403);
            assertThat(verifier.api().text("/v1/events")).contains("exhibits-received");
            requireSavedByCommand(verifier, reset, answer.body());
            small.awaitState(host, "golden");
        }
    }

    @Test
    void nothingIsHandedInWhereTheGroupDoesNotWantIt() throws IOException, InterruptedException {
        try (SmallFleet small = new SmallFleet(folder, Map.of())) {
            SimulatedHost host = small.addHost("web");
            host.stopAgent();
            host.startAgent(List.of("--exhibit-path", "/bin/**"));
            Files.writeString(host.file(PROGRAM), "evil");
            small.awaitReboot(host);
            VerifierProcess verifier = small.fleet().verifier();
            String path = "/v1/resets/" + onlyReset(verifier) + "/exhibits";
            assertThat(verifier.api().request("GET", path, "").status()).isEqualTo(404);
        }
    }

    private Path hook(Path noted) throws IOException {
        Path hook = folder.resolve("hook");
        Files.writeString(
                hook, "#!/bin/sh\necho \"$ASSAY_HOST $ASSAY_RESET_ID\" > '" + noted + "'\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
        return hook;
    }

    private static String onlyReset(VerifierProcess verifier)
            throws IOException, InterruptedException {
        JsonNode resets = verifier.api().get("/v1/resets").get("resets");
        assertThat(resets.size()).isEqualTo(1);
        return resets.get(0).get("id").asString();
    }

    private static int refusedTo(String role, VerifierProcess verifier, String path)
            throws IOException, InterruptedException {
        String secret =
                verifier.api().post("/v1/tokens", Map.of("role", role)).get("secret").asString();
        try (Api api = verifier.open(secret)) {
            return api.request("GET", path, "").status();
        }
    }

    private void requireSavedByCommand(VerifierProcess verifier, String reset, Bytes sent)
            throws IOException, InterruptedException {
        Path saved = folder.resolve("exhibits.json.gz");
        List<String> command =
                List.of(
                        "reset",
                        "exhibits",
                        reset,
                        "--out",
                        saved.toString(),
                        "--list",
                        "--data",
                        verifier.data().toString());
        Path log = folder.resolve("exhibits.log");
        Programs.ofSystemProperties().runVerifier(command, log, SmallFleet.DEADLINE);
        assertThat(Bytes.copyOf(Files.readAllBytes(saved))).isEqualTo(sent);
        assertThat(Files.getPosixFilePermissions(saved))
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(Files.readString(log)).contains("UNATTESTED", "fs/" + PROGRAM);
    }
}
