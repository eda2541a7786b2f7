package dev.assay.agent.collect.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DpkgDatabaseTest {
    @TempDir Path root;

    @Test
    void aFileHasItsPackageAndVersion() throws IOException {
        list("openssh-client", "/.", "/usr", "/usr/bin", "/usr/bin/ssh");
        status("openssh-client", "amd64", "1:9.2p1-2+deb12u7");
        assertThat(lookup("/usr/bin/ssh", "/usr/bin/.x"))
                .containsExactly(
                        Map.entry(Bytes.utf8("/usr/bin/ssh"), "openssh-client 1:9.2p1-2+deb12u7"));
    }

    @Test
    void aListWithAnArchitectureTakesThatArchitecturesVersion() throws IOException {
        list("libc6:amd64", "/usr/lib/x86_64-linux-gnu/libc.so.6");
        status("libc6", "i386", "1");
        status("libc6", "amd64", "2");
        assertThat(lookup("/usr/lib/x86_64-linux-gnu/libc.so.6")).containsValue("libc6 2");
    }

    @Test
    void binIsThatOfUsrOnlyWhereItIsALink() throws IOException {
        list("coreutils", "/bin/ls");
        assertThat(lookup("/usr/bin/ls")).isEmpty();
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        assertThat(lookup("/usr/bin/ls")).containsValue("coreutils");
        assertThat(lookup("/bin/ls")).containsOnlyKeys(Bytes.utf8("/bin/ls"));
    }

    @Test
    void aDivertedFileIsFoundWhereItLies() throws IOException {
        list("dash", "/bin/sh");
        list("other-shell", "/bin/sh");
        write("diversions", "/bin/sh\n/bin/sh.distrib\nother-shell\n");
        assertThat(lookup("/bin/sh", "/bin/sh.distrib"))
                .containsOnly(
                        Map.entry(Bytes.utf8("/bin/sh"), "other-shell"),
                        Map.entry(Bytes.utf8("/bin/sh.distrib"), "dash"));
    }

    @Test
    void anAdministratorsDiversionHasNoOwner() throws IOException {
        list("dash", "/bin/sh");
        write("diversions", "/bin/sh\n/bin/sh.distrib\n:\n");
        assertThat(lookup("/bin/sh")).isEmpty();
    }

    @Test
    void aNameOrVersionThatIsNoneIsNotPrinted() throws IOException {
        list("Evil\u001b[2J", "/usr/bin/a");
        list("good", "/usr/bin/b");
        status("good", "amd64", "1\u001b[2J");
        assertThat(lookup("/usr/bin/a", "/usr/bin/b"))
                .containsOnly(Map.entry(Bytes.utf8("/usr/bin/b"), "good"));
    }

    @Test
    void aListWithoutLineFeedsIsPassedOver() throws IOException {
        byte[] endless = new byte[8 << 20];
        Arrays.fill(endless, (byte) 'x');
        Files.createDirectories(root.resolve("var/lib/dpkg/info"));
        Files.write(root.resolve("var/lib/dpkg/info/a.list"), endless);
        list("b", "/usr/bin/b");
        assertThat(lookup("/usr/bin/b")).containsValue("b");
    }

    @Test
    void aPipeInPlaceOfAListIsNotWaitedFor() throws Exception {
        list("b", "/usr/bin/b");
        Process made =
                new ProcessBuilder("mkfifo", root.resolve("var/lib/dpkg/info/a.list").toString())
                        .start();
        Assumptions.assumeTrue(made.waitFor(10, TimeUnit.SECONDS), "no mkfifo");
        assertThat(lookup("/usr/bin/b")).containsValue("b");
    }

    @Test
    void aLinkOutOfTheRootIsNotFollowed() throws IOException {
        Path host = Files.createDirectories(root.resolve("host/var/lib/dpkg/info"));
        Path outside = Files.writeString(root.resolve("outside"), "/usr/bin/a\n");
        Files.createSymbolicLink(host.resolve("a.list"), outside);
        assertThat(PackageOwners.of(root.resolve("host")).lookup(Set.of(Bytes.utf8("/usr/bin/a"))))
                .isEmpty();
    }

    @Test
    void thisHostsOwnProgramsHaveOwners() {
        Assumptions.assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "no Debian host");
        Bytes dpkg = Bytes.utf8("/usr/bin/dpkg");
        assertThat(PackageOwners.of(Path.of("/")).lookup(Set.of(dpkg)).get(dpkg))
                .startsWith("dpkg 1.");
    }

    private void list(String name, String... paths) throws IOException {
        write("info/" + name + ".list", String.join("\n", paths) + "\n");
    }

    private void status(String name, String architecture, String version) throws IOException {
        Path status = root.resolve("var/lib/dpkg/status");
        String before = Files.exists(status) ? Files.readString(status) : "";
        write(
                "status",
                before
                        + """
                Package: %s
                Status: install ok installed
                Architecture: %s
                Version: %s
                Description: x
                 Package: y

                """
                                .formatted(name, architecture, version));
    }

    private void write(String name, String content) throws IOException {
        Path file = root.resolve("var/lib/dpkg").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private SortedMap<Bytes, String> lookup(String... paths) {
        Set<Bytes> asked = Arrays.stream(paths).map(Bytes::utf8).collect(Collectors.toSet());
        return Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> PackageOwners.of(root).lookup(asked));
    }
}
