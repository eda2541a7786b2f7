package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.tree.NodePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CrewTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final NodePath NODE = NodePath.of("fs/a");

    private final AtomicLong done = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void everyJobThatIsGivenIsDoneOnce(int size) {
        Crew crew = new Crew(size, () -> {});

        Asking stuck = crew.run(() -> give(crew, 12), PATIENCE);

        assertThat(stuck).isNull();
        assertThat(done.get()).isEqualTo((1 << 13) - 1);
    }

    /// Each gives two more.
    private void give(Crew crew, int depth) {
        done.incrementAndGet();
        for (int i = 0; i < 2 && depth > 0; i++) {
            if (depth % 2 == 0) {
                crew.give(() -> give(crew, depth - 1));
            } else {
                crew.later(depth, () -> give(crew, depth - 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void jobThatThrowsFailsTheWholeAndTheOthersAreStillDone(int size) {
        Crew crew = new Crew(size, () -> {});
        Runnable first =
                () -> {
                    for (int i = 0; i < 100; i++) {
                        boolean fails = i == 50;
                        crew.give(
                                () -> {
                                    if (fails) {
                                        throw new AssertionError("of job 50");
                                    }
                                    done.incrementAndGet();
                                });
                    }
                };

        assertThatThrownBy(() -> crew.run(first, PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("of job 50");
        assertThat(done.get()).isEqualTo(99);
    }

    @Test
    void heaviestOfWhatWasPutOffGoesFirst() {
        Crew crew = new Crew(1, () -> {});
        List<Long> order = new ArrayList<>();
        List<Long> weights = new ArrayList<>(LongStream.range(0, 100).boxed().toList());
        Collections.shuffle(weights);

        crew.run(
                () -> weights.forEach(weight -> crew.later(weight, () -> order.add(weight))),
                PATIENCE);

        assertThat(order).isSortedAccordingTo(Collections.reverseOrder()).hasSize(100);
    }

    @Test
    void thoseThatAreTooManyToPutOffAreDoneAtOnce() {
        Crew crew = new Crew(1, () -> {});
        AtomicInteger atOnce = new AtomicInteger();

        crew.run(
                () -> {
                    for (int i = 0; i < 1000; i++) {
                        crew.later(i, done::incrementAndGet);
                    }
                    atOnce.set((int) done.get());
                },
                PATIENCE);

        assertThat(atOnce.get()).isPositive();
        assertThat(done.get()).isEqualTo(1000);
    }

    @Test
    void dryThreadMayBringForthJobs() {
        AtomicInteger dry = new AtomicInteger();
        List<Crew> itself = new ArrayList<>();
        Crew crew =
                new Crew(
                        1,
                        () -> {
                            if (dry.incrementAndGet() < 5) {
                                itself.getFirst().give(done::incrementAndGet);
                            }
                        });
        itself.add(crew);

        crew.run(() -> {}, PATIENCE);

        assertThat(done.get()).isEqualTo(4);
    }

    @Test
    void busyThreadLearnsThatAnotherIsHungryAndShares() {
        Crew crew = new Crew(2, () -> {});
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch shared = new CountDownLatch(1);

        crew.run(
                () -> {
                    threads.add(Thread.currentThread());
                    while (!crew.isHungry()) {
                        Thread.onSpinWait();
                    }
                    crew.give(
                            () -> {
                                threads.add(Thread.currentThread());
                                shared.countDown();
                            });
                    awaitUninterruptibly(shared);
                },
                PATIENCE);

        assertThat(threads).hasSize(2);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void interruptedCallerGetsTheWholeAndStaysInterrupted() {
        Crew crew = new Crew(2, () -> {});
        Thread.currentThread().interrupt();

        crew.run(() -> give(crew, 8), PATIENCE);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(done.get()).isEqualTo((1 << 9) - 1);
    }

    @Test
    void callThatDoesNotReturnEndsTheRunAndIsNamed() {
        Crew crew = new Crew(2, () -> {});
        CountDownLatch answer = new CountDownLatch(1);

        Asking stuck =
                crew.run(
                        () -> {
                            Asking mine = Asking.mine();
                            mine.about(NODE);
                            mine.begin();
                            awaitUninterruptibly(answer);
                            mine.end();
                        },
                        Duration.ofMillis(80));
        answer.countDown();

        assertThat(stuck).isNotNull().extracting(Asking::node).isEqualTo(NODE);
        assertThat(crew.isAbandoned()).isTrue();
        assertThatThrownBy(crew::requireWanted).isInstanceOf(FileFaultException.class);
    }

    @Test
    @Timeout(10)
    void threadThatCannotBeginFailsTheWholeAndNobodyWaitsForIt() {
        AtomicBoolean other = new AtomicBoolean();
        Crew crew =
                new Crew(
                        2,
                        () -> {
                            if (other.getAndSet(true)) {
                                throw new AssertionError("of the begin");
                            }
                        },
                        () -> {});

        assertThatThrownBy(() -> crew.run(() -> {}, PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("of the begin");
    }

    /// What a hasher still holds would stay open.
    @Test
    void threadThatWorksWhenAllIsAbandonedRunsDryBeforeItEnds() throws InterruptedException {
        List<Crew> itself = new ArrayList<>();
        CountDownLatch dry = new CountDownLatch(1);
        Crew crew =
                new Crew(
                        2,
                        () -> {
                            if (itself.getFirst().isAbandoned()) {
                                dry.countDown();
                            }
                        });
        itself.add(crew);
        CountDownLatch answer = new CountDownLatch(1);
        crew.give(
                () -> {
                    while (!crew.isAbandoned()) {
                        Thread.onSpinWait();
                    }
                });

        Asking stuck =
                crew.run(
                        () -> {
                            Asking mine = Asking.mine();
                            mine.begin();
                            awaitUninterruptibly(answer);
                            mine.end();
                        },
                        Duration.ofMillis(80));

        assertThat(stuck).isNotNull();
        assertThat(dry.await(10, TimeUnit.SECONDS)).isTrue();
        answer.countDown();
    }

    @Test
    void jobThatComputesForLongIsNotTakenForOneThatWaits() {
        Crew crew = new Crew(1, () -> {});
        long until = System.nanoTime() + Duration.ofMillis(400).toNanos();

        Asking stuck =
                crew.run(
                        () -> {
                            while (System.nanoTime() < until) {
                                Thread.onSpinWait();
                            }
                            done.incrementAndGet();
                        },
                        Duration.ofMillis(40));

        assertThat(stuck).isNull();
        assertThat(done.get()).isOne();
    }

    @Test
    void manyQuickCallsAreNotTakenForOneLong() {
        Crew crew = new Crew(1, () -> {});
        long until = System.nanoTime() + Duration.ofMillis(400).toNanos();

        Asking stuck =
                crew.run(
                        () -> {
                            Asking mine = Asking.mine();
                            while (System.nanoTime() < until) {
                                mine.begin();
                                mine.end();
                            }
                        },
                        Duration.ofMillis(40));

        assertThat(stuck).isNull();
    }
}
