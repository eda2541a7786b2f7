package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which capability each means needs, asked of the kernel by a program that has no other.
final class WatchPrivilegeTest {
    private static final String NONE = "-all";

    @TempDir Path folder;

    private String probe(String... setpriv) throws Exception {
        Path deep = Files.createDirectory(folder.resolve("deep"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>(List.of("setpriv"));
        command.addAll(List.of(setpriv));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WatchProbe.class.getName(),
                        folder.toString()));
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
        boolean root = ProcessHandle.current().info().user().orElse("").equals("root");
        assumeTrue(root, "only root gives capabilities away");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void withoutCapabilitiesDirectoriesAreWatchedOneByOne() throws Exception {
        assertThat(probe("--bounding-set", NONE, "--inh-caps", NONE))
                .startsWith("INOTIFY")
                .contains("fs/deep/file", "fanotify");
    }

    @Test
    void withoutTheCapabilityForMarksDirectoriesAreWatchedOneByOne() throws Exception {
        assertThat(probe("--bounding-set", "-sys_admin", "--inh-caps", NONE))
                .startsWith("INOTIFY")
                .contains("fs/deep/file", "fanotify_mark: errno 1");
    }

    @Test
    void withoutTheCapabilityForHandlesDirectoriesAreWatchedOneByOne() throws Exception {
        assertThat(probe("--bounding-set", "-dac_read_search", "--inh-caps", NONE))
                .startsWith("INOTIFY")
                .contains("fs/deep/file", "open_by_handle_at: errno 1");
    }

    @Test
    void userWithTwoCapabilitiesWatchesFilesystems() throws Exception {
        String two = "+sys_admin,+dac_read_search";
        String output =
                probe(
                        "--reuid",
                        "65534",
                        "--regid",
                        "65534",
                        "--clear-groups",
                        "--inh-caps",
                        two,
                        "--ambient-caps",
                        two,
                        "--no-new-privs");
        assertThat(output).startsWith("FANOTIFY").contains("fs/deep/file").endsWith("-\n");
    }
}
