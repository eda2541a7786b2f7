package dev.assay.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.rig.Programs;
import dev.assay.rig.VerifierProcess;
import dev.assay.terraform.Program.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `golden-baseline` with the real terraform and agent against a verifier that serves.
final class GoldenBaselineIT {
    private static final String CHANNEL = "web-nodes";
    private static final String MODULE = "modules/golden-baseline";
    private static final Pattern DIGEST = Pattern.compile("(?m)^digest = \"([0-9a-f]{64})\"$");

    @TempDir private Path folder = Path.of("");

    private Modules modules = Modules.NONE;
    private Programs programs = new Programs(Path.of(""), Path.of(""));
    private VerifierProcess verifier = new VerifierProcess(programs, folder);

    @BeforeEach
    void serve() throws IOException, InterruptedException {
        modules = Modules.copyTo(Files.createDirectory(folder.resolve("terraform")));
        programs = Programs.ofSystemProperties();
        verifier = new VerifierProcess(programs, folder);
        verifier.init();
        verifier.start();
        verifier.api().post("/v1/groups", Map.of("name", CHANNEL, "channel", CHANNEL));
    }

    @AfterEach
    void end() {
        verifier.close();
    }

    @Test
    void liveTestsPassAndTheirDigestsAreThoseThatTheVerifierLists()
            throws IOException, InterruptedException {
        Program module = modules.in(MODULE, variables());
        module.succeed("init", "-backend=false", "-test-directory=tests-live", "-no-color");

        String tested =
                module.succeed("test", "-test-directory=tests-live", "-verbose", "-no-color");

        assertThat(tested)
                .contains("Success! 3 passed, 0 failed.")
                .contains("No changes. Your infrastructure matches");
        assertThat(digests(tested)).hasSize(2).doesNotHaveDuplicates();
        assertThat(listed()).isEqualTo(digests(tested).reversed());
    }

    /// The verifier is away when the captured file is to be published, and later an answer of it is
    /// lost: the file that was captured is published, and publishing it again does no harm.
    @Test
    void interruptedPublicationGoesOnWithTheFileThatWasCaptured()
            throws IOException, InterruptedException {
        Program module = modules.in(MODULE, variables());
        module.succeed("init", "-backend=false", "-no-color");
        verifier.kill();
        Ended away = module.run("apply", "-auto-approve", "-no-color");
        byte[] captured = Files.readAllBytes(golden());
        verifier.start();

        String applied = module.succeed("apply", "-auto-approve", "-no-color");
        String again =
                module.succeed(
                        "apply", "-auto-approve", "-replace=terraform_data.publish", "-no-color");

        assertThat(away.exitCode()).isOne();
        assertThat(applied).doesNotContain("terraform_data.capture: Creating");
        assertThat(golden()).hasBinaryContent(captured);
        assertThat(digests(again)).isEqualTo(digests(applied)).isEqualTo(listed()).hasSize(1);
        // 0 says that there is nothing to do; changes would be 2.
        module.succeed("plan", "-detailed-exitcode", "-no-color");
    }

    private Map<String, String> variables() throws IOException {
        Path root = Files.createDirectories(folder.resolve("golden/usr/bin"));
        Files.writeString(root.resolve("greet"), "#!/bin/sh\necho hello\n");
        Files.createSymbolicLink(root.resolve("hello"), Path.of("greet"));
        Path bin = folder.resolve("bin");
        Map<String, String> values = new HashMap<>();
        values.put("root", folder.resolve("golden").toString());
        values.put("scope", "tree");
        values.put("channel", CHANNEL);
        values.put("serial", "1");
        values.put("signing_key_file", verifier.data().resolve("keys/baseline.key").toString());
        values.put("verifier_url", verifier.url().toString());
        values.put("token_file", verifier.data().resolve("operator.token").toString());
        values.put("trust_root_file", verifier.trustRootFile().toString());
        values.put("out_file", golden().toString());
        Path agent = Launcher.write(bin.resolve("attest-agent"), Programs.agentJar());
        values.put("attest_agent", agent.toString());
        Path program = Launcher.write(bin.resolve("attest-verifier"), Programs.verifierJar());
        values.put("attest_verifier", program.toString());
        return values;
    }

    private Path golden() {
        return folder.resolve("out/live.golden");
    }

    /// The output values, in the order of the runs.
    private static List<String> digests(String printed) {
        return DIGEST.matcher(printed).results().map(found -> found.group(1)).toList();
    }

    /// The newest first.
    private List<String> listed() throws IOException, InterruptedException {
        List<String> digests = new ArrayList<>();
        for (JsonNode baseline : verifier.api().get("/v1/baselines").get("baselines")) {
            digests.add(baseline.get("name").get("digest").asString());
        }
        return digests;
    }
}
