package dev.assay.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.rig.Programs;
import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// How an orchestrator that has nothing but curl asks.
final class CurlIT {
    private static final Path CURL = Path.of("/usr/bin/curl");
    private static final int MAX_BYTES = 1 << 20;

    @TempDir private Path folder = Path.of("");

    @Test
    void curlWithAnOrchestratorsTokenGetsStateAndAdmitLine()
            throws IOException, InterruptedException, MalformedInputException {
        assumeTrue(Files.isExecutable(CURL), "curl is not installed");
        try (SmallFleet small = new SmallFleet(folder, Map.of("intervalMillis", 10_000))) {
            SimulatedHost host = small.addHost("node-7");
            small.awaitHost(host, SmallFleet::admitted);
            Path data = small.fleet().verifier().data();
            Path token = folder.resolve("orchestrator.token");
            Programs.ofSystemProperties()
                    .runVerifier(
                            List.of(
                                    "token",
                                    "create",
                                    "--role",
                                    "orchestrator",
                                    "--out",
                                    token.toString(),
                                    "--data",
                                    data.toString()),
                            folder.resolve("token.log"),
                            SmallFleet.DEADLINE);
            String url = small.fleet().verifier().url() + "/v1/hosts/node-7";

            JsonNode answer =
                    curl(data, url, "Authorization: Bearer " + Files.readString(token).strip());
            assertThat(answer.get("state").asString()).isEqualTo("golden");
            assertThat(answer.get("admit").asBoolean()).isTrue();
            assertThat(answer.get("because").asString()).contains("web-nodes #1");

            JsonNode refused = curl(data, url, "Accept: application/json");
            assertThat(refused.get("status").asInt()).isEqualTo(401);
        }
    }

    /// The header goes in by standard input: a token is not for the process list.
    private static JsonNode curl(Path data, String url, String header)
            throws IOException, InterruptedException, MalformedInputException {
        List<String> command = new ArrayList<>(List.of(CURL.toString(), "--silent"));
        command.addAll(List.of("--cacert", data.resolve("tls.pem").toString()));
        command.addAll(List.of("--max-time", "20", "--header", "@-", url));
        Process curl = new ProcessBuilder(command).start();
        try (var in = curl.getOutputStream()) {
            in.write(Bytes.utf8(header + "\n").toArray());
        }
        Bytes answer = Bytes.copyOf(curl.getInputStream().readAllBytes());
        assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).isZero();
        return Json.parseTree(answer, MAX_BYTES);
    }
}
