package dev.assay.agent.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.agent.stub.TestClock;
import dev.assay.agent.stub.TestTrust;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DeedTest {
    @TempDir private Path folder = Path.of("");
    private final TestTrust trust = new TestTrust();
    private final TestClock clock = new TestClock(Instant.parse("2026-05-01T12:00:00Z"));
    private final BootId boot = new BootId(UUID.randomUUID().toString());
    private final List<String> done = new CopyOnWriteArrayList<>();

    private interface Body {
        void run() throws IOException, InterruptedException;
    }

    private Deed deed(String name, Body body) {
        return new Deed() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Duration limit() {
                return Duration.ofMillis(300);
            }

            @Override
            public void carryOut(ResetOrder order) throws IOException, InterruptedException {
                done.add(name);
                body.run();
            }
        };
    }

    private void reset(Deed... before) throws InterruptedException {
        ResetOrders orders =
                new ResetOrders(
                        folder.resolve("resets.json"), (order, signed) -> done.add("reset"), clock);
        orders.receive(
                trust.order("r1", "web-1", boot, clock.instant(), Duration.ofMinutes(5)),
                trust.root(1),
                "web-1",
                boot,
                List.of(before));
        orders.awaitUnderWay();
    }

    @Test
    void deedsAreDoneInTheirOrderBeforeTheReset() throws Exception {
        reset(deed("exhibits", () -> {}), deed("hook", () -> {}));
        assertThat(done).containsExactly("exhibits", "hook", "reset");
    }

    @Test
    void aDeedThatFailsDoesNotStopTheReset() throws Exception {
        reset(
                deed(
                        "exhibits",
                        () -> {
                            throw new IOException("no verifier");
                        }),
                deed(
                        "other",
                        () -> {
                            throw new OutOfMemoryError("hostile table");
                        }),
                deed(
                        "hook",
                        () -> {
                            throw new IllegalStateException("bug");
                        }));
        assertThat(done).containsExactly("exhibits", "other", "hook", "reset");
    }

    @Test
    void aDeedThatHangsIsLeftBehindEvenWhereItCannotBeInterrupted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        reset(
                deed("exhibits", never::await),
                deed(
                        "hook",
                        () -> {
                            boolean waiting = true;
                            while (waiting) {
                                try {
                                    never.await();
                                    waiting = false;
                                } catch (InterruptedException deaf) {
                                    waiting = true;
                                }
                            }
                        }));
        never.countDown();
        assertThat(done).containsExactly("exhibits", "hook", "reset");
    }

    @Test
    void nothingIsDoneForAnOrderThatIsRefused() throws Exception {
        reset(deed("exhibits", () -> {}));
        done.clear();
        reset(deed("exhibits", () -> {}));
        assertThat(done).isEmpty();
    }

    private Path script(String body) throws IOException {
        Path file = folder.resolve("hook");
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private ResetOrder order() {
        return new ResetOrder(
                "r1", "web-1", boot, Instant.EPOCH, Instant.EPOCH.plusSeconds(60), "drifted");
    }

    private PreResetHook hook(String body, Duration limit) throws IOException {
        return PreResetHook.find(List.of(script(body).toString(), "a b"), "", limit);
    }

    @Test
    void theHookIsToldWhatItIsAbout() throws Exception {
        Path out = folder.resolve("out");
        hook("echo \"$1 $ASSAY_HOST $ASSAY_RESET_ID $ASSAY_BOOT\" > " + out, PreResetHook.LIMIT)
                .carryOut(order());
        assertThat(out).hasContent("a b web-1 r1 " + boot.value());
    }

    @Test
    void aHookThatFailsIsSaid() throws Exception {
        PreResetHook hook = hook("exit 3", PreResetHook.LIMIT);
        assertThatThrownBy(() -> hook.carryOut(order()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 3");
    }

    @Test
    void aHookThatHangsIsEndedWithWhatItStarted() throws Exception {
        Path pid = folder.resolve("pid");
        PreResetHook hook = hook("sleep 300 & echo $! > " + pid + "; wait", Duration.ofSeconds(2));
        assertThatThrownBy(() -> hook.carryOut(order()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end");
        long child = Long.parseLong(Files.readString(pid).strip());
        ProcessHandle.of(child).ifPresent(process -> process.onExit().join());
        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    }

    @Test
    void aHookThatDoesNotExistShowsAtTheStart() {
        assertThatThrownBy(() -> PreResetHook.find(List.of("/no/such/hook"), ""))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("pre-reset hook /no/such/hook");
    }
}
