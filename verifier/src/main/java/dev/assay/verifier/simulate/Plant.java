package dev.assay.verifier.simulate;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.fleet.BaselineName;
import dev.assay.verifier.fleet.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The machines, their power switches and what is published as golden for their images.
final class Plant {
    private static final long MIN_REBOOT_MILLIS = 40_000;
    private static final long MAX_REBOOT_MILLIS = 120_000;
    private static final long REPLACING_MILLIS = 180_000;

    private final Agenda agenda;
    private final RandomGenerator random;
    private final Map<String, Machine> machines = new TreeMap<>();
    private final List<Machine> inOrder = new ArrayList<>();
    private final Map<Integer, String> wrongPaths = new HashMap<>();
    private final Map<Integer, Long> serials = new HashMap<>();
    private final Map<Integer, Digest> amends = new HashMap<>();
    private final Set<Integer> retired = new HashSet<>();
    private boolean measurableByNewAgents;
    private Consumer<Machine> booted = machine -> {};
    private Consumer<Machine> wentDown = machine -> {};

    Plant(Agenda agenda, RandomGenerator random, int hosts, int zones) {
        this.agenda = agenda;
        this.random = random;
        int digits = Integer.toString(hosts).length();
        for (int i = 1; i <= hosts; i++) {
            String name = String.format(Locale.ROOT, "host-%0" + digits + "d", i);
            Machine machine = new Machine(name, 1 + (i - 1) % zones, freshBoot());
            machines.put(name, machine);
            inOrder.add(machine);
        }
    }

    /// @param booted begins to measure
    /// @param wentDown by a reset
    void onPower(Consumer<Machine> booted, Consumer<Machine> wentDown) {
        this.booted = booted;
        this.wentDown = wentDown;
    }

    List<Machine> machines() {
        return inOrder;
    }

    Machine machine(String name) {
        Machine machine = machines.get(name);
        if (machine == null) {
            throw new IllegalArgumentException("no machine " + name);
        }
        return machine;
    }

    int inZone(int zone) {
        return (int) inOrder.stream().filter(machine -> machine.zone == zone).count();
    }

    private BootId freshBoot() {
        String hex = String.format("%016x%016x", random.nextLong(), random.nextLong());
        return new BootId(
                String.join(
                        "-",
                        hex.substring(0, 8),
                        hex.substring(8, 12),
                        hex.substring(12, 16),
                        hex.substring(16, 20),
                        hex.substring(20)));
    }

    /// As many as the limit says, by lot, of those that fit.
    List<Machine> draw(Limit hosts, Predicate<Machine> fits) {
        List<Machine> fit = new ArrayList<>(inOrder.stream().filter(fits).toList());
        int wanted = Math.min(fit.size(), hosts.of(inOrder.size()));
        List<Machine> drawn = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            drawn.add(fit.remove(random.nextInt(fit.size())));
        }
        return drawn;
    }

    void powerOn(Machine machine) {
        machine.bootUp(freshBoot(), agenda.nowMillis());
        booted.accept(machine);
    }

    /// @param reset for which it is done; null where it is not for one
    /// @param replace with a machine of the same name, as new
    void restart(Machine machine, @Nullable String reset, boolean replace) {
        boolean breaks = machine.breaksAtReboot && !replace;
        machine.shutDown();
        machine.breaksAtReboot = false;
        if (replace) {
            machine.replace();
        }
        machine.downFor = reset;
        wentDown.accept(machine);
        if (breaks) {
            return;
        }
        int life = machine.life;
        long takes =
                random.nextLong(MIN_REBOOT_MILLIS, MAX_REBOOT_MILLIS)
                        + (replace ? REPLACING_MILLIS : 0);
        agenda.after(
                takes,
                () -> {
                    if (machine.life == life) {
                        powerOn(machine);
                    }
                });
    }

    void publish(int image, @Nullable String wrongPath) {
        serials.put(image, image * 10L);
        if (wrongPath != null) {
            wrongPaths.put(image, wrongPath);
        }
    }

    /// The next serial has it right, and says that what was shown was a false alarm.
    void amend(int image) {
        String wrong = wrongPaths.remove(image);
        if (wrong != null) {
            serials.merge(image, 1L, Long::sum);
            amends.put(image, incident(List.of(wrong)));
        }
    }

    void retire(int image) {
        retired.add(image);
    }

    void publishForNewAgents() {
        measurableByNewAgents = true;
    }

    /// Whether all that its baseline has against the machine is the baseline's own fault.
    boolean isBaselineWrongFor(Machine machine) {
        return wrongPaths.containsKey(machine.image) && !retired.contains(machine.image);
    }

    /// Whether a wrong baseline of its image was retired or amended.
    boolean isWithdrawnFor(Machine machine) {
        return retired.contains(machine.image) || amends.containsKey(machine.image);
    }

    BaselineName baseline(Machine machine) {
        long serial = serials.getOrDefault(machine.image, 10L * machine.image);
        return new BaselineName(
                SimulatedVerifier.CHANNEL,
                serial,
                Digest.ofContent(Bytes.utf8("baseline " + serial)));
    }

    List<Digest> amends(Machine machine) {
        Digest amended = amends.get(machine.image);
        return amended == null ? List.of() : List.of(amended);
    }

    /// @param drift that was there when it was measured
    /// @param unreadable whether some of it could not be read then
    Appraisal appraise(Machine machine, SortedMap<String, Boolean> drift, boolean unreadable) {
        if (machine.newAgent && !measurableByNewAgents) {
            return Appraisal.Outdated.blameless("measurement version 2, no baseline has it");
        }
        if (retired.contains(machine.image)) {
            return Appraisal.Outdated.blameless("golden once, its baseline was retired");
        }
        SortedMap<String, Boolean> all = drift;
        String wrong = wrongPaths.get(machine.image);
        if (wrong != null) {
            all = new TreeMap<>(drift);
            all.put(wrong, false);
        }
        if (!all.isEmpty()) {
            List<Drift> drifts = new ArrayList<>();
            all.forEach((path, survives) -> drifts.add(changed(path, survives)));
            return new Appraisal.Drifted(
                    drifts,
                    List.of(),
                    drifts.size(),
                    null,
                    true,
                    incident(all.keySet()),
                    all.containsValue(true));
        }
        return unreadable
                ? Appraisal.Undetermined.paths(List.of(), List.of(), 1)
                : new Appraisal.Golden(serials.getOrDefault(machine.image, 10L * machine.image));
    }

    private static Drift changed(String path, boolean survives) {
        return new Drift(
                NodePath.of(path), null, Leaf.ofValue(Bytes.utf8("changed")), null, survives);
    }

    private static Digest incident(Iterable<String> sortedPaths) {
        return Digest.ofContent(Bytes.utf8(String.join(" ", sortedPaths)));
    }
}
