package dev.assay.demo;

import dev.assay.rig.Fleet;
import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The second act: the same change on all hosts at once, in the hope that nobody dares to reset a
/// whole fleet; and an agent that does not obey.
final class Campaign {
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Fleet fleet;
    private final Story story;
    private final Intruder intruder;
    private final Set<String> golden = new LinkedHashSet<>();
    private final Set<String> escalated = new LinkedHashSet<>();
    private Instant begun = Instant.now();
    private String canary = "";
    private String finding = "";

    Campaign(Fleet fleet, Story story, Intruder intruder) {
        this.fleet = fleet;
        this.story = story;
        this.intruder = intruder;
    }

    /// @param finding what the breaker's canary showed
    /// @param escalated hosts whose agent did not obey, so that the next rung reset them
    /// @param golden in the order in which they came back
    record Outcome(String canary, String finding, Set<String> escalated, Set<String> golden) {
        boolean isComplete() {
            return finding.equals("attack") && !escalated.isEmpty() && golden.size() == 3;
        }
    }

    Outcome play() throws IOException, InterruptedException {
        begun = Instant.now();
        for (SimulatedHost host : fleet.hosts()) {
            intruder.tamperAlike(host);
        }
        story.tell("intruder changes " + intruder.prey() + " alike on all hosts");
        Instant deadline = Instant.now().plus(DEADLINE);
        while (golden.size() < fleet.hosts().size() || finding.isEmpty()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("the fleet did not heal in time; golden are " + golden);
            }
            lookAtBreaker();
            for (SimulatedHost host : fleet.hosts()) {
                look(host);
            }
            Thread.sleep(POLL);
        }
        return new Outcome(canary, finding, escalated, golden);
    }

    private void lookAtBreaker() throws IOException, InterruptedException {
        JsonNode breaker = fleet.verifier().api().get("/v1/groups/" + Fleet.GROUP + "/breaker");
        JsonNode state = breaker.path("state");
        String chosen = state.path("canary").path("host").asString("");
        if (canary.isEmpty() && !chosen.isEmpty()) {
            canary = chosen;
            story.tell(
                    "resets HALTED: "
                            + state.path("accused").asInt()
                            + " of "
                            + state.path("members").asInt()
                            + " hosts drifted alike; canary "
                            + canary);
        }
        String found = state.path("finding").asString("");
        if (finding.isEmpty() && !found.isEmpty()) {
            finding = found;
            story.tell(
                    "canary "
                            + canary
                            + " → verdict: "
                            + finding
                            + "; resets go on, one at a time");
        }
    }

    private void look(SimulatedHost host) throws IOException, InterruptedException {
        if (host.rebootIfOrdered()) {
            host.startAgent();
        }
        JsonNode state = fleet.state(host);
        JsonNode reset = state.path("reset");
        boolean onPower = reset.path("rung").asString("").equals(Fleet.POWER);
        if (onPower && escalated.add(host.name())) {
            story.tell(
                    host.name()
                            + " did not obey in time (an agent obeys one order an hour) → next rung:"
                            + " "
                            + Fleet.POWER);
        }
        boolean isHealed = !canary.isEmpty() && state.get("admit").asBoolean();
        if (isHealed && wasReset(reset) && golden.add(host.name())) {
            story.tell(
                    String.format(
                            Locale.ROOT,
                            "%s GOLDEN   boot %s",
                            host.name(),
                            host.boot().substring(0, 4)));
        }
    }

    /// By a reset of this act: the first act's was over when it began.
    private boolean wasReset(JsonNode reset) {
        return reset.path("status").asString("").equals("succeeded")
                && Instant.parse(reset.path("openedAt").asString()).isAfter(begun);
    }
}
