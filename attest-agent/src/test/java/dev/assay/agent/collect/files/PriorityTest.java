package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// On the real kernel.
final class PriorityTest {
    @Test
    void readerIsIdleAtTheDiskAndNobodyElse() {
        CompletableFuture<Boolean> agreed = new CompletableFuture<>();
        CompletableFuture<Long> reader = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(
                        () -> {
                            agreed.complete(Priority.idle());
                            reader.complete(Priority.ioClass());
                        });
        assumeThat(agreed.join()).as("this system lets a thread be idle").isTrue();

        assertThat(reader.join()).isEqualTo(Priority.IOPRIO_CLASS_IDLE);
        assertThat(Priority.ioClass()).isNotEqualTo(Priority.IOPRIO_CLASS_IDLE);
    }
}
