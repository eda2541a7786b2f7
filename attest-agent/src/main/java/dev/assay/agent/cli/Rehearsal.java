package dev.assay.agent.cli;

import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the build runs once under `-XX:AOTCacheOutput`, so that the JVM knows the classes that a
/// command needs before it starts (JEP 514), and the methods that are worth compiling (JEP 515):
/// help, and a small host captured, held against its baseline and measured by full and incremental
/// passes. The agent itself never calls it.
///
/// An error fails the build: a cache of half of the classes would be slow without a word.
final class Rehearsal {
    /// What is called for each folder has to be called often enough for the compiler, too.
    private static final int FOLDERS = 400;

    private static final int FILES_PER_FOLDER = 5;
    private static final int LARGE_FILES = 4;
    private static final int LARGE_BYTES = (1 << 20) + 1;

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("assay-rehearsal");
        String host = makeHost(folder.resolve("host")).toString();
        String index = folder.resolve("index").toString();
        String key = folder.resolve("key").toString();
        String golden = folder.resolve("host.golden").toString();
        SigningKey signer = SigningKey.generate(KeyType.ED25519);
        signer.writeNew(Path.of(key));
        String trust =
                Files.writeString(folder.resolve("key.pub"), signer.verificationKey().pem())
                        .toString();

        run("--version");
        run("--help");
        run("check", "--help");
        run(
                "capture",
                "--root=" + host,
                "--scope=tree",
                "--channel=rehearsal",
                "--serial=1",
                "--sign=" + key,
                "--out=" + golden);
        run("check", "--root=" + host, "--baseline=" + golden, "--trust=" + trust);
        run("check", "--root=" + host, "--baseline=" + golden, "--trust=" + trust, "--json");
        run("measure", "--root=" + host, "--scope=tree");
        for (String content : List.of("first", "second", "third")) {
            Files.writeString(folder.resolve("host/changing"), content);
            run("measure", "--root=" + host, "--scope=tree", "--index=" + index);
            run("measure", "--root=" + host, "--scope=tree", "--index=" + index);
        }
        run("measure", "--root=/proc/self/fdinfo", "--kernel-from=/", "--scope=debian-host");
    }

    private static Path makeHost(Path host) throws IOException {
        for (int i = 0; i < FOLDERS; i++) {
            Path folder = Files.createDirectories(host.resolve("usr/share/package-" + i));
            for (int j = 0; j < FILES_PER_FOLDER; j++) {
                Files.writeString(folder.resolve("file-" + j), "content ".repeat(i % 100));
            }
            Files.createSymbolicLink(folder.resolve("link"), Path.of("file-1"));
        }
        for (int i = 0; i < LARGE_FILES; i++) {
            Files.write(host.resolve("usr/large-" + i), new byte[LARGE_BYTES]);
        }
        return host;
    }

    private static void run(String... arguments) {
        PrintWriter out = AgentMain.writer(FileDescriptor.out);
        PrintWriter err = AgentMain.writer(FileDescriptor.err);
        int exit = AgentMain.run(arguments, out, err);
        if (exit != ExitCode.GOLDEN && exit != ExitCode.UNDETERMINED) {
            throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exit);
        }
    }
}
