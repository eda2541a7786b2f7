package dev.assay.storm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.Observed;
import dev.assay.evidence.Observed.Watch;
import dev.assay.rig.Programs;
import dev.assay.storm.Relay.Accepted;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A daemon that watches, a real verifier, and all that happens to files for minutes or an hour:
/// `-Dassay.storm.seconds`. What is there when it is quiet is measured afresh by the test itself,
/// and must have been told, by evidence that the verifier accepted, and not again and again.
final class StormIT {
    private static final Duration STORM =
            Duration.ofSeconds(Integer.getInteger("assay.storm.seconds", 100));

    /// How long a state has to stand to be one that must be told.
    private static final Duration QUIET = Duration.ofMillis(2100);

    private static final Duration POLL = Duration.ofMillis(10);

    /// A write by a name that is not measured, of a file that has measured ones, is told of within
    /// a minute.
    private static final Duration TOLD = WatchedHost.DEADLINE.multipliedBy(2);

    /// "Tens of evidences": with at least 0.8 s between two, this is half a minute of upgrading.
    private static final int MOST_OF_AN_UPGRADE = 40;

    /// More names than fs.fanotify.max_queued_events and fs.inotify.max_queued_events hold.
    private static final int FLOOD = 20_000;

    private final long seed = Long.getLong("assay.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Double> latencySeconds = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private int told;
    private int repeatedAtInterval;

    @TempDir private Path folder = Path.of("");
    private WatchedHost watched;
    private Gusts gusts;

    private enum Weather {
        BREEZE,
        UPGRADE,
        TOUCH,
        STOPPED,
        FLOOD
    }

    @BeforeEach
    void start() throws Exception {
        System.out.println("StormIT: -Dassay.seed=" + seed);
        watched = new WatchedHost(folder, random);
        gusts = new Gusts(random, watched.tree());
        watched.firstEvidence();
    }

    @AfterEach
    void stop() {
        if (watched != null) {
            watched.close();
        }
    }

    @Test
    void everyStateThatLastsIsToldOnceAndTheLastIsWhatAFullMeasurementFinds() throws Exception {
        long begin = System.nanoTime();
        Duration cpuBefore = cpu();
        for (Weather weather : Weather.values()) {
            episode(weather);
        }
        while (System.nanoTime() - begin < STORM.toNanos()) {
            int die = random.nextInt(20);
            episode(die < 5 ? Weather.values()[die] : Weather.BREEZE);
        }
        Duration cpu = cpu().minus(cpuBefore);
        requireVerifierKnows();
        assertThat(lastRoot()).as("%s", where()).isEqualTo(rootByTheProgram());
        print(Duration.ofNanos(System.nanoTime() - begin), cpu);
    }

    private String where() {
        int from = Math.max(0, history.size() - 12);
        return "seed " + seed + ", lately: " + history.subList(from, history.size());
    }

    private void episode(Weather weather) throws Exception {
        Digest before = watched.freshRoot();
        int evidenceBefore = watched.accepted().size();
        switch (weather) {
            case BREEZE -> breeze(random.nextInt(1, 7));
            case UPGRADE -> upgrade();
            case TOUCH -> touch();
            case STOPPED -> stopped(() -> breeze(random.nextInt(1, 30)));
            case FLOOD -> flood();
        }
        history.addAll(gusts.take());
        long quiet = System.nanoTime();
        Digest now = watched.freshRoot();
        awaitTold(now);
        if (!now.equals(before)) {
            told++;
            watched.accepted().stream()
                    .skip(evidenceBefore)
                    .filter(one -> one.root().equals(now))
                    .findFirst()
                    .ifPresent(one -> latencySeconds.add((one.nanos() - quiet) / 1e9));
        }
        if (weather == Weather.UPGRADE) {
            int evidence = watched.accepted().size() - evidenceBefore;
            history.add("(" + evidence + " evidences)");
            System.out.println("StormIT: an upgrade was told by " + evidence + " evidences");
            assertThat(evidence).as("%s", where()).isLessThanOrEqualTo(MOST_OF_AN_UPGRADE);
        }
        int evidence = watched.accepted().size();
        await().during(QUIET).atMost(QUIET.plus(WatchedHost.DEADLINE)).until(() -> true);
        awaitTold(now);
        requireNoRepeats(evidenceBefore);
        // What came while nothing changed is of a measurement that was under way, if anything.
        assertThat(watched.accepted().size() - evidence).as("%s", where()).isLessThan(3);
    }

    private Digest lastRoot() {
        return watched.accepted().getLast().root();
    }

    /// The state stands until it was told, however slow the machine: this is no clock's test.
    private void awaitTold(Digest root) throws IOException {
        try {
            await().atMost(TOLD).pollInterval(POLL).until(() -> lastRoot().equals(root));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the state was never told; " + where() + "; log " + log(), e);
        }
    }

    /// A further evidence of the same root must have a reason: something touched or lost, or the
    /// interval.
    private void requireNoRepeats(int from) throws IOException {
        List<Accepted> all = watched.accepted();
        for (int i = Math.max(1, from); i < all.size(); i++) {
            Accepted one = all.get(i);
            Accepted last = all.get(i - 1);
            boolean news =
                    !one.root().equals(last.root())
                            || !one.observed().touched().isEmpty()
                            || one.observed().lost() > last.observed().lost()
                            || one.evidence().report() != null && last.evidence().report() == null;
            boolean atInterval = one.nanos() - last.nanos() > WatchedHost.INTERVAL.toNanos() / 2;
            if (!news && atInterval) {
                repeatedAtInterval++;
            }
            assertThat(news || atInterval)
                    .as("evidence %d has nothing new; %s; log %s", i, where(), log())
                    .isTrue();
        }
    }

    private interface Deed {
        void run() throws Exception;
    }

    private void breeze(int edits) throws IOException {
        for (int i = 0; i < edits; i++) {
            gusts.blow();
        }
    }

    private void upgrade() throws IOException {
        System.out.println("StormIT: " + gusts.upgrade() + " files are upgraded");
    }

    /// The agent does not run while all this happens.
    private void stopped(Deed deed) throws Exception {
        watched.signal("STOP");
        try {
            deed.run();
        } finally {
            watched.signal("CONT");
        }
    }

    private void flood() throws Exception {
        long lost = lost();
        stopped(() -> gusts.flood(FLOOD));
        if (watch() != Watch.POLLING) {
            await("lost events are told; " + where())
                    .atMost(WatchedHost.DEADLINE)
                    .pollInterval(POLL)
                    .until(() -> lost() > lost);
        }
    }

    private long lost() {
        return watched.accepted().getLast().observed().lost();
    }

    private Watch watch() {
        return watched.accepted().getLast().observed().watch();
    }

    private void touch() throws Exception {
        Path file = gusts.packaged();
        int before = watched.accepted().size();
        if (random.nextBoolean()) {
            gusts.rewriteTheSame(file);
        } else {
            stopped(() -> gusts.changeAndRestore(file));
        }
        String path = "fs/" + watched.tree().root().relativize(file);
        Observed.Touched told =
                await("touched " + path + "; " + where())
                        .atMost(WatchedHost.DEADLINE)
                        .pollInterval(POLL)
                        .until(
                                () ->
                                        watched.accepted().stream()
                                                .skip(before)
                                                .flatMap(one -> one.observed().touched().stream())
                                                .filter(one -> one.path().toString().equals(path))
                                                .findFirst()
                                                .orElse(null),
                                one -> one != null);
        if (watch() == Watch.FANOTIFY) {
            Observed.Culprit who = requireNonNull(told.who(), "nobody touched " + path);
            assertThat(who.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(who.program()).contains("java");
        }
        requireInFeed(path);
    }

    /// One host is heard sixty times an hour; the storm's first ones have room.
    private void requireInFeed(String path) throws IOException, InterruptedException {
        JsonNode events =
                watched.fleet().verifier().api().get("/v1/events?limit=1000").get("events");
        List<JsonNode> touched = new ArrayList<>();
        for (JsonNode event : events) {
            if (event.get("type").asString().equals("touched")) {
                touched.add(event);
            }
        }
        if (touched.size() < 50) {
            assertThat(touched)
                    .as("%s", where())
                    .anyMatch(event -> event.get("details").get("path").asString().equals(path));
        }
    }

    private void requireVerifierKnows() throws IOException, InterruptedException {
        Accepted last = watched.accepted().getLast();
        JsonNode seen = watched.fleet().state(watched.host());
        assertThat(seen.get("sequence").asLong()).isEqualTo(last.evidence().sequence());
        assertThat(seen.get("state").asString()).isEqualTo("drifted");
    }

    private Digest rootByTheProgram() throws Exception {
        Path out = folder.resolve("measured.json");
        Programs.ofSystemProperties()
                .runAgent(
                        List.of(
                                "measure",
                                "--json",
                                "--root",
                                watched.tree().root().toString(),
                                "--scope",
                                watched.scopeFile().toString()),
                        out,
                        WatchedHost.DEADLINE);
        Bytes json = Bytes.copyOf(Files.readAllBytes(out));
        return Digest.ofHex(Json.parseTree(json, 1 << 24).get("digest").asString());
    }

    private Duration cpu() throws IOException {
        return watched.host()
                .agent()
                .flatMap(agent -> agent.info().totalCpuDuration())
                .orElseThrow(() -> new IOException("the agent is gone"));
    }

    private String log() throws IOException {
        List<String> lines = Files.readAllLines(watched.host().log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    private void print(Duration storm, Duration cpu) {
        List<Double> sorted = latencySeconds.stream().sorted().toList();
        System.out.printf(
                "StormIT: %d s by %s, %d states told by %d evidences (%d at the interval);"
                        + " from the last change to accepted p50 %.3f s, p99 %.3f s;"
                        + " the agent's processor time %.1f s (%.1f %% of a core)%n",
                storm.toSeconds(),
                watch(),
                told,
                watched.accepted().size(),
                repeatedAtInterval,
                sorted.get(sorted.size() / 2),
                sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1),
                cpu.toMillis() / 1e3,
                100.0 * cpu.toMillis() / storm.toMillis());
    }
}
