package dev.assay.agent.cli;

import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the build runs once under `-XX:AOTCacheOutput`, so that the JVM knows the classes that a
/// command needs before it starts (JEP 514): help, and a small host captured, held against its
/// baseline and measured. The agent itself never calls it.
///
/// An error fails the build: a cache of half of the classes would be slow without a word.
final class Rehearsal {
    private static final int FILES = 200;

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("assay-rehearsal");
        Path root = Files.createDirectories(folder.resolve("host/usr/bin"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(root.resolve("program-" + i), "program ".repeat(i));
        }
        String host = folder.resolve("host").toString();
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
        run("measure", "--root=/proc/self/fdinfo", "--kernel-from=/", "--scope=debian-host");
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
