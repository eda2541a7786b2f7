package dev.assay.bench;

import dev.assay.bytes.Bytes;
import dev.assay.rig.Api;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Changes one file after the other and asks the verifier until accepted evidence tells of that
/// very content. Pauses are random, so that no change meets the daemon in its step.
final class Latencies {
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int MIN_PAUSE_MILLIS = 200;
    private static final int MAX_PAUSE_MILLIS = 1500;

    /// Changes go round, so that the verifier's list of drift stays short.
    private static final int FILES = 8;

    private final Api api;
    private final String host;
    private final GeneratedTree tree;
    private final Duration boundOfOne;
    private final SplittableRandom random;

    Latencies(Api api, String host, GeneratedTree tree, Duration boundOfOne, long seed) {
        this.api = api;
        this.host = host;
        this.tree = tree;
        this.boundOfOne = boundOfOne;
        this.random = new SplittableRandom(seed);
    }

    /// @param seconds of each change that was found
    /// @param missed changes that no evidence told within the bound of one
    record Found(List<Double> seconds, int missed) {
        Found {
            seconds = List.copyOf(seconds);
        }
    }

    /// @param bound of all; fewer are made where it is reached
    Found measure(int changes, Duration bound, Progress progress)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        List<Double> seconds = new ArrayList<>();
        int missed = 0;
        for (int i = 0; i < changes && System.nanoTime() < end; i++) {
            progress.tell("change %d of %d".formatted(i + 1, changes));
            Thread.sleep(random.nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
            double one = measureOne(i);
            if (one >= 0) {
                seconds.add(one);
            } else {
                missed++;
            }
        }
        return new Found(seconds, missed);
    }

    /// Negative where it was not found.
    private double measureOne(int change) throws IOException, InterruptedException {
        Path file = tree.file(change % Math.min(FILES, tree.files()));
        String content = "change " + change + "\n";
        String expected = Digest.ofContent(Bytes.utf8(content)).hex();
        Files.writeString(file, content);
        long changed = System.nanoTime();
        while (System.nanoTime() - changed < boundOfOne.toNanos()) {
            if (api.text("/v1/hosts/" + host + "/drift").contains(expected)) {
                return (System.nanoTime() - changed) / 1e9;
            }
            Thread.sleep(POLL);
        }
        return -1;
    }
}
