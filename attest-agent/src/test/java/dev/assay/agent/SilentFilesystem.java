package dev.assay.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A FUSE filesystem that keeps some answers back, in a mount namespace of its own. It has `a`, `d`
/// with `x`, `hang`, `many` with `f0` to `f19`, and `z`.
public final class SilentFilesystem implements AutoCloseable {
    private final Path mount;
    private final Process server;

    private SilentFilesystem(Path mount, Process server) {
        this.mount = mount;
        this.server = server;
    }

    /// Skips the test where there can be none.
    ///
    /// @param silent each OPCODE:NAME, opcodes as in linux/fuse.h
    public static SilentFilesystem serve(String... silent) throws IOException {
        Path mount = Files.createTempDirectory("assay-silent");
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "-m", "python3", "-c", script(), mount.toString()));
        command.addAll(Arrays.asList(silent));
        Process server;
        try {
            server =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            Files.delete(mount);
            assumeTrue(false, "no unshare to serve with");
            throw e;
        }
        boolean mounted = "mounted".equals(server.inputReader().readLine());
        if (!mounted) {
            server.destroy();
            Files.delete(mount);
        }
        assumeTrue(mounted, "serving a file system needs root, python3 and FUSE");
        return new SilentFilesystem(mount, server);
    }

    private static String script() throws IOException {
        try (InputStream in = SilentFilesystem.class.getResourceAsStream("silent_fuse.py")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Through the server's namespace: nobody else has it mounted.
    public Path root() {
        return Path.of("/proc/" + server.pid() + "/root").resolve(Path.of("/").relativize(mount));
    }

    /// Answers what was kept back, and from now on everything.
    public void answer() throws IOException {
        server.outputWriter().write("answer\n");
        server.outputWriter().flush();
    }

    @Override
    public void close() throws IOException {
        server.destroyForcibly();
        try {
            int ignored = server.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(mount);
    }
}
