package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What belongs to a host's name and outlives the host being forgotten and enrolled again:
/// otherwise a new enrolment would wash a host clean.
///
/// @param provedSerials by channel, the highest serial proved golden
/// @param resets when resets were ordered, of the last {@link #WINDOW}
/// @param faults when episodes of not being measurable began, of the last {@link #FAULT_WINDOW}
/// @param touches what was told of touched paths; null where nothing was
public record History(
        SortedMap<String, Long> provedSerials,
        List<Instant> resets,
        List<Instant> faults,
        @Nullable Latch latch,
        @Nullable Proof lastProof,
        @Nullable Touches touches) {
    public static final Duration WINDOW = Duration.ofHours(24);
    public static final Duration FAULT_WINDOW = Duration.ofHours(1);
    public static final History NONE =
            new History(new TreeMap<>(), List.of(), List.of(), null, null, null);

    /// That the host was reset.
    ///
    /// @param receipt the platform's record, where there is one
    /// @param resets of a proof of kind hardware; null else
    public record Proof(
            ProofKind kind,
            BootId before,
            BootId after,
            Instant at,
            @Nullable Receipt receipt,
            @Nullable ResetCounts resets) {}

    public History {
        provedSerials = Collections.unmodifiableSortedMap(new TreeMap<>(provedSerials));
        resets = List.copyOf(resets);
        faults = List.copyOf(faults);
    }

    public long provedSerial(String channel) {
        return provedSerials.getOrDefault(channel, 0L);
    }

    /// Ordered within the last {@link #WINDOW}.
    public int resetsInWindow(Instant now) {
        return (int) resets.stream().filter(at -> at.isAfter(now.minus(WINDOW))).count();
    }

    public History withProvedSerial(String channel, long serial) {
        if (provedSerial(channel) >= serial) {
            return this;
        }
        SortedMap<String, Long> serials = new TreeMap<>(provedSerials);
        serials.put(channel, serial);
        return new History(serials, resets, faults, latch, lastProof, touches);
    }

    /// Back to an older serial, which an operator allowed.
    public History withRolledBackSerial(String channel, long serial) {
        SortedMap<String, Long> serials = new TreeMap<>(provedSerials);
        serials.putAll(Map.of(channel, serial));
        return new History(serials, resets, faults, latch, lastProof, touches);
    }

    public History withResetAt(Instant now) {
        return new History(
                provedSerials, within(resets, now, WINDOW), faults, latch, lastProof, touches);
    }

    public History withFaultAt(Instant now) {
        return new History(
                provedSerials,
                resets,
                within(faults, now, FAULT_WINDOW),
                latch,
                lastProof,
                touches);
    }

    public History withLatch(@Nullable Latch newLatch) {
        return new History(provedSerials, resets, faults, newLatch, lastProof, touches);
    }

    /// A new boot was proved: what is held against the old one ends.
    public History withProof(Proof proof) {
        return new History(provedSerials, resets, List.of(), null, proof, touches);
    }

    public History withTouches(Touches newTouches) {
        return new History(provedSerials, resets, faults, latch, lastProof, newTouches);
    }

    private static List<Instant> within(List<Instant> times, Instant now, Duration window) {
        List<Instant> recent = new ArrayList<>(times);
        recent.removeIf(at -> !at.isAfter(now.minus(window)));
        recent.add(now);
        return recent;
    }
}
