package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Hold;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.HostView;
import dev.assay.verifier.fleet.Limit;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Views;
import dev.assay.verifier.reset.BreakerState;
import dev.assay.verifier.reset.SilencePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a host may stay: golden, quarantined, or where a person who was told of it keeps it.
final class Ending {
    private final Plant plant;
    private final SimulatedVerifier verifier;
    private final GroupSettings group;

    Ending(Plant plant, SimulatedVerifier verifier, GroupSettings group) {
        this.plant = plant;
        this.verifier = verifier;
        this.group = group;
    }

    /// The hosts that are nowhere yet, and why not.
    List<String> restless() {
        List<String> restless = new ArrayList<>();
        Instant now = verifier.now();
        for (Machine machine : plant.machines()) {
            Host host = verifier.host(machine.name);
            HostView view = Views.of(host, group, now);
            if (view.admit() && machine.drift.isEmpty() || isWhereItMayStay(machine, host, view)) {
                continue;
            }
            restless.add(machine.name + " is " + view.state().wire() + ", " + view.because());
        }
        return restless;
    }

    private boolean isWhereItMayStay(Machine machine, Host host, HostView view) {
        if (host.quarantine() != null) {
            return true;
        }
        Hold hold = host.hold();
        if (hold != null && hold.isActiveAt(verifier.now())) {
            return true;
        }
        return switch (view.state()) {
            case QUARANTINED, ARCHIVED -> true;
            // It was never accused: the agent, the image or the disk is somebody's work.
            case OUTDATED -> true;
            case UNKNOWN -> machine.flapPercent > 0 || isKept(host) || isTogether();
            case GOLDEN, RESETTING, RESET_PENDING -> false;
            case DRIFTED -> isKept(host);
        };
    }

    /// Somebody was told to look at the network.
    private boolean isTogether() {
        return SilencePolicy.isTogether(verifier.hosts(), group, Agenda.START, verifier.now());
    }

    /// By somebody who was told.
    private boolean isKept(Host host) {
        Reset reset = host.openReset();
        if (reset == null) {
            return false;
        }
        if (group.mode() == Mode.OBSERVE
                || group.mode() == Mode.APPROVE && reset.approvedBy() == null) {
            return true;
        }
        BreakerState breaker = verifier.breaker();
        if (breaker != null && reset.note().endsWith(breaker.says())) {
            return breaker.finding() != null || isCanaryKept(breaker);
        }
        return isWaitingForKeptSlots(reset);
    }

    private boolean isCanaryKept(BreakerState breaker) {
        BreakerState.@Nullable Canary canary = breaker.canary();
        if (canary == null) {
            return false;
        }
        Reset reset = verifier.host(canary.host()).openReset();
        return reset != null && isWaitingForKeptSlots(reset);
    }

    /// Of hosts that did not come back, all of which are quarantined; or there are none at all.
    private boolean isWaitingForKeptSlots(Reset reset) {
        if (reset.note().startsWith("reset waits for the window ")) {
            return true;
        }
        if (!reset.note().contains(" slots of ")) {
            return false;
        }
        Limit zoneBudget = group.zoneBudget();
        return group.budget().of(plant.machines().size()) == 0
                || zoneBudget != null && zoneBudget.of(1) == 0
                || verifier.hosts().stream()
                        .filter(Host::takesSlot)
                        .allMatch(host -> host.quarantine() != null);
    }
}
