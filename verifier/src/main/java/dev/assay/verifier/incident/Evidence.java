package dev.assay.verifier.incident;

import static dev.assay.verifier.incident.Belief.Kind.BAD_BASELINE;
import static dev.assay.verifier.incident.Belief.Kind.INTRUSION;
import static dev.assay.verifier.incident.Belief.Kind.NOISE;
import static dev.assay.verifier.incident.Belief.Kind.UPDATE;

import dev.assay.verifier.incident.Belief.Kind;
import dev.assay.verifier.incident.Belief.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What speaks for and against each kind of incident, with its weight.
final class Evidence {
    private static final int MAX_NOISY_PATHS = 3;
    private static final int RECURRING_BOOTS = 3;
    private static final int NAMED_PACKAGES = 3;

    /// What gives rights or runs by itself. A plain program has to be called by somebody.
    private static final Set<String> WEAK_DANGERS =
            Set.of(
                    "executable",
                    "shared-library",
                    "kernel-setting",
                    "world-writable",
                    "python-path",
                    "name",
                    "fifo",
                    "socket");

    private final IncidentFacts facts;
    private final List<Reason> reasons = new ArrayList<>();

    private Evidence(IncidentFacts facts) {
        this.facts = facts;
    }

    static List<Reason> of(IncidentFacts facts) {
        Evidence evidence = new Evidence(facts);
        evidence.ofTheList();
        evidence.ofTheMoment();
        evidence.ofTheReset();
        evidence.ofThePaths();
        evidence.ofThePackages();
        evidence.ofRecurrence();
        return evidence.reasons;
    }

    private void say(Kind about, int weight, String says) {
        reasons.add(new Reason(about, weight, says));
    }

    private void ofTheList() {
        String accusation = facts.accusation();
        if (accusation != null) {
            say(INTRUSION, 8, "the hosts say what cannot be: " + accusation);
        }
        if (!facts.whole() && accusation == null) {
            say(NOISE, -2, "more changed than a list holds");
        }
    }

    private void ofTheMoment() {
        if (facts.midLife() > 0) {
            say(
                    INTRUSION,
                    facts.isFew() ? 3 : 2,
                    facts.midLife()
                            + (facts.midLife() == 1 ? " host" : " hosts")
                            + " had proved golden in the same boot before");
        } else {
            say(INTRUSION, -1, "it was there with the first measurement of every boot");
        }
        int first = facts.firstAtBoot();
        if (facts.isMost() && first == facts.hosts()) {
            say(
                    BAD_BASELINE,
                    4,
                    facts.share() + " of its channel show it, all from the first measurement on");
        } else if (facts.isMost() && first * 2 >= facts.hosts()) {
            say(
                    BAD_BASELINE,
                    3,
                    facts.share() + " of its channel show it, most from the first measurement on");
        } else if (first == facts.hosts()) {
            say(BAD_BASELINE, 1, "it was there from the first measurement on");
        } else if (first * 2 < facts.hosts()) {
            say(BAD_BASELINE, -2, "most had proved golden under this very baseline");
        }
        if (facts.isFew() && facts.running() > facts.hosts()) {
            say(BAD_BASELINE, -1, "only " + facts.share() + " of its channel show it");
        }
    }

    private void ofTheReset() {
        if (facts.persistent() > 0) {
            say(
                    INTRUSION,
                    2,
                    "it came back after a reset on hosts that had been golden: it persists");
        } else if (facts.afterReset() > 0 && facts.survivesReset()) {
            say(INTRUSION, 1, "it was there after a reset, as a place does that a reboot keeps");
        } else if (facts.afterReset() > 0) {
            say(BAD_BASELINE, 3, "it was there on a fresh boot after a reset: the image brings it");
        }
    }

    /// Of a list that was trimmed, what is left may well belong to a package.
    private boolean isUpdate() {
        return facts.drift().allUpdated() && facts.whole() && facts.accusation() == null;
    }

    private void ofThePaths() {
        DriftFacts drift = facts.drift();
        if (isUpdate()) {
            return;
        }
        if (drift.dangerous() == 0) {
            if (drift.listed() > 0) {
                say(INTRUSION, -1, "nothing in it runs by itself or gives rights");
            }
        } else if (WEAK_DANGERS.containsAll(drift.dangers().keySet())) {
            say(INTRUSION, 2, "it changes what can be run or loaded: " + drift.dangerWords());
        } else {
            say(INTRUSION, 3, "it gives rights or runs by itself: " + drift.dangerWords());
        }
    }

    private void ofThePackages() {
        DriftFacts drift = facts.drift();
        if (isUpdate()) {
            String whose = drift.packages().isEmpty() ? "packages" : drift.names(NAMED_PACKAGES);
            say(
                    UPDATE,
                    5,
                    "all of it belongs to "
                            + whose
                            + ", which changed too, by the hosts' own word");
            if (facts.isMost()) {
                say(UPDATE, 1, "it is the same on " + facts.share());
            }
        } else if (drift.updated() > 0 && facts.isMost()) {
            say(UPDATE, 1, "some of it belongs to packages that changed too");
        } else if (drift.owned() > 0) {
            say(UPDATE, -2, "no package changed with it");
            if (drift.allOwned()) {
                say(
                        INTRUSION,
                        1,
                        "it belongs to "
                                + drift.names(NAMED_PACKAGES)
                                + ", whose version did not change");
            }
        } else {
            say(UPDATE, -2, "no package owns any of it, as far as the hosts say");
        }
    }

    private void ofRecurrence() {
        DriftFacts drift = facts.drift();
        boolean quiet =
                facts.whole()
                        && facts.accusation() == null
                        && drift.listed() + drift.undetermined() <= MAX_NOISY_PATHS
                        && drift.data() == drift.listed();
        if (quiet) {
            say(NOISE, 3, "it is what programs write for themselves: caches, spools, copies");
        } else if (drift.dangerous() > 0) {
            say(NOISE, -4, "noise does not change what runs");
        }
        if (facts.hosts() == 1 && facts.mostBoots() >= RECURRING_BOOTS && quiet) {
            say(NOISE, 3, "one host shows it again and again: in " + facts.mostBoots() + " boots");
        }
        if (facts.isMost()) {
            say(NOISE, -1, "noise is not the same on " + facts.share());
        }
    }
}
