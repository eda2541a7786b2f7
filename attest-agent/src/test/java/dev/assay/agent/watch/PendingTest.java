package dev.assay.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.tree.NodePath;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PendingTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final Pending pending = new Pending(3);

    private static NodePath path(String text) {
        return NodePath.of(text);
    }

    @Test
    void eachPathIsToldOnceWithOneOfThoseWhoChangedIt() throws Exception {
        Culprit culprit = new Culprit(7, "/usr/bin/vi", null, null);
        pending.add(path("fs/a"), null);
        pending.add(path("fs/a"), culprit);
        pending.add(path("fs/a"), null);
        assertThat(pending.await(LONG).changed()).containsExactly(new Hint(path("fs/a"), culprit));
        assertThat(pending.await(SHORT)).isEqualTo(Hints.NONE);
    }

    @Test
    void manyPathsBecomeTheirDirectories() throws Exception {
        for (String name : new String[] {"a/1", "a/2", "b/1", "b/2", "a/3", "top"}) {
            pending.add(path("fs/" + name), null);
        }
        Hints hints = pending.await(LONG);
        assertThat(hints.changed())
                .extracting(Hint::path)
                .containsExactly(path("fs/a"), path("fs/b"), path("fs"));
        assertThat(hints.lost()).isFalse();
    }

    @Test
    void theRootIsNotToldByTheNodeAboveIt() throws Exception {
        for (String name : new String[] {"fs/a/1", "fs/b/1", "fs/c/1", "fs"}) {
            pending.add(path(name), null);
        }
        assertThat(pending.await(LONG).lost()).isTrue();
        for (String name : new String[] {"fs/a/1", "fs/a/2", "fs/a/3", "fs"}) {
            pending.add(path(name), null);
        }
        assertThat(pending.await(LONG).changed())
                .extracting(Hint::path)
                .containsExactly(path("fs/a"), path("fs"));
    }

    @Test
    void manyDirectoriesAreLost() throws Exception {
        for (int i = 0; i < 10; i++) {
            pending.add(path("fs/d" + i + "/file"), null);
        }
        assertThat(pending.await(LONG)).isEqualTo(Hints.LOST);
        pending.add(path("fs/a"), null);
        assertThat(pending.await(LONG).changed()).hasSize(1);
    }

    @Test
    void writingWithoutAnEndIsToldAllTheSame() throws Exception {
        Thread writer =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    while (!Thread.interrupted()) {
                                        pending.add(path("fs/a"), null);
                                        Thread.onSpinWait();
                                    }
                                });
        try {
            assertThat(pending.await(LONG).changed()).hasSize(1);
        } finally {
            writer.interrupt();
            writer.join();
        }
    }

    @Test
    void whereSomethingIsNotWatchedEachFullWaitEndsWithALookAtAll() throws Exception {
        pending.setBlind(true);
        assertThat(pending.await(SHORT)).isEqualTo(Hints.LOST);
        assertThat(pending.await(SHORT)).isEqualTo(Hints.LOST);
        pending.add(path("fs/a"), null);
        assertThat(pending.await(LONG).lost()).isFalse();
    }

    /// A workload that changes something all the time must not put off the look at the part that is
    /// not watched for ever.
    @Test
    void whatIsNotWatchedIsLookedAtInTimeThoughTheRestIsNeverCalm() throws Exception {
        pending.setBlind(true);
        boolean lost = false;
        for (int i = 0; i < 20 && !lost; i++) {
            pending.add(path("fs/a"), null);
            lost = pending.await(Duration.ofMillis(100)).lost();
        }
        assertThat(lost).isTrue();
    }

    @Test
    void whatPerhapsMattersLosesAllAtMostOnceAMinute() throws Exception {
        pending.loseRarely();
        assertThat(pending.await(LONG).lost()).isTrue();
        pending.loseRarely();
        assertThat(pending.await(SHORT)).isEqualTo(Hints.NONE);
    }

    @Test
    void whatPerhapsMattersAndCameTooSoonIsToldLater() throws Exception {
        Pending soon = new Pending(3, SHORT);
        soon.loseRarely();
        assertThat(soon.await(LONG).lost()).isTrue();
        soon.loseRarely();
        assertThat(soon.await(LONG).lost()).isTrue();
        assertThat(soon.await(SHORT)).isEqualTo(Hints.NONE);
    }

    @Test
    void theLongestDurationIsNoFault() throws Exception {
        pending.lose();
        assertThat(pending.await(Duration.ofSeconds(Long.MAX_VALUE)).lost()).isTrue();
    }
}
