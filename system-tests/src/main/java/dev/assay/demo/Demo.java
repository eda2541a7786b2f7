package dev.assay.demo;

import dev.assay.rig.Fleet;
import dev.assay.rig.SimulatedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// The plot: golden hosts; an intruder; drift; a restoration that does not help; a reset; golden.
final class Demo {
    /// Often, so that the story is short; the default is a minute.
    static final Map<String, Object> GROUP_SETTINGS =
            Map.of(
                    "mode",
                    "enforce",
                    "intervalMillis",
                    300,
                    "drainMillis",
                    6000,
                    "allowSimulated",
                    true,
                    "resetDeadlineMillis",
                    20_000,
                    "ladder",
                    List.of("agent", Fleet.POWER),
                    "budget",
                    "1");

    /// For the second act: time to find all hosts drifted, and no more.
    private static final Map<String, Object> SECOND_ACT = Map.of("drainMillis", 3000);

    private static final String NO_NEW_BOOT = "no new boot proved";
    private static final Duration BEAT = Duration.ofMillis(1500);
    private static final Duration POLL = Duration.ofMillis(25);
    private static final Duration DEADLINE = Duration.ofSeconds(45);

    private final Fleet fleet;
    private final Story story;
    private final Path folder;

    Demo(Fleet fleet, Story story, Path folder) {
        this.fleet = fleet;
        this.story = story;
        this.folder = folder;
    }

    /// What the story came to, for who reads it as one document.
    ///
    /// @param planted what the intruder changed, by the tree's names
    /// @param found what the verifier listed
    /// @param detectedSeconds from the intruder's last change to the loss of admission
    /// @param resetSeconds from there to golden again
    record Outcome(
            List<Story.Line> timeline,
            List<String> planted,
            List<String> found,
            double detectedSeconds,
            double resetSeconds,
            String bootBefore,
            String bootAfter,
            Campaign.Outcome campaign) {
        boolean isComplete() {
            return planted.equals(found) && campaign.isComplete();
        }
    }

    Outcome play() throws IOException, InterruptedException {
        SimulatedHost victim = fleet.hosts().getFirst();
        for (SimulatedHost host : fleet.hosts()) {
            await(host, Demo::admitted, "be golden");
        }
        story.begin();
        tellGolden();
        pause();
        Intruder intruder = new Intruder(victim, folder);
        intruder.tamper();
        double tampered = story.seconds();
        story.tell("intruder on " + victim.name() + ": " + intruder.deeds());
        JsonNode lost = await(victim, Demo::drifted, "be found drifted");
        double detected = story.seconds();
        // What was measured while the intruder was still at work may lack what came last.
        long begun = sequence(lost);
        await(victim, state -> sequence(state) > begun + 1, "be measured once more");
        List<String> found = tellDrift(victim, lost, detected - tampered);
        pause();
        intruder.restore();
        long restoredAt = sequence(victim);
        await(victim, state -> sequence(state) > restoredAt + 1, "be measured again");
        story.tell("intruder restores the files → " + because(victim));
        String before = victim.boot();
        resetWhenOrdered(victim);
        await(victim, Demo::admitted, "be golden again");
        double golden = story.seconds();
        story.tell(
                String.format(
                        Locale.ROOT,
                        "%s GOLDEN   %+.1fs  boot %s → %s",
                        victim.name(),
                        golden - detected,
                        before.substring(0, 4),
                        victim.boot().substring(0, 4)));
        pause();
        fleet.patchGroup(SECOND_ACT);
        Campaign.Outcome campaign = new Campaign(fleet, story, intruder).play();
        return new Outcome(
                story.lines(),
                intruder.planted(),
                found,
                detected - tampered,
                golden - detected,
                before,
                victim.boot(),
                campaign);
    }

    private void tellGolden() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        for (SimulatedHost host : fleet.hosts()) {
            names.add(host.name() + " GOLDEN");
        }
        story.tell(
                String.format(
                        Locale.ROOT,
                        "%s   %,d files, %d MB; %.1f KB sent each",
                        String.join("  ", names),
                        fleet.image().files(),
                        fleet.image().bytes() >> 20,
                        evidenceBytes() / 1000));
    }

    /// On average, as the verifier received them.
    private double evidenceBytes() throws IOException, InterruptedException {
        String metrics = fleet.verifier().api().text("/metrics");
        return metric(metrics, "assay_evidence_bytes_sum")
                / metric(metrics, "assay_evidence_bytes_count");
    }

    private static double metric(String metrics, String name) throws IOException {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("the verifier has no metric " + name));
    }

    private List<String> tellDrift(SimulatedHost victim, JsonNode lost, double seconds)
            throws IOException, InterruptedException {
        JsonNode drifts = fleet.verifier().api().get("/v1/hosts/" + victim.name() + "/drift");
        List<String> paths = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (JsonNode drift : drifts.get("drifts")) {
            paths.add(drift.get("path").asString());
            lines.add(line(drift));
        }
        story.tell(
                String.format(
                        Locale.ROOT,
                        "%s DRIFTED  %+.1fs  %d changes, %s",
                        victim.name(),
                        seconds,
                        paths.size(),
                        admitted(lost) ? "admitted" : "not admitted"),
                lines);
        return paths.stream().sorted().toList();
    }

    private static String line(JsonNode drift) {
        return String.format(
                Locale.ROOT,
                "%-8s %-22s %s",
                drift.get("change").asString().toUpperCase(Locale.ROOT),
                drift.get("name").asString(),
                drift.get("says").asString());
    }

    private void resetWhenOrdered(SimulatedHost victim) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(DEADLINE);
        while (!victim.isResetOrdered()) {
            requireInTime(deadline, victim.name() + " to be ordered to reset");
        }
        story.tell("reset order → new boot (simulated) → measured again");
        victim.rebootIfOrdered();
        victim.startAgent();
    }

    /// The part of it that answers the intruder's hope.
    private String because(SimulatedHost host) throws IOException, InterruptedException {
        JsonNode state = fleet.state(host);
        String because = state.get("because").asString();
        String answer = because.contains(NO_NEW_BOOT) ? NO_NEW_BOOT : because;
        return (admitted(state) ? "admitted: " : "still not admitted: ") + answer;
    }

    private long sequence(SimulatedHost host) throws IOException, InterruptedException {
        return sequence(fleet.state(host));
    }

    private static long sequence(JsonNode state) {
        return state.path("sequence").asLong();
    }

    /// Not merely silent, which a slow machine makes too.
    private static boolean drifted(JsonNode state) {
        return List.of("drifted", "reset-pending", "resetting")
                .contains(state.get("state").asString());
    }

    private static boolean admitted(JsonNode state) {
        return state.get("admit").asBoolean();
    }

    private JsonNode await(SimulatedHost host, Predicate<JsonNode> wanted, String what)
            throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(DEADLINE);
        JsonNode state = fleet.state(host);
        while (!wanted.test(state)) {
            requireInTime(deadline, host.name() + " to " + what + "; it is " + state);
            state = fleet.state(host);
        }
        return state;
    }

    private static void requireInTime(Instant deadline, String what)
            throws IOException, InterruptedException {
        if (Instant.now().isAfter(deadline)) {
            throw new IOException("waited too long for " + what);
        }
        Thread.sleep(POLL);
    }

    /// For the reader's eye.
    private static void pause() throws InterruptedException {
        Thread.sleep(BEAT);
    }
}
