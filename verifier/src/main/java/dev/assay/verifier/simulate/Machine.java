package dev.assay.verifier.simulate;

import dev.assay.evidence.BootId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The truth about a simulated host, which the verifier has to find out.
final class Machine {
    final String name;

    /// From 1.
    final int zone;

    /// Grows with each boot and each shutdown: what was planned for another life does not happen.
    int life;

    boolean up;
    BootId boot;
    long sequence;
    int image;
    int nextImage;
    boolean newAgent;

    /// The changed paths, and whether a reboot leaves them by what the measurement says.
    SortedMap<String, Boolean> drift = Collections.emptySortedMap();

    /// What is there again after each reboot.
    SortedMap<String, Boolean> persistent = Collections.emptySortedMap();

    boolean ignoresOrders;
    boolean breaksAtReboot;

    /// Ways in which it is cut off from the verifier.
    int cuts;

    /// The only one, or one of a few, that is cut off.
    boolean alone;

    int flapPercent;
    boolean flapCuredByReboot;

    /// That it was changed, or could not be measured, at some time of this boot.
    boolean changedInBoot;

    boolean sickInBoot;

    /// That the verifier has been told of a change in this boot.
    boolean accusedInBoot;

    /// When it was changed first and has not been golden since; below zero for not.
    long changedAt = -1;

    /// When a change that is there still was made.
    long driftedSince = -1;

    /// The reset that shut it down; null where it is up or was shut down by itself.
    @Nullable String downFor;

    long obeyedAt = Long.MIN_VALUE / 2;
    int failuresInARow;

    Machine(String name, int zone, BootId boot) {
        this.name = name;
        this.zone = zone;
        this.boot = boot;
    }

    void change(String path, boolean survivesReset, boolean persists, long nowMillis) {
        drift = plus(drift, path, survivesReset);
        if (persists || survivesReset) {
            persistent = plus(persistent, path, survivesReset);
        }
        if (driftedSince < 0) {
            driftedSince = nowMillis;
        }
        if (changedAt < 0) {
            changedAt = nowMillis;
        }
        changedInBoot = true;
    }

    void restore(String path) {
        drift = minus(drift, path);
        persistent = minus(persistent, path);
        if (drift.isEmpty()) {
            driftedSince = -1;
        }
    }

    private static SortedMap<String, Boolean> plus(
            SortedMap<String, Boolean> paths, String path, boolean survivesReset) {
        SortedMap<String, Boolean> more = new TreeMap<>(paths);
        more.put(path, survivesReset);
        return Collections.unmodifiableSortedMap(more);
    }

    private static SortedMap<String, Boolean> minus(SortedMap<String, Boolean> paths, String path) {
        SortedMap<String, Boolean> fewer = new TreeMap<>(paths);
        fewer.remove(path);
        return Collections.unmodifiableSortedMap(fewer);
    }

    void shutDown() {
        up = false;
        life++;
        drift = Collections.emptySortedMap();
        driftedSince = -1;
    }

    void bootUp(BootId id, long nowMillis) {
        up = true;
        life++;
        boot = id;
        sequence = 0;
        image = nextImage;
        failuresInARow = 0;
        drift = persistent;
        driftedSince = drift.isEmpty() ? -1 : nowMillis;
        changedInBoot = !drift.isEmpty();
        accusedInBoot = false;
        if (flapCuredByReboot) {
            flapPercent = 0;
        }
        sickInBoot = flapPercent > 0;
        downFor = null;
    }

    /// As new from the shop.
    void replace() {
        persistent = Collections.emptySortedMap();
        ignoresOrders = false;
        breaksAtReboot = false;
        flapPercent = 0;
    }

    /// Whether nothing is wrong with it, and never was in this boot.
    boolean isHealthy() {
        return !changedInBoot && !sickInBoot && !alone;
    }
}
