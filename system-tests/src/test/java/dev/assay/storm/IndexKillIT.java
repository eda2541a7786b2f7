package dev.assay.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.evidence.Freshness;
import dev.assay.storm.Relay.Accepted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An agent that is killed with -9 at any moment while files change, and whose index is damaged or
/// old when it starts again. What it says first is what a full measurement finds.
final class IndexKillIT {
    private static final int KILLS = Integer.getInteger("assay.kills", 20);
    private static final Duration LATEST_KILL = Duration.ofSeconds(3);
    private static final long LOOK_NANOS = 100_000;

    private final long seed = Long.getLong("assay.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> history = new ArrayList<>();

    @TempDir private Path folder = Path.of("");
    private WatchedHost watched;
    private Gusts gusts;
    private Path index;
    private Path older;
    private int duringWrite;

    private enum Index {
        AS_IT_IS,
        TRUNCATED,
        FLIPPED,
        OLDER
    }

    @BeforeEach
    void start() throws Exception {
        System.out.println("IndexKillIT: -Dassay.seed=" + seed);
        watched = new WatchedHost(folder, random);
        gusts = new Gusts(random, watched.tree());
        index = watched.host().state().resolve("index");
        older = folder.resolve("older-index");
        watched.startAgent();
    }

    @AfterEach
    void stop() {
        if (watched != null) {
            watched.close();
        }
    }

    @Test
    void noKillLeavesAnIndexThatChangesAVerdict() throws Exception {
        int remembered = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            if (random.nextBoolean()) {
                killWhileFilesChange(random.nextBoolean());
                // Another one that is killed before it said a word, as likely as not.
                watched.startAgent();
            }
            killWhileFilesChange(random.nextInt(3) > 0);
            changeWhileNobodyLooks();
            damage();
            Accepted first = watched.firstEvidence();
            Freshness freshness = Objects.requireNonNull(first.evidence().measured()).freshness();
            assertThat(first.root())
                    .as("seed %d, kill %d, %s: %s", seed, kill, freshness, history)
                    .isEqualTo(watched.freshRoot());
            remembered += freshness.pass() == Freshness.Pass.FULL ? 0 : 1;
            history.clear();
        }
        System.out.printf(
                "IndexKillIT: %d kills, %d starts from an index, %d kills while it was written%n",
                KILLS, remembered, duringWrite);
        assertThat(remembered).as("starts from an index, seed %d", seed).isPositive();
    }

    /// @param inWrite whether to kill at the first sign of an index that is being written
    private void killWhileFilesChange(boolean inWrite) throws Exception {
        Path beside = index.resolveSibling("index.new");
        long moment = System.nanoTime() + random.nextLong(LATEST_KILL.toNanos());
        AtomicBoolean over = new AtomicBoolean();
        Callable<Void> changes =
                () -> {
                    while (!over.get()) {
                        gusts.blow();
                    }
                    return null;
                };
        FutureTask<Void> changing = new FutureTask<>(changes);
        Thread.ofPlatform().name("gusts").start(changing);
        try {
            while (System.nanoTime() < moment && !(inWrite && Files.exists(beside))) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            watched.host().stopAgent();
        } finally {
            over.set(true);
            changing.get();
        }
        if (Files.exists(beside)) {
            duringWrite++;
            history.add("(killed while the index was written)");
        }
        history.addAll(gusts.take());
    }

    private void changeWhileNobodyLooks() throws IOException {
        for (int i = random.nextInt(4); i > 0; i--) {
            gusts.blow();
        }
        if (random.nextBoolean()) {
            gusts.forgeModified(gusts.packaged());
        }
        history.addAll(gusts.take());
    }

    private void damage() throws IOException {
        if (!Files.exists(index)) {
            return;
        }
        Index kind = Index.values()[random.nextInt(Index.values().length)];
        byte[] bytes = Files.readAllBytes(index);
        switch (kind) {
            case AS_IT_IS -> Files.write(older, bytes);
            case TRUNCATED ->
                    Files.write(index, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case FLIPPED -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(index, bytes);
            }
            case OLDER -> {
                if (Files.exists(older)) {
                    Files.copy(older, index, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        history.add("index " + kind);
    }
}
