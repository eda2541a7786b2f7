package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// What a group of hosts has in common: the channel of its baselines, and how its drift is
/// answered.
///
/// @param channel whose baselines are golden for it; written here, never taken from evidence
/// @param intervalMillis between two evidences of a host
/// @param drainMillis from the announcement of a reset to its order
/// @param resetDeadlineMillis from a reset's order to the next rung of the ladder
/// @param silenceDeadlineMillis after which silence takes the reset path
/// @param faultDeadlineMillis after which a host that cannot be measured takes the reset path
/// @param allowSimulated whether evidence that is not of the live host counts
/// @param maxConcurrentResets reset slots; a host that does not come back keeps its slot
/// @param executorCommand argv of the command that resets a host from outside; empty for none
/// @param maxResetsPerDay of one host, whatever the drift; then it is quarantined
public record GroupSettings(
        String name,
        String channel,
        Mode mode,
        long intervalMillis,
        long drainMillis,
        long resetDeadlineMillis,
        long silenceDeadlineMillis,
        long faultDeadlineMillis,
        boolean allowSimulated,
        int maxConcurrentResets,
        List<String> executorCommand,
        long executorTimeoutMillis,
        int maxResetsPerDay) {
    public static final long MIN_INTERVAL_MILLIS = 100;
    public static final long MAX_INTERVAL_MILLIS = Duration.ofHours(24).toMillis();
    public static final long MAX_DEADLINE_MILLIS = Duration.ofDays(7).toMillis();
    public static final int MAX_CONCURRENT_RESETS = 10_000;
    public static final int MAX_ARGUMENTS = 64;
    public static final int MAX_ARGUMENT_CHARS = 4096;
    public static final int MAX_RESETS_PER_DAY = 100;

    /// However long the interval, a result is believed no longer than this.
    public static final Duration MAX_RESULT_LIFE = Duration.ofMinutes(5);

    /// @throws IllegalArgumentException where a bound is broken; the message names it
    public GroupSettings {
        if (!Baseline.isChannelName(name) || !Baseline.isChannelName(channel)) {
            throw new IllegalArgumentException("group and channel need names of [a-z0-9.-]");
        }
        Objects.requireNonNull(mode, "group without mode");
        requireBetween("intervalMillis", intervalMillis, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS);
        requireBetween("drainMillis", drainMillis, 0, MAX_DEADLINE_MILLIS);
        requireBetween("resetDeadlineMillis", resetDeadlineMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("silenceDeadlineMillis", silenceDeadlineMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("faultDeadlineMillis", faultDeadlineMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("executorTimeoutMillis", executorTimeoutMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("maxConcurrentResets", maxConcurrentResets, 0, MAX_CONCURRENT_RESETS);
        requireBetween("maxResetsPerDay", maxResetsPerDay, 1, MAX_RESETS_PER_DAY);
        executorCommand = List.copyOf(executorCommand);
        requireBetween("executorCommand", executorCommand.size(), 0, MAX_ARGUMENTS);
        for (String argument : executorCommand) {
            requireBetween("executorCommand", argument.length(), 0, MAX_ARGUMENT_CHARS);
        }
    }

    /// The defaults.
    public static GroupSettings of(String name, String channel) {
        return new GroupSettings(
                name,
                channel,
                Mode.OBSERVE,
                60_000,
                30_000,
                600_000,
                600_000,
                600_000,
                false,
                1,
                List.of(),
                120_000,
                3);
    }

    private static void requireBetween(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + " is " + value + ", it has to be from " + min + " to " + max);
        }
    }

    /// Until when a result of this moment is believed: two intervals, and at most {@link
    /// #MAX_RESULT_LIFE}.
    public Instant resultExpiry(Instant now) {
        Duration twoIntervals = Duration.ofMillis(2 * intervalMillis);
        return now.plus(
                twoIntervals.compareTo(MAX_RESULT_LIFE) < 0 ? twoIntervals : MAX_RESULT_LIFE);
    }
}
