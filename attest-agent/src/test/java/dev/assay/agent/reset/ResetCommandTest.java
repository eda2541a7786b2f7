package dev.assay.agent.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResetCommandTest {
    @TempDir Path folder;
    private final Envelope signed = Envelope.unsigned("test", Bytes.utf8("{}"));
    private final ResetOrder order =
            new ResetOrder(
                    "r1",
                    "web-1",
                    new BootId("7c1f0000-0000-4000-8000-000000000001"),
                    Instant.EPOCH,
                    Instant.EPOCH.plusSeconds(60),
                    "drifted");

    private Path script(String name, String body) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    @Test
    void aCommandThatDoesNotExistIsFoundBeforeItIsNeeded() {
        assertThatThrownBy(() -> ResetCommand.find(List.of("/no/such/reset"), ""))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/no/such/reset");
    }

    @Test
    void aFileThatIsNoProgramIsNoCommand() throws IOException {
        Path file = Files.writeString(folder.resolve("reset"), "#!/bin/sh\n");
        assertThatThrownBy(() -> ResetCommand.find(List.of(file.toString()), ""))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aNameIsLookedForOnThePath() throws IOException {
        script("reset", "exit 0");
        assertThat(ResetCommand.find(List.of("reset", "now"), "/nowhere:" + folder))
                .hasToString(folder.resolve("reset") + " now");
        assertThatThrownBy(() -> ResetCommand.find(List.of("reset"), "/nowhere:."))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void argumentsReachTheProgramAsTheyAreAndNoShellReadsThem() throws Exception {
        Path out = folder.resolve("out");
        Path reset =
                script(
                        "reset",
                        "printf '%s|' \"$@\" \"$ASSAY_HOST\" \"$ASSAY_RESET_ID\""
                                + " \"$SYSTEMCTL_SKIP_AUTO_KEXEC\""
                                + " \"$SYSTEMCTL_SKIP_AUTO_SOFT_REBOOT\" > "
                                + out);
        ResetCommand.find(List.of(reset.toString(), "$(id)", "a b"), "").reset(order, signed);
        assertThat(out).hasContent("$(id)|a b|web-1|r1|1|1|");
    }

    @Test
    void aCommandThatFailsIsSaidToHave() throws IOException {
        Path reset = script("reset", "exit 3");
        assertThatThrownBy(
                        () -> ResetCommand.find(List.of(reset.toString()), "").reset(order, signed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 3");
    }

    @Test
    void whatDoesNotEndIsLeftRunningAtItsDeadline() throws Exception {
        Path reset = script("reset", "exec sleep 5");
        assertThat(
                        ResetCommand.find(List.of(reset.toString()), "")
                                .run(order, Duration.ofMillis(50)))
                .isEmpty();
    }

    @Test
    void aRebootThatHangsFallsToTheForcedOneAndThenToTheKernel() throws Exception {
        Path log = folder.resolve("log");
        Path sysrq = Files.createFile(folder.resolve("sysrq"));
        Path orderly = script("orderly", "echo orderly >> " + log + "; exec sleep 5");
        Path forced = script("forced", "echo forced >> " + log + "; exit 1");
        new Reboot(
                        List.of(
                                new Reboot.Step(find(orderly), Duration.ofMillis(300)),
                                new Reboot.Step(find(forced), Duration.ofMillis(300))),
                        sysrq)
                .reset(order, signed);
        assertThat(log).hasContent("orderly\nforced");
        assertThat(sysrq).hasContent("sb");
    }

    @Test
    void aStepThatCannotBeStartedDoesNotKeepTheNextFromIt() throws Exception {
        Path sysrq = Files.createFile(folder.resolve("sysrq"));
        Path gone = script("gone", "exit 0");
        ResetCommand command = find(gone);
        Files.delete(gone);
        new Reboot(List.of(new Reboot.Step(command, Duration.ofHours(1))), sysrq)
                .reset(order, signed);
        assertThat(sysrq).hasContent("sb");
    }

    private static ResetCommand find(Path program) throws NoSuchFileException {
        return ResetCommand.find(List.of(program.toString()), "");
    }
}
