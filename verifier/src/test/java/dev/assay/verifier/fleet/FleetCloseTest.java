package dev.assay.verifier.fleet;

import static dev.assay.verifier.fleet.Given.FIRST;
import static dev.assay.verifier.fleet.Given.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.enrol.Endorsements;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.refusal.NotAuthenticException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FleetCloseTest {
    private static final GroupSettings GROUP = Given.group(Mode.ENFORCE);

    private final List<Boolean> removedWithName = new ArrayList<>();
    private @Nullable Hosts hosts;

    private Host attested(Host host, long sequence, boolean golden) {
        try {
            return Lifecycle.attested(
                            host,
                            GROUP,
                            Given.attested(
                                    FIRST,
                                    false,
                                    sequence,
                                    golden ? Given.golden() : Given.drifted("ssh")),
                            NOON)
                    .host();
        } catch (NotAuthenticException e) {
            throw new IllegalStateException(e);
        }
    }

    private FleetStore store() {
        return (FleetStore)
                Proxy.newProxyInstance(
                        FleetStore.class.getClassLoader(),
                        new Class<?>[] {FleetStore.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "loadGroups" -> List.of(GROUP);
                                    case "loadHosts" ->
                                            List.of(
                                                    new FleetStore.StoredHost(
                                                            attested(Given.host(), 1, true), 0));
                                    case "commit" -> true;
                                    case "remove" -> {
                                        removedWithName.add((Boolean) arguments[2]);
                                        yield null;
                                    }
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.getName());
                                });
    }

    /// Whoever asks it for the time gives the host the time to drift.
    private final class DriftingClock extends Clock {
        @Override
        public Instant instant() {
            Objects.requireNonNull(hosts)
                    .change(
                            "web-1",
                            host ->
                                    host.latch() != null
                                            ? Transition.unchanged(host)
                                            : Transition.of(attested(host, 2, false), List.of()));
            return NOON;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void driftOfTheVeryMomentStaysWithTheName() throws Exception {
        FleetStore store = store();
        Clock clock = new DriftingClock();
        Groups groups = new Groups(store, Set.of(), Set.of(), event -> {}, clock);
        hosts =
                new Hosts(
                        store,
                        groups,
                        new Endorsements(Path.of("/nonexistent"), clock),
                        event -> {});
        new Fleet(store, hosts, groups, event -> {}, clock)
                .close("web-1", new Principal("k8s", Role.ORCHESTRATOR));

        assertThat(removedWithName).containsExactly(false);
    }
}
