package dev.assay.quote;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.rig.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A software TPM (swtpm) behind a socket of its own, and tpm2-tools that talk to it. Started again
/// over the same folder it is the same TPM after a reset.
final class SoftwareTpm implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Path folder;
    private final Path socket;
    private final Process process;

    /// @param folder its state and all files of the tools; the socket's path must be short
    SoftwareTpm(Path folder) throws IOException {
        this.folder = folder;
        this.socket = folder.resolve("tpm");
        Files.deleteIfExists(socket);
        this.process =
                new ProcessBuilder(
                                "swtpm",
                                "socket",
                                "--tpm2",
                                "--tpmstate",
                                "dir=" + folder,
                                "--server",
                                "type=unixio,path=" + socket,
                                "--ctrl",
                                "type=unixio,path=" + socket + ".ctrl",
                                "--flags",
                                "not-need-init,startup-clear")
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("swtpm.log").toFile()))
                        .start();
        await("swtpm listens")
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Files.exists(socket));
    }

    /// One that a manufacturer certified, whose certificates are then below the authority's folder.
    /// Its endorsement key is RSA.
    static SoftwareTpm manufactured(Path folder, Path authority) throws Exception {
        Files.createDirectories(authority);
        Path config = authority.resolve("setup.conf");
        Path ca = authority.resolve("ca.conf");
        Path options = authority.resolve("ca.options");
        Files.writeString(
                ca,
                "statedir = "
                        + authority
                        + "\nsigningkey = "
                        + authority.resolve("key.pem")
                        + "\nissuercert = "
                        + authority.resolve("issuer.pem")
                        + "\ncertserial = "
                        + authority.resolve("serial")
                        + "\n");
        Files.writeString(
                options,
                "--platform-manufacturer Example\n--platform-version 1\n--platform-model node\n");
        Files.writeString(
                config,
                "create_certs_tool = /usr/bin/swtpm_localca\ncreate_certs_tool_config = "
                        + ca
                        + "\ncreate_certs_tool_options = "
                        + options
                        + "\nactive_pcr_banks = sha256\n");
        Path log = folder.resolve("setup.log");
        Process setup =
                new ProcessBuilder(
                                "swtpm_setup",
                                "--tpm2",
                                "--tpmstate",
                                folder.toString(),
                                "--config",
                                config.toString(),
                                "--create-ek-cert",
                                "--lock-nvram")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!setup.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) || setup.exitValue() != 0) {
            setup.destroyForcibly();
            throw new IOException("swtpm_setup failed: " + Files.readString(log));
        }
        return new SoftwareTpm(folder);
    }

    /// Skips the test where one of the programs is not installed.
    static void requirePrograms() {
        requirePrograms("swtpm", "tpm2_quote");
    }

    static void requirePrograms(String... programs) {
        for (String program : programs) {
            boolean isThere =
                    List.of(System.getenv("PATH").split(":", -1)).stream()
                            .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
            assumeTrue(isThere, program + " is not installed");
        }
    }

    /// Skips the test where the tools lack the library by which they reach a software TPM.
    void requireReachable() throws Exception {
        try {
            finish(List.of("tpm2_pcrread", "sha256:0"));
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            assumeTrue(
                    !message.contains("Could not load tcti"),
                    "libtss2-tcti-swtpm is not installed");
            throw e;
        }
    }

    /// As `--tpm` takes it.
    String address() {
        return "unix:" + socket;
    }

    /// The same TPM after a reset of its machine.
    SoftwareTpm reset() throws IOException {
        close();
        return new SoftwareTpm(folder);
    }

    /// What one of the tools prints.
    String output(String... command) throws Exception {
        finish(List.of(command));
        return Files.readString(folder.resolve("tools.log"));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /// Runs one of tpm2-tools among its files, and drops what it left in the TPM: without a
    /// resource manager three keys fill it.
    void run(String... command) throws Exception {
        finish(List.of(command));
        finish(List.of("tpm2_flushcontext", "--transient-object"));
    }

    private void finish(List<String> command) throws Exception {
        Path log = folder.resolve("tools.log");
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
        builder.environment().put("TPM2TOOLS_TCTI", "swtpm:path=" + socket);
        Process tool = builder.start();
        try {
            if (!tool.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new IOException(command + " failed: " + Files.readString(log));
            }
        } finally {
            tool.destroyForcibly();
        }
    }

    /// As a power cut does.
    @Override
    public void close() {
        Programs.stop(process);
    }
}
