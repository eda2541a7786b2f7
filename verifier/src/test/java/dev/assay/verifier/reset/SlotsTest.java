package dev.assay.verifier.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Mode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SlotsTest {
    /// Twenty hosts, ten in each of two zones.
    private static final List<Host> MEMBERS =
            IntStream.range(0, 20)
                    .mapToObj(
                            i ->
                                    Given.host("web-" + i)
                                            .withLabels(
                                                    new TreeMap<>(
                                                            Map.of("zone", i < 10 ? "a" : "b"))))
                    .toList();

    private static Slots slots(Map<String, ?> settings) {
        return slots(settings, Set.of());
    }

    private static Slots slots(Map<String, ?> settings, Set<String> underWay) {
        GroupSettings group =
                Given.group(Mode.ENFORCE).with(Map.of("zoneLabel", "zone")).with(settings);
        return new Slots(group, MEMBERS, underWay);
    }

    @Test
    void aShareOfTheGroupIsCounted() {
        Slots slots = slots(Map.of("budget", "10%"));
        slots.take(MEMBERS.get(0));
        assertThat(slots.obstacle(MEMBERS.get(1))).isNull();
        slots.take(MEMBERS.get(1));

        assertThat(slots.obstacle(MEMBERS.get(2))).contains("2 slots of group nodes");
        assertThat(slots.obstacle(MEMBERS.get(1))).as("who has one").isNull();
        slots.free(MEMBERS.get(0));
        assertThat(slots.obstacle(MEMBERS.get(2))).isNull();
    }

    @Test
    void aZoneHasABudgetOfItsOwn() {
        Slots slots = slots(Map.of("budget", "5", "zoneBudget", "1"));
        slots.take(MEMBERS.get(0));

        assertThat(slots.obstacle(MEMBERS.get(1))).contains("1 slots of zone a");
        assertThat(slots.obstacle(MEMBERS.get(15))).isNull();
    }

    @Test
    void hostsWithoutTheLabelAreOneZone() {
        Slots slots = slots(Map.of("budget", "5", "zoneBudget", "1"));
        slots.take(Given.host("bare-1"));

        assertThat(slots.obstacle(Given.host("bare-2"))).contains("zone (none)");
    }

    @Test
    void aBudgetOfNothingResetsNobody() {
        assertThat(slots(Map.of("budget", "0")).obstacle(MEMBERS.getFirst())).isNotNull();
    }

    @Test
    void aHostThatAnExecutorMayTakeDownYetKeepsItsSlot() {
        Slots slots = slots(Map.of("budget", "1"), Set.of("web-0"));
        slots.free(MEMBERS.get(0));

        assertThat(slots.obstacle(MEMBERS.get(1))).isNotNull();
        assertThat(slots.obstacle(MEMBERS.get(0))).as("its own").isNull();
    }
}
