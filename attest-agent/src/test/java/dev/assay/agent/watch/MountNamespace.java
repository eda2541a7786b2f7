package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A mount table of its own, whose mounts are gone with it. It is looked at through a process in
/// it, as the host's own is through PID 1.
final class MountNamespace implements AutoCloseable {
    private final Process holder;

    private MountNamespace(Process holder) {
        this.holder = holder;
    }

    static MountNamespace open() throws IOException, InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder("unshare", "-m", "bash", "-c", "echo ready; exec sleep 600")
                            .start();
        } catch (IOException e) {
            assumeTrue(false, "no unshare: " + e.getMessage());
            throw e;
        }
        boolean ready = process.inputReader().readLine() != null;
        assumeTrue(ready, "no mount namespace of its own is permitted");
        return new MountNamespace(process);
    }

    Path root() {
        return Path.of("/proc/" + holder.pid() + "/root");
    }

    void run(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        "nsenter",
                                        "-t",
                                        Long.toString(holder.pid()),
                                        "-m",
                                        "bash",
                                        "-ec",
                                        script))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", script, output).isZero();
    }

    @Override
    public void close() {
        holder.destroy();
        holder.onExit().join();
    }
}
