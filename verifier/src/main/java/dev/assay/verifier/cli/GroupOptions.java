package dev.assay.verifier.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A group's settings as options; what is not given is not sent.
final class GroupOptions {
    @Option(names = "--channel", paramLabel = "CHANNEL", description = "Whose baselines count.")
    private @Nullable String channel;

    @Option(names = "--mode", paramLabel = "MODE", description = "observe, approve or enforce.")
    private @Nullable String mode;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "Between two evidences of a host.")
    private @Nullable Duration interval;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "From a reset's announcement to its order.")
    private @Nullable Duration drain;

    @Option(
            names = "--reset-deadline",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "From a reset's order to the next rung.")
    private @Nullable Duration resetDeadline;

    @Option(
            names = "--silence-deadline",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "After which a silent host is reset.")
    private @Nullable Duration silenceDeadline;

    @Option(
            names = "--fault-deadline",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "After which a host that cannot be measured is reset.")
    private @Nullable Duration faultDeadline;

    @Option(
            names = "--allow-simulated",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether evidence counts that is not of the live host.")
    private @Nullable Boolean allowSimulated;

    @Option(names = "--max-concurrent-resets", paramLabel = "N", description = "Reset slots.")
    private @Nullable Integer maxConcurrentResets;

    @Option(
            names = "--max-resets-per-day",
            paramLabel = "N",
            description = "Of one host; then it is quarantined.")
    private @Nullable Integer maxResetsPerDay;

    @Option(
            names = "--executor",
            paramLabel = "ARG",
            description =
                    "The command that resets a host from outside, one option for each argument.")
    private @Nullable List<String> executor;

    @Option(
            names = "--executor-timeout",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "After which the command is ended.")
    private @Nullable Duration executorTimeout;

    Map<String, Object> given() {
        Map<String, Object> settings = new LinkedHashMap<>();
        put(settings, "channel", channel);
        put(settings, "mode", mode);
        put(settings, "intervalMillis", millis(interval));
        put(settings, "drainMillis", millis(drain));
        put(settings, "resetDeadlineMillis", millis(resetDeadline));
        put(settings, "silenceDeadlineMillis", millis(silenceDeadline));
        put(settings, "faultDeadlineMillis", millis(faultDeadline));
        put(settings, "allowSimulated", allowSimulated);
        put(settings, "maxConcurrentResets", maxConcurrentResets);
        put(settings, "maxResetsPerDay", maxResetsPerDay);
        put(settings, "executorCommand", executor);
        put(settings, "executorTimeoutMillis", millis(executorTimeout));
        return settings;
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    private static void put(Map<String, Object> settings, String name, @Nullable Object value) {
        if (value != null) {
            settings.put(name, value);
        }
    }
}
