package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Limit;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Lets befall the fleet what the scenario says.
final class Happenings {
    private static final long MILLIS_PER_MINUTE = 60_000;

    /// A cut of so many, and of this share, is the network's, whoever looks.
    private static final int MANY = 4;

    private static final double MANY_SHARE = 0.33;

    private final Agenda agenda;
    private final RandomGenerator random;
    private final Plant plant;
    private final SimulatedVerifier verifier;
    private final Agenda.AgendaClock clock;
    private final Laws laws;
    private final Timeline timeline;
    private int images = 1;
    private long changes;

    Happenings(
            Agenda agenda,
            RandomGenerator random,
            Plant plant,
            SimulatedVerifier verifier,
            Agenda.AgendaClock clock,
            Laws laws,
            Timeline timeline) {
        this.agenda = agenda;
        this.random = random;
        this.plant = plant;
        this.verifier = verifier;
        this.clock = clock;
        this.laws = laws;
        this.timeline = timeline;
    }

    void plan(List<Happening> happenings) {
        for (Happening happening : happenings) {
            agenda.at(millis(happening.atMinute()), () -> begin(happening));
        }
    }

    private static long millis(double minutes) {
        return (long) (minutes * MILLIS_PER_MINUTE);
    }

    private void begin(Happening happening) {
        switch (happening) {
            case Happening.Change change -> change(change);
            case Happening.Rollout rollout -> rollout(rollout);
            case Happening.Upgrade upgrade -> upgrade(upgrade);
            case Happening.Cut cut -> cut(cut);
            case Happening.Outage outage -> outage(outage);
            case Happening.Flap flap ->
                    each(
                            flap.hosts(),
                            "disks fail now and then",
                            machine -> {
                                machine.flapPercent = flap.percent();
                                machine.flapCuredByReboot = flap.curedByReboot();
                            });
            case Happening.Ignore ignore ->
                    each(
                            ignore.hosts(),
                            "agents ignore orders from now on",
                            machine -> machine.ignoresOrders = true);
            case Happening.Broken broken ->
                    each(
                            broken.hosts(),
                            "will not come back from a reboot",
                            machine -> machine.breaksAtReboot = true);
            case Happening.Reboot reboot ->
                    each(
                            reboot.hosts(),
                            "reboot by themselves",
                            machine -> {
                                if (machine.up) {
                                    plant.restart(machine, null, false);
                                }
                            });
            case Happening.ClockJump jump -> {
                timeline.tell("the verifier's clock is put forward by " + jump.seconds() + " s");
                clock.putForward(jump.seconds() * 1000);
                laws.clockPut(jump.seconds() * 1000);
            }
        }
    }

    private void each(Limit hosts, String what, Consumer<Machine> deed) {
        List<Machine> drawn = plant.draw(hosts, machine -> true);
        drawn.forEach(deed);
        drawn.forEach(machine -> timeline.tell(what, machine.name));
    }

    private void change(Happening.Change change) {
        List<Machine> drawn = plant.draw(change.hosts(), machine -> machine.drift.isEmpty());
        Double over = change.overMinutes();
        for (Machine machine : drawn) {
            long delay = over == null ? 0 : random.nextLong(Math.max(1, millis(over)));
            agenda.after(delay, () -> change(machine, change));
        }
        Double again = change.againEveryMinutes();
        Double until = change.untilMinute();
        if (again != null && until != null && agenda.nowMillis() + millis(again) < millis(until)) {
            agenda.after(Math.max(1_000, millis(again)), () -> change(change));
        }
    }

    private void change(Machine machine, Happening.Change change) {
        if (!machine.up) {
            return;
        }
        String path = path(change.path());
        boolean survives = Boolean.TRUE.equals(change.survivesReset());
        machine.change(path, survives, Boolean.TRUE.equals(change.persists()), agenda.nowMillis());
        timeline.tell(
                change.path() == null ? "a file is changed" : path + " is changed", machine.name);
        laws.changed(machine);
        Double restored = change.restoredAfterMinutes();
        if (restored != null) {
            int life = machine.life;
            agenda.after(
                    millis(restored),
                    () -> {
                        if (machine.life == life) {
                            machine.restore(path);
                            timeline.tell("golden files are put back", machine.name);
                        }
                    });
        }
    }

    private String path(@Nullable String wanted) {
        return wanted != null
                ? wanted
                : String.format(Locale.ROOT, "fs/usr/lib/lib%04d.so", ++changes);
    }

    private void rollout(Happening.Rollout rollout) {
        int image = ++images;
        plant.publish(image, rollout.wrongPath());
        timeline.tell(
                "image "
                        + image
                        + " is rolled out"
                        + (rollout.wrongPath() == null ? "" : ", and its baseline is wrong"));
        for (Machine machine : plant.draw(rollout.hosts(), machine -> true)) {
            agenda.after(
                    random.nextLong(Math.max(1, millis(rollout.overMinutes()))),
                    () -> {
                        if (machine.up) {
                            machine.nextImage = Math.max(machine.nextImage, image);
                            plant.restart(machine, null, false);
                        }
                    });
        }
    }

    private void upgrade(Happening.Upgrade upgrade) {
        timeline.tell("agents of a new measurement version are rolled out");
        for (Machine machine : plant.draw(upgrade.hosts(), machine -> true)) {
            agenda.after(
                    random.nextLong(Math.max(1, millis(upgrade.overMinutes()))),
                    () -> machine.newAgent = true);
        }
        agenda.at(
                millis(upgrade.baselineAtMinute()),
                () -> {
                    timeline.tell("baselines of the new measurement version are published");
                    plant.publishForNewAgents();
                });
    }

    private void cut(Happening.Cut cut) {
        Integer zone = cut.zone();
        Limit hosts = cut.hosts();
        List<Machine> drawn =
                zone != null
                        ? plant.machines().stream().filter(machine -> machine.zone == zone).toList()
                        : hosts == null ? List.of() : plant.draw(hosts, machine -> true);
        int all = plant.machines().size();
        boolean many = drawn.size() >= MANY && drawn.size() >= MANY_SHARE * all;
        for (Machine machine : drawn) {
            machine.cuts++;
            machine.alone |= !many;
            timeline.tell(
                    zone == null ? "cut off from the verifier" : "zone " + zone + " is cut off",
                    machine.name);
        }
        agenda.after(
                millis(cut.forMinutes()),
                () -> {
                    drawn.forEach(machine -> machine.cuts--);
                    timeline.tell("the network is mended");
                });
    }

    private void outage(Happening.Outage outage) {
        timeline.tell(outage.crash() ? "the verifier crashes" : "the verifier stands still");
        verifier.stop(outage.crash());
        agenda.after(
                millis(outage.forMinutes()),
                () -> {
                    timeline.tell("the verifier is there again");
                    verifier.startAgain(outage.crash());
                });
    }
}
