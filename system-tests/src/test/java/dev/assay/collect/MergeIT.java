package dev.assay.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.rig.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two hosts of one image, from the first captures to a baseline by which both are golden.
final class MergeIT {
    private static final String SCOPE =
            """
            {"name":"image","version":1,"description":"","rules":[
            {"path":"fs","class":"immutable","reason":"a test","survivesReset":false},
            {"path":"kernel/sysctl","class":"immutable","reason":"a test","survivesReset":false}]}\
            """;

    @TempDir private Path folder = Path.of("");
    private Path one = Path.of("");
    private Path other = Path.of("");

    private record Ended(int exit, String said) {}

    @BeforeEach
    void makeHosts() throws IOException {
        one = host("one");
        other = host("other");
        Files.writeString(folder.resolve("scope.json"), SCOPE);
        write(one, "root/etc/machine-id", "1111");
        write(other, "root/etc/machine-id", "2222");
        Files.createSymbolicLink(one.resolve("root/etc/current"), Path.of("a"));
        Files.createSymbolicLink(other.resolve("root/etc/current"), Path.of("b"));
        write(one, "root/var/log/app.log", "began\n");
        write(other, "root/var/log/app.log", "began\nand went on\n");
        write(other, "root/var/log/app.log.1", "older");
        write(other, "root/var/lib/app/state", "only here");
        write(one, "proc/sys/vm/swappiness", "10\n");
        write(other, "proc/sys/vm/swappiness", "60\n");
        write(other, "proc/sys/net/extra", "1\n");
    }

    private Path host(String name) throws IOException {
        Path host = Files.createDirectory(folder.resolve(name));
        write(host, "root/usr/bin/ls", "the real ls");
        write(host, "proc/sys/kernel/arch", "x86_64\n");
        for (String made : List.of("sys", "root/var/lib/app", "root/var/log", "proc/sys/net")) {
            Files.createDirectories(host.resolve(made));
        }
        return host;
    }

    private static void write(Path host, String path, String content) throws IOException {
        Path file = host.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, content);
    }

    private Ended run(Path program, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(Programs.starter(program));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        File said = folder.resolve("said.txt").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said);
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(said.toPath()));
    }

    private Ended agent(String command, Path host, Object... more) throws Exception {
        List<Object> words = new ArrayList<>(List.of(command, "--root", host.resolve("root")));
        words.addAll(List.of("--kernel-from", host));
        words.addAll(List.of(more));
        return run(Programs.agentJar(), words.toArray());
    }

    private Path capture(Path host, Path scope, String name) throws Exception {
        Path out = folder.resolve(name);
        Ended ended =
                agent(
                        "capture",
                        host,
                        "--scope",
                        scope,
                        "--channel",
                        "web",
                        "--serial",
                        "1",
                        "--out",
                        out);
        assertThat(ended.exit()).as(ended.said()).isZero();
        return out;
    }

    private Ended verifier(Object... arguments) throws Exception {
        return run(Programs.verifierJar(), arguments);
    }

    // A proposal under which the same hosts differ again would be none.
    @Test
    void whatIsProposedAndAcceptedJoinsTheSameHostsAndBothAreGolden() throws Exception {
        Path scope = folder.resolve("scope.json");
        Path proposed = folder.resolve("proposed.json");
        Path merged = folder.resolve("merged.golden");
        Path first = capture(one, scope, "one-1.golden");
        Path second = capture(other, scope, "other-1.golden");

        Ended differs =
                verifier(
                        "baseline",
                        "merge",
                        first,
                        second,
                        "--out",
                        merged,
                        "--propose",
                        proposed,
                        "--scope-name",
                        "accepted");
        assertThat(differs.exit()).as(differs.said()).isOne();
        assertThat(differs.said()).contains("7 differences, 0 of them to decide by hand");
        assertThat(merged).doesNotExist();

        first = capture(one, proposed, "one-2.golden");
        second = capture(other, proposed, "other-2.golden");
        Ended joined = verifier("baseline", "merge", first, second, "--out", merged);
        assertThat(joined.exit()).as(joined.said()).isZero();
        assertThat(joined.said()).contains("/var/log/app.log may grow");

        verifier("keygen", "--out", folder.resolve("keys"), "--name", "golden");
        Path key = folder.resolve("keys/golden.key");
        Ended signed = verifier("baseline", "sign", "--key", key, "--in", merged, "--out", merged);
        assertThat(signed.exit()).as(signed.said()).isZero();
        for (Path host : List.of(one, other)) {
            Ended checked = check(host, merged);
            assertThat(checked.exit()).as(checked.said()).isZero();
        }
        write(other, "root/var/lib/app/state", "#!/bin/sh\n");
        assertThat(check(other, merged).exit()).as("the tripwire").isOne();
    }

    private Ended check(Path host, Path baseline) throws Exception {
        return agent(
                "check",
                host,
                "--baseline",
                baseline,
                "--trust",
                folder.resolve("keys/golden.pub.pem"));
    }
}
