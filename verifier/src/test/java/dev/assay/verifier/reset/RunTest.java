package dev.assay.verifier.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.Reset;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RunTest {
    private static final ResetTask TASK =
            new ResetTask(
                    "reset-1",
                    "web-1",
                    null,
                    new TreeMap<>(),
                    Given.FIRST,
                    Reset.Remedy.RESET,
                    "drifted",
                    Duration.ofSeconds(60));

    private final Run run = new Run("web-1", "reset-1", "bmc", Given.NOON);

    @Test
    void whatItsExecutorSaysIsTheOutcome() throws Exception {
        Executor.Outcome done = new Executor.Outcome.Done("done", null);

        assertThat(run.reset(task -> done, TASK)).isEqualTo(done);
    }

    @Test
    void anExecutorWhoseTurnIsOverBeforeItBeginsIsNotAsked() {
        run.leave();

        assertThatThrownBy(
                        () ->
                                run.reset(
                                        task -> {
                                            throw new AssertionError("asked");
                                        },
                                        TASK))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void anExecutorAtWorkIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                run.reset(
                                        task -> {
                                            begun.countDown();
                                            new CountDownLatch(1).await();
                                            return new Executor.Outcome.Done("", null);
                                        },
                                        TASK);
                                interrupted.complete(false);
                            } catch (InterruptedException e) {
                                interrupted.complete(true);
                            }
                        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        run.leave();

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
