package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Limit;
import dev.assay.verifier.simulate.Scenario.Hand;
import dev.assay.verifier.simulate.Scenario.Person;
import dev.assay.verifier.simulate.Scenario.Voice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A fleet, its settings and what befalls it, by lot: what nobody would have thought of.
public final class RandomScenario {
    private static final double LAST_HAPPENING_MINUTE = 60;
    private static final double MINUTES = 75;

    private final SplittableRandom random;

    private RandomScenario(long seed) {
        this.random = new SplittableRandom(seed ^ 0x5eed_5eedL);
    }

    /// The same seed gives the same scenario.
    public static Scenario of(long seed) {
        return new RandomScenario(seed).scenario();
    }

    private Scenario scenario() {
        int hosts = 2 + random.nextInt(random.nextInt(4) == 0 ? 80 : 25);
        int zones = 1 + random.nextInt(4);
        Map<String, Hand> executors = executors();
        Map<String, Voice> blockers = chance(20) ? Map.of("alerts", voice()) : Map.of();
        List<Happening> happenings = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            happenings.add(happening(zones));
        }
        return new Scenario(
                "whatever may happen",
                hosts,
                zones,
                MINUTES,
                pick(0.2, 1.0, 3.0, 9.0),
                group(executors, blockers),
                executors,
                blockers,
                person(),
                happenings);
    }

    private Map<String, Hand> executors() {
        Map<String, Hand> executors = new TreeMap<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Hand.Does[] all = Hand.Does.values();
            executors.put(
                    "way-" + (i + 1),
                    new Hand(
                            chance(50) ? Hand.Does.RESTARTS : all[random.nextInt(all.length)],
                            pick(0.1, 5.0, 30.0, 100.0),
                            chance(70),
                            chance(20) ? 60.0 : null));
        }
        return executors;
    }

    private Voice voice() {
        Voice.Says[] all = Voice.Says.values();
        double from = random.nextInt(60);
        return new Voice(all[random.nextInt(all.length)], from, from + random.nextInt(200));
    }

    private Map<String, Object> group(Map<String, Hand> executors, Map<String, Voice> blockers) {
        Map<String, Object> group = new TreeMap<>();
        long interval = pick(10_000, 30_000, 60_000, 120_000);
        group.put("mode", chance(84) ? "enforce" : chance(50) ? "approve" : "observe");
        group.put("intervalMillis", interval);
        group.put("drainMillis", pick(0, 5_000, 20_000, 60_000));
        group.put("resetDeadlineMillis", pick(200_000, 400_000, 600_000));
        group.put("silenceDeadlineMillis", pick(3 * interval, 6 * interval, 600_000));
        group.put("faultDeadlineMillis", pick(60_000, 300_000, 600_000));
        group.put("budget", pick("1", "2", "10%", "25%", "100%", chance(30) ? "0" : "3"));
        if (chance(40)) {
            group.put("zoneBudget", pick("1", "2", "10%", "50%", chance(20) ? "0" : "1"));
        }
        group.put("maxResetsPerDay", (int) pick(1, 2, 3, 10));
        List<String> ladder = new ArrayList<>();
        if (chance(85)) {
            ladder.add("agent");
        }
        ladder.addAll(executors.keySet());
        group.put("ladder", ladder);
        group.put("proof", chance(80) || executors.isEmpty() ? "claimed" : "executor");
        if (chance(15)) {
            group.put(
                    "windows",
                    List.of(
                            Map.of(
                                    "days",
                                    List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
                                    "from",
                                    "09:00",
                                    "to",
                                    "11:00",
                                    "zone",
                                    "UTC")));
        }
        group.put("blockers", List.copyOf(blockers.keySet()));
        group.put("blockerPatienceMillis", pick(0, 60_000, 1_800_000));
        group.put("breakerMinHosts", (int) pick(2, 3, 5));
        group.put("breakerSharePercent", (int) pick(5, 10, 30));
        group.put("breakerAnySharePercent", (int) pick(20, 40, 100));
        return group;
    }

    private @Nullable Person person() {
        if (chance(25)) {
            return null;
        }
        Person.OnBadBaseline[] all = Person.OnBadBaseline.values();
        return new Person(
                pick(1.0, 10.0, 40.0),
                all[random.nextInt(all.length)],
                chance(70),
                chance(60),
                chance(20) ? 50 : 0);
    }

    private Happening happening(int zones) {
        double at = 5 + random.nextDouble(LAST_HAPPENING_MINUTE - 5);
        return switch (random.nextInt(14)) {
            case 0, 1, 2, 3, 4 -> change(at);
            case 5, 6 ->
                    new Happening.Rollout(
                            at,
                            share(),
                            random.nextInt(60),
                            chance(60) ? "fs/usr/lib/libc.so" : null);
            case 7 -> new Happening.Upgrade(at, share(), 10, at + 5 + random.nextInt(30));
            case 8 ->
                    zones > 1 && zones < 4 && chance(50)
                            ? new Happening.Cut(at, null, 1, 1 + random.nextInt(40))
                            : new Happening.Cut(
                                    at,
                                    chance(50) ? Limit.of("60%") : Limit.of("1"),
                                    null,
                                    1 + random.nextInt(40));
            case 9 -> new Happening.Outage(at, 0.1 + random.nextInt(30), chance(60));
            case 10 -> new Happening.Flap(at, few(), 5 + random.nextInt(96), chance(50));
            case 11 -> new Happening.Ignore(at, share());
            case 12 ->
                    chance(50)
                            ? new Happening.Broken(at, few())
                            : new Happening.Reboot(at, share());
            default -> new Happening.ClockJump(at, pick(-3600, -25, 20, 300, 4000));
        };
    }

    private Happening change(double at) {
        boolean again = chance(25);
        return new Happening.Change(
                at,
                chance(50) ? few() : share(),
                chance(60) ? "fs/usr/sbin/sshd" : null,
                chance(40) ? 1.0 + random.nextInt(20) : null,
                again ? 1.0 + random.nextInt(10) : null,
                again ? LAST_HAPPENING_MINUTE : null,
                chance(15),
                chance(10),
                chance(20) ? 0.1 + random.nextInt(3) : null);
    }

    private Limit few() {
        return Limit.of(pick("1", "2", "3"));
    }

    private Limit share() {
        return Limit.of(pick("5%", "20%", "60%", "100%"));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private long pick(long... values) {
        return values[random.nextInt(values.length)];
    }

    private double pick(double... values) {
        return values[random.nextInt(values.length)];
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }
}
