package dev.assay.verifier.reset;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static dev.assay.verifier.fleet.Given.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.enrol.Endorsements;
import dev.assay.verifier.fleet.Attempt;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.History;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Lifecycle;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.ProofKind;
import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Transition;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is done about one group, where writes fail and people change their minds meanwhile.
final class DispatcherTest {
    private static final Receipt RECEIPT = new Receipt("bmc", "op-1", NOON);

    private final Map<String, FleetStore.StoredHost> stored = new HashMap<>();
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private Executor.Outcome outcome = new Executor.Outcome.Done("", RECEIPT);
    private GroupSettings group =
            Given.group(Mode.ENFORCE)
                    .with(Map.of("ladder", List.of("bmc", "nodes"), "drainMillis", 0));
    private boolean hostsAreWritable = true;
    private boolean breakersAreWritable = true;
    private Instant now = NOON;
    private final Clock clock =
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            };

    private FleetStore store() {
        return (FleetStore)
                Proxy.newProxyInstance(
                        FleetStore.class.getClassLoader(),
                        new Class<?>[] {FleetStore.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "loadGroups" -> List.of(group);
                                    case "loadHosts" -> List.copyOf(stored.values());
                                    case "commit" -> commit((Transition) arguments[0]);
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.getName());
                                });
    }

    private boolean commit(Transition transition) {
        if (!hostsAreWritable) {
            throw new IllegalStateException("the disk is full");
        }
        Host host = transition.host();
        stored.put(host.name(), new FleetStore.StoredHost(host, 0));
        return true;
    }

    private final class Breakers implements BreakerStore {
        @Override
        public Map<String, BreakerState> loadBreakers() {
            return Map.of();
        }

        @Override
        public void saveBreaker(String name, @Nullable BreakerState state, List<Event> events) {
            if (!breakersAreWritable) {
                throw new IllegalStateException("the disk is full");
            }
        }
    }

    private void drifted(String name) throws Exception {
        Host host = Given.host(name);
        host =
                Lifecycle.attested(
                                host, group, Given.attested(FIRST, false, 1, Given.golden()), now)
                        .host();
        host =
                Lifecycle.attested(
                                host,
                                group,
                                Given.attested(FIRST, false, 2, Given.drifted("ssh")),
                                now)
                        .host();
        stored.put(name, new FleetStore.StoredHost(host, 0));
    }

    private @Nullable Hosts hosts;
    private @Nullable Dispatcher dispatcher;

    private void open() {
        FleetStore store = store();
        Executor executor =
                task -> {
                    asked.add(task.host());
                    return outcome;
                };
        Rungs rungs = new Rungs(Map.of("bmc", executor, "nodes", executor), Map.of());
        Groups groups =
                new Groups(store, rungs.executorNames(), rungs.blockerNames(), event -> {}, clock);
        hosts =
                new Hosts(
                        store,
                        groups,
                        new Endorsements(Path.of("/nonexistent"), clock),
                        event -> {});
        dispatcher =
                new Dispatcher(
                        store,
                        new Breakers(),
                        hosts,
                        rungs,
                        background::add,
                        new Random(1),
                        event -> {},
                        Observer.NONE,
                        clock);
    }

    private void look() {
        now = now.plusSeconds(1);
        Objects.requireNonNull(dispatcher)
                .look(group, Objects.requireNonNull(hosts).unsorted(), NOON.minusSeconds(86_400));
    }

    private void runOne() {
        background.remove().run();
    }

    private Reset reset(String host) {
        return Objects.requireNonNull(
                Objects.requireNonNull(hosts).named(host).orElseThrow().reset());
    }

    private void ordered(String host) throws Exception {
        drifted(host);
        open();
        look();
        look();
        assertThat(reset(host).isOn("bmc")).isTrue();
    }

    @Test
    void whereABreakerThatTripsCannotBeWrittenDownNobodyIsReset() throws Exception {
        for (String name : List.of("web-1", "web-2", "web-3")) {
            drifted(name);
        }
        breakersAreWritable = false;
        open();
        look();
        look();

        assertThat(Objects.requireNonNull(hosts).unsorted())
                .noneMatch(host -> host.openReset() != null);
    }

    @Test
    void aReceiptThatCannotBeWrittenIsWrittenLater() throws Exception {
        ordered("web-1");
        hostsAreWritable = false;
        runOne();
        assertThat(reset("web-1").receipt()).isNull();
        hostsAreWritable = true;
        look();

        assertThat(reset("web-1").receipt()).isEqualTo(RECEIPT);
        assertThat(asked).hasSize(1);
    }

    @Test
    void theReceiptOfTheResetBeforeProvesNoSecondOne() throws Exception {
        ordered("web-1");
        Objects.requireNonNull(hosts)
                .change(
                        "web-1",
                        host ->
                                Transition.of(
                                        host.withHistory(
                                                host.history()
                                                        .withProof(
                                                                new History.Proof(
                                                                        ProofKind.EXECUTOR,
                                                                        FIRST,
                                                                        SECOND,
                                                                        NOON,
                                                                        RECEIPT,
                                                                        null))),
                                        List.of()));
        runOne();

        assertThat(reset("web-1").receipt()).isNull();
        assertThat(reset("web-1").lastAttempt()).extracting(Attempt::endedAt).isNotNull();
    }

    @Test
    void afterAFailureTheLadderCountsAsItIsThen() throws Exception {
        ordered("web-1");
        outcome = new Executor.Outcome.Failed("no power", "");
        group = group.with(Map.of("mode", Mode.OBSERVE));
        look();
        runOne();
        now = now.plus(Duration.ofHours(2));
        look();

        assertThat(background).isEmpty();
        assertThat(reset("web-1").attempts()).extracting(Attempt::rung).containsExactly("bmc");
        assertThat(reset("web-1").note()).contains("nodes is not asked: only observed");
    }

    @Test
    void aHostThatAPersonHoldsGoesToNoNextRungUntilItIsReleased() throws Exception {
        ordered("web-1");
        runOne();
        Hold hold = new Hold("op", "forensics", now.plus(Duration.ofDays(1)));
        Objects.requireNonNull(hosts)
                .change("web-1", host -> Transition.of(host.withHold(hold), List.of()));
        now = now.plus(Duration.ofHours(1));
        look();
        look();
        assertThat(background).isEmpty();
        Objects.requireNonNull(hosts)
                .change("web-1", host -> Transition.of(host.withHold(null), List.of()));
        look();

        assertThat(background).hasSize(1);
        assertThat(reset("web-1").isOn("nodes")).isTrue();
    }
}
