package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.verifier.enrol.EkTrust;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a group of hosts has in common: the channel of its baselines, and how its drift is
/// answered.
///
/// @param channel whose baselines are golden for it; written here, never taken from evidence
/// @param intervalMillis between two evidences of a host
/// @param drainMillis from the announcement of a reset to its order
/// @param resetDeadlineMillis from one rung of the ladder to the next
/// @param silenceDeadlineMillis after which silence takes the reset path
/// @param faultDeadlineMillis after which a host that cannot be measured takes the reset path
/// @param archiveMillis after which a host that is silent and against which nothing is held is
///   archived
/// @param allowSimulated whether evidence that is not of the live host counts
/// @param maxDigestAgeSeconds of the oldest content digest that golden evidence may rely on; older,
///   and the host counts as not measured; 0 for any age
/// @param exhibits whether agents hand in what had drifted before they reset
/// @param budget how many of the group's hosts may be down for resets at once; a host that does not
///   come back stays counted
/// @param zoneBudget the same within one failure zone; null for none
/// @param zoneLabel the label that names a host's failure zone; hosts without it are one zone
/// @param maxResetsPerDay of one host, whatever the drift; then it is quarantined
/// @param windows outside of which nobody is reset; none for always
/// @param blockers names, in the verifier's site file, of who may say "not now"
/// @param blockerPatienceMillis for which a blocker that does not answer holds resets
/// @param breakerMinHosts without so many accused, no breaker trips
/// @param breakerSharePercent of the group's hosts, accused alike, trips it
/// @param breakerAnySharePercent of the group's hosts, accused of whatever, trips it
/// @param ladder who is asked to reset a host, one after the other: `agent`, and names of the
///   verifier's site file; then an operator
/// @param proof without which a reset is not believed
/// @param ekTrust by which a host's TPM is believed, and its quotes demanded from then on
/// @param minTier below which no host enrols
public record GroupSettings(
        String name,
        String channel,
        Mode mode,
        long intervalMillis,
        long drainMillis,
        long resetDeadlineMillis,
        long silenceDeadlineMillis,
        long faultDeadlineMillis,
        long archiveMillis,
        boolean allowSimulated,
        long maxDigestAgeSeconds,
        boolean exhibits,
        Limit budget,
        @Nullable Limit zoneBudget,
        String zoneLabel,
        int maxResetsPerDay,
        List<Window> windows,
        List<String> blockers,
        long blockerPatienceMillis,
        int breakerMinHosts,
        int breakerSharePercent,
        int breakerAnySharePercent,
        List<String> ladder,
        ProofKind proof,
        EkTrust ekTrust,
        Tier minTier) {
    public static final long MIN_INTERVAL_MILLIS = 100;
    public static final long MAX_INTERVAL_MILLIS = Duration.ofHours(24).toMillis();
    public static final long MAX_DEADLINE_MILLIS = Duration.ofDays(7).toMillis();
    public static final long MAX_ARCHIVE_MILLIS = Duration.ofDays(366).toMillis();
    public static final long MAX_DIGEST_AGE_SECONDS = Duration.ofDays(366).toSeconds();
    public static final int MAX_RESETS_PER_DAY = 100;
    public static final int MAX_NAMES = 16;
    public static final int MAX_WINDOWS = 32;

    /// An hour more than an agent's rolling re-read takes for the whole host.
    public static final long DEFAULT_DIGEST_AGE_SECONDS = Duration.ofHours(25).toSeconds();

    /// However long the interval, a result is believed no longer than this.
    public static final Duration MAX_RESULT_LIFE = Duration.ofMinutes(5);

    private static final int MAX_JSON_BYTES = 64 << 10;

    /// @throws IllegalArgumentException where a bound is broken; the message names it
    public GroupSettings {
        if (!Baseline.isChannelName(name) || !Baseline.isChannelName(channel)) {
            throw new IllegalArgumentException("group and channel need names of [a-z0-9.-]");
        }
        Objects.requireNonNull(mode, "group without mode");
        Objects.requireNonNull(budget, "group without budget");
        Objects.requireNonNull(proof, "group without proof");
        requireBetween("intervalMillis", intervalMillis, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS);
        requireBetween("drainMillis", drainMillis, 0, MAX_DEADLINE_MILLIS);
        requireBetween("resetDeadlineMillis", resetDeadlineMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("silenceDeadlineMillis", silenceDeadlineMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("faultDeadlineMillis", faultDeadlineMillis, 100, MAX_DEADLINE_MILLIS);
        requireBetween("archiveMillis", archiveMillis, 1000, MAX_ARCHIVE_MILLIS);
        requireBetween("maxDigestAgeSeconds", maxDigestAgeSeconds, 0, MAX_DIGEST_AGE_SECONDS);
        requireBetween("blockerPatienceMillis", blockerPatienceMillis, 0, MAX_DEADLINE_MILLIS);
        requireBetween("maxResetsPerDay", maxResetsPerDay, 1, MAX_RESETS_PER_DAY);
        requireBetween("breakerMinHosts", breakerMinHosts, 2, Limit.MAX_COUNT);
        requireBetween("breakerSharePercent", breakerSharePercent, 1, 100);
        requireBetween("breakerAnySharePercent", breakerAnySharePercent, 1, 100);
        if (!zoneLabel.matches("[a-zA-Z0-9._/-]{1,253}")) {
            throw new IllegalArgumentException("zoneLabel is a label's name of [a-zA-Z0-9._/-]");
        }
        windows = List.copyOf(windows);
        requireBetween("windows", windows.size(), 0, MAX_WINDOWS);
        ladder = List.copyOf(ladder);
        blockers = List.copyOf(blockers);
        requireNames("ladder", ladder);
        requireNames("blockers", blockers);
        if (ladder.contains(Reset.OPERATOR)) {
            throw new IllegalArgumentException("after the ladder's last rung comes the operator");
        }
        if (proof == ProofKind.EXECUTOR && List.of(Reset.AGENT).containsAll(ladder)) {
            throw new IllegalArgumentException(
                    "proof executor needs an executor on the ladder: the agent's word is none");
        }
    }

    /// The defaults.
    public static GroupSettings of(String name, String channel) {
        return new GroupSettings(
                name,
                channel,
                Mode.OBSERVE,
                30_000,
                20_000,
                600_000,
                600_000,
                600_000,
                Duration.ofHours(24).toMillis(),
                false,
                DEFAULT_DIGEST_AGE_SECONDS,
                false,
                Limit.count(1),
                null,
                "topology.kubernetes.io/zone",
                3,
                List.of(),
                List.of(),
                Duration.ofHours(1).toMillis(),
                3,
                5,
                20,
                List.of(Reset.AGENT),
                ProofKind.CLAIMED,
                EkTrust.NONE,
                Tier.SOFTWARE);
    }

    /// These settings with some of them changed, by name, as JSON has them.
    ///
    /// @throws IllegalArgumentException where there is no such setting or a bound is broken; the
    ///   message names it
    public GroupSettings with(Map<String, ?> changes) {
        try {
            return Json.merge(this, changes, GroupSettings.class, MAX_JSON_BYTES);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void requireNames(String what, List<String> names) {
        requireBetween(what, names.size(), 0, MAX_NAMES);
        for (String name : names) {
            if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
                throw new IllegalArgumentException(what + " has names of [a-z0-9-]");
            }
        }
        if (names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException(what + " has a name twice");
        }
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
