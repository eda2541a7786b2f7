package dev.assay.verifier.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Executor.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandExecutorTest {
    @TempDir private Path folder;

    private Outcome run(String... lines) throws IOException, InterruptedException {
        return executor(lines).reset(Given.task());
    }

    private CommandExecutor executor(String... lines) throws IOException {
        Path script = Given.script(folder.resolve("reset"), lines);
        return CommandExecutor.of("bmc", List.of(script.toString()), Given.LONG, Given.CLOCK);
    }

    @Test
    void commandThatEndsWellIsDoneWithoutReceipt() throws Exception {
        assertThat(run("echo power cycled")).isEqualTo(new Outcome.Done("power cycled%0A", null));
    }

    @Test
    void taskIsInTheEnvironment() throws Exception {
        String said = run("env | grep '^ASSAY_' | sort | sed 's/^ASSAY_//' | paste -sd,").output();
        assertThat(said)
                .startsWith(
                        "BOOT="
                                + Given.BOOT
                                + ",HOST=web-1,PLATFORM_ID=i-0abc,"
                                + "REASON=fs/usr/bin/ls changed,REMEDY=replacement,RESET_ID=r7");
    }

    @Test
    void taskIsADocumentOnStandardInput() throws Exception {
        run("cat > " + folder.resolve("task.json"));
        Bytes told = Bytes.copyOf(Files.readAllBytes(folder.resolve("task.json")));
        assertThat(Json.parse(told, TaskDocument.class, 4096))
                .isEqualTo(TaskDocument.of("bmc", Given.task()));
    }

    @Test
    void statusOtherThanZeroFailsWithWhatWasSaidOnBothStreams() throws Exception {
        assertThat(run("echo tried", "echo no such node >&2", "exit 3"))
                .isEqualTo(
                        new Outcome.Failed(
                                "the command ended with status 3",
                                "tried%0A | stderr: no such node%0A"));
    }

    @Test
    void lastLineWithARecordGivesTheReceipt() throws Exception {
        assertThat(
                        run(
                                "echo stopping",
                                "echo '{\"restarted\":true,\"id\":\"op-9\","
                                        + "\"at\":\"2026-11-23T12:00:03Z\"}'"))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done ->
                                assertThat(done.receipt())
                                        .isEqualTo(
                                                new Receipt(
                                                        "bmc",
                                                        "op-9",
                                                        Instant.parse("2026-11-23T12:00:03Z"))));
    }

    @Test
    void recordOnStandardErrorIsNoRecord() throws Exception {
        Outcome outcome =
                run("echo '{\"restarted\":true,\"id\":\"o\",\"at\":\"2026-11-23T12:00:03Z\"}' >&2");
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Done.class, done -> assertThat(done.receipt()).isNull());
    }

    @Test
    void recordWithAFailingStatusFails() throws Exception {
        assertThat(run("echo '{\"restarted\":true}'", "exit 1")).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void commandThatSaysItRestartedNothingFailsForItsReason() throws Exception {
        assertThat(run("echo '{\"restarted\":false,\"why\":\"no power\"}'"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.why()).isEqualTo("no power"));
    }

    // Yesterday's record, shown again, would prove today's reset.
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-22T12:00:03Z", "2026-11-23T12:10:01Z"})
    void recordOfAnotherTimeFails(String at) throws Exception {
        assertThat(run("echo '{\"restarted\":true,\"id\":\"op-9\",\"at\":\"" + at + "\"}'"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.why()).startsWith("its record is of " + at));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"restarted\":true,\"restarted\":false}",
                "{\"restarted\":\"yes\"}",
                "{\"restarted\":true,\"id\":1}",
                "{\"restarted\":true,\"also\":1}",
                "{\"restarted\":true",
                "{\"restarted\":true,\"id\":\"\",\"at\":\"2026-11-23T12:00:00Z\"}",
                "{\"restarted\":true,\"id\":\"a\\u001bb\",\"at\":\"2026-11-23T12:00:00Z\"}",
            })
    void recordThatIsNotUnderstoodFails(String record) throws Exception {
        assertThat(run("cat <<'E'", record, "E")).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void objectOfAnotherToolIsNoRecord() throws Exception {
        assertThat(run("echo '{\"InstanceId\":\"i-1\"}'")).isInstanceOf(Outcome.Done.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$(touch made)", "; touch made", "`touch made`", "-o x", "a\nb", "*"})
    void hostNamedLikeACommandIsOnlyAName(String host) throws Exception {
        CommandExecutor executor = executor("cd " + folder, "printf %s \"$#$ASSAY_HOST\"");
        Outcome outcome = executor.reset(Given.task(host, Given.LONG));
        assertThat(outcome.output()).isEqualTo(EscapedText.of(Bytes.utf8("0" + host)));
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void hostWithACharacterThatNoEnvironmentHoldsFails() throws Exception {
        assertThat(executor("true").reset(Given.task("a\0b", Given.LONG)))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void hangingCommandIsKilledWithItsChildren() throws Exception {
        Path pids = folder.resolve("pids");
        Outcome outcome =
                executor("echo begun", "sleep 600 & echo $! >" + pids, "wait")
                        .reset(Given.task("web-1", Given.SHORT));
        assertThat(outcome)
                .isEqualTo(
                        new Outcome.Failed("the command did not end within 1500 ms", "begun%0A"));
        long child = Long.parseLong(Files.readString(pids).strip());
        await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void commandThatLeavesItsOutputOpenIsNotWaitedFor() throws Exception {
        Path pids = folder.resolve("pids");
        long begun = System.nanoTime();
        assertThat(run("sleep 600 & echo $! >" + pids, "echo done"))
                .isInstanceOf(Outcome.Done.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Given.LONG);
        ProcessHandle.of(Long.parseLong(Files.readString(pids).strip()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void commandThatNeverEndsToSpeakIsEndedAndCutShort() throws Exception {
        Outcome outcome = executor("exec yes no").reset(Given.task("web-1", Given.SHORT));
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(outcome.output()).hasSizeLessThanOrEqualTo(Reset.MAX_OUTPUT_CHARS);
    }

    @Test
    void longOutputKeepsItsBeginningItsEndAndItsRecord() throws Exception {
        Outcome outcome =
                run(
                        "echo first",
                        "head -c 300000 /dev/zero",
                        "echo",
                        "echo '{\"restarted\":true,\"id\":\"op-9\",\"at\":\"2026-11-23T12:00:03Z\"}'");
        assertThat(outcome.output())
                .startsWith("first")
                .endsWith("Z\"}%0A")
                .hasSizeLessThanOrEqualTo(Reset.MAX_OUTPUT_CHARS);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Done.class, done -> assertThat(done.receipt()).isNotNull());
    }

    @Test
    void outputCannotSteerATerminal() throws Exception {
        assertThat(run("printf '\\033[2Jx\\377'").output()).isEqualTo("%1B[2Jx%FF");
    }

    @Test
    void interruptKillsTheCommand() throws Exception {
        Path pids = folder.resolve("pids");
        CommandExecutor executor = executor("echo $$ >" + pids, "sleep 600");
        var reset = new FutureTask<>(() -> executor.reset(Given.task()));
        Thread thread = Thread.ofVirtual().start(reset);
        await().until(() -> Files.exists(pids) && Files.size(pids) > 1);
        thread.interrupt();
        long shell = Long.parseLong(Files.readString(pids).strip());
        await().until(() -> ProcessHandle.of(shell).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(reset).failsWithin(Given.LONG);
    }

    @Test
    void commandThatIsGoneFails() throws Exception {
        CommandExecutor executor = executor("true");
        Files.delete(folder.resolve("reset"));
        assertThat(executor.reset(Given.task()))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.why()).contains("cannot be started"));
    }

    @Test
    void programThatCannotBeExecutedIsRefused() throws IOException {
        Path script = Given.script(folder.resolve("reset"), "true");
        Given.mode(script, "rw-------");
        assertThatIOException()
                .isThrownBy(
                        () ->
                                CommandExecutor.of(
                                        "bmc", List.of(script.toString()), Given.LONG, Given.CLOCK))
                .withMessageContaining("cannot be executed");
    }

    @Test
    void programThatOthersMayWriteIsRefused() throws IOException {
        Path script = Given.script(folder.resolve("reset"), "true");
        Given.mode(script, "rwx-w----");
        assertThatIOException()
                .isThrownBy(
                        () ->
                                CommandExecutor.of(
                                        "bmc", List.of(script.toString()), Given.LONG, Given.CLOCK))
                .withMessageContaining("written by others");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipmitool", "/nowhere/ipmitool", "/"})
    void programThatIsNoneIsRefused(String program) {
        assertThatIOException()
                .isThrownBy(
                        () -> CommandExecutor.of("bmc", List.of(program), Given.LONG, Given.CLOCK));
    }
}
