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

    @Option(
            names = "--max-digest-age",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "Of the oldest digest that golden evidence may rely on; 0s for any age.")
    private @Nullable Duration maxDigestAge;

    @Option(
            names = "--budget",
            paramLabel = "N|P%",
            description = "How many of its hosts may be down for resets at once.")
    private @Nullable String budget;

    @Option(
            names = "--zone-budget",
            paramLabel = "N|P%",
            description = "The same within one failure zone.")
    private @Nullable String zoneBudget;

    @Option(
            names = "--zone-label",
            paramLabel = "NAME",
            description = "The label that names a host's failure zone.")
    private @Nullable String zoneLabel;

    @Option(
            names = "--max-resets-per-day",
            paramLabel = "N",
            description = "Of one host; then it is quarantined.")
    private @Nullable Integer maxResetsPerDay;

    @Option(
            names = "--ladder",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Who is asked to reset a host, in order: agent, executors of the site file.")
    private @Nullable List<String> ladder;

    @Option(
            names = "--proof",
            paramLabel = "claimed|executor|hardware",
            description = "Without which a reset is not believed.")
    private @Nullable String proof;

    @Option(
            names = "--ek-trust",
            paramLabel = "none|first-use|allow-list|certificate",
            description =
                    "By which a host's TPM is believed, and its quotes demanded from then on.")
    private @Nullable String ekTrust;

    @Option(
            names = "--min-tier",
            paramLabel = "software|hardware",
            description = "Below which no host enrols.")
    private @Nullable String minTier;

    @Option(
            names = "--window",
            paramLabel = "WINDOW",
            converter = Windows.class,
            description =
                    "When hosts may be reset: mon,tue@22:00-04:00@Europe/Berlin; again for more.")
    private @Nullable List<Map<String, Object>> windows;

    @Option(names = "--always", description = "Without windows.")
    private boolean always;

    @Option(
            names = "--blockers",
            paramLabel = "NAME",
            split = ",",
            description = "Who may say \"not now\", by name in the site file; \"\" for nobody.")
    private @Nullable List<String> blockers;

    @Option(
            names = "--blocker-patience",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "How long a blocker that does not answer holds resets.")
    private @Nullable Duration blockerPatience;

    @Option(
            names = "--breaker-min-hosts",
            paramLabel = "N",
            description = "Fewer accused hosts never halt resets.")
    private @Nullable Integer breakerMinHosts;

    @Option(
            names = "--breaker-share",
            paramLabel = "PERCENT",
            description = "Of the group, accused alike: resets halt.")
    private @Nullable Integer breakerShare;

    @Option(
            names = "--breaker-any-share",
            paramLabel = "PERCENT",
            description = "Of the group, accused of whatever: resets halt.")
    private @Nullable Integer breakerAnyShare;

    @Option(
            names = "--archive",
            paramLabel = "TIME",
            converter = Lives.class,
            description = "After which a silent host with nothing against it is archived.")
    private @Nullable Duration archive;

    @Option(
            names = "--exhibits",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether agents hand in what had drifted before they reset.")
    private @Nullable Boolean exhibits;

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
        put(
                settings,
                "maxDigestAgeSeconds",
                maxDigestAge == null ? null : maxDigestAge.toSeconds());
        put(settings, "budget", budget);
        put(settings, "zoneBudget", zoneBudget);
        put(settings, "zoneLabel", zoneLabel);
        put(settings, "maxResetsPerDay", maxResetsPerDay);
        put(settings, "ladder", names(ladder));
        put(settings, "proof", proof);
        put(settings, "ekTrust", ekTrust);
        put(settings, "minTier", minTier);
        put(settings, "windows", always ? List.of() : windows);
        put(settings, "blockers", names(blockers));
        put(settings, "blockerPatienceMillis", millis(blockerPatience));
        put(settings, "breakerMinHosts", breakerMinHosts);
        put(settings, "breakerSharePercent", breakerShare);
        put(settings, "breakerAnySharePercent", breakerAnyShare);
        put(settings, "archiveMillis", millis(archive));
        put(settings, "exhibits", exhibits);
        return settings;
    }

    /// An empty one is how "none" is written.
    private static @Nullable List<String> names(@Nullable List<String> given) {
        return given == null ? null : given.stream().filter(name -> !name.isEmpty()).toList();
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
