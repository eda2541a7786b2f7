package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.watch.Watcher.Means;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.tree.NodePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CulpritsTest {
    private static final String ID = "0123456789abcdef".repeat(4);

    @Test
    void loginUidIsAbsentWhereNobodyLoggedIn() {
        assertThat(Culprits.loginUid("4294967295")).isNull();
        assertThat(Culprits.loginUid("1000\n")).isEqualTo(1000L);
        assertThat(Culprits.loginUid("")).isNull();
        assertThat(Culprits.loginUid("-1")).isNull();
        assertThat(Culprits.loginUid("99999999999999999999")).isNull();
    }

    @Test
    void containerIsTheInnermostIdInTheControlGroup() {
        String outer = "f".repeat(64);
        assertThat(Culprits.container("0::/docker/" + ID + "\n")).isEqualTo(ID);
        assertThat(Culprits.container("0::/kubepods.slice/cri-containerd-" + ID + ".scope\n"))
                .isEqualTo(ID);
        assertThat(Culprits.container("0::/" + outer + "/libpod-" + ID)).isEqualTo(ID);
        assertThat(Culprits.container("0::/system.slice/ssh.service\n")).isNull();
        assertThat(Culprits.container("0::/" + "a".repeat(63))).isNull();
    }

    @Test
    void whatAProcessCallsItselfIsEscapedAndCutSoThatItCanBeReadBack() throws Exception {
        Bytes name = Bytes.utf8("/tmp/\u001b[2J").plus(Bytes.ofHex("ff".repeat(4_000)));
        String program = Culprit.of(1, name, null, null).program();
        assertThat(program).startsWith("/tmp/%1B[2J%FF").hasSizeBetween(250, 256);
        assertThat(EscapedText.parse(program))
                .isEqualTo(name.slice(0, 9 + (program.length() - 11) / 3));
    }

    @Test
    void programThatWroteIsNamed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Watched watched = Watched.open(folder, Means.FANOTIFY)) {
            Files.writeString(file, "y");
            watched.requireTold("file");
            List<Culprit> culprits =
                    watched.hints.stream()
                            .filter(hint -> hint.path().equals(NodePath.of("fs/file")))
                            .map(Hint::culprit)
                            .filter(Objects::nonNull)
                            .toList();
            assertThat(culprits)
                    .isNotEmpty()
                    .allSatisfy(
                            culprit -> {
                                assertThat(culprit.pid()).isEqualTo(ProcessHandle.current().pid());
                                assertThat(culprit.program()).endsWith("/java");
                            });
        }
    }
}
