package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What silence means. Pure. A host's silence is counted from when it was last heard of, and not
/// from before the verifier itself could hear: an outage of the verifier accuses nobody.
public final class SilencePolicy {
    /// Of a group, and with {@link #MIN_SHARE}, silent at once: look at the network.
    public static final int MIN_HOSTS = 3;

    public static final double MIN_SHARE = 0.3;

    private SilencePolicy() {}

    /// @param hearingSince when the verifier began to listen without a break
    public static boolean isTooLong(
            Host host, GroupSettings group, Instant hearingSince, Instant now) {
        Boot boot = host.boot();
        if (boot == null) {
            return false;
        }
        Instant from = later(boot.lastSeen(), grace(group, hearingSince));
        return now.isAfter(from.plusMillis(group.silenceDeadlineMillis()));
    }

    /// @param hosts of the group
    public static boolean isTogether(
            List<Host> hosts, GroupSettings group, Instant hearingSince, Instant now) {
        List<Host> speaking = hosts.stream().filter(SilencePolicy::ought).toList();
        long silent =
                speaking.stream().filter(host -> isSilent(host, group, hearingSince, now)).count();
        return silent >= MIN_HOSTS && silent >= MIN_SHARE * speaking.size();
    }

    /// Hosts that are fenced are expected to be silent: counted, a few of them would excuse the
    /// silence of all others for ever.
    private static boolean ought(Host host) {
        return host.boot() != null && host.quarantine() == null && !host.banned();
    }

    /// Whether every host of the group had the time to speak since the verifier began to listen.
    static boolean hasListened(GroupSettings group, Instant hearingSince, Instant now) {
        return now.isAfter(grace(group, hearingSince));
    }

    private static boolean isSilent(
            Host host, GroupSettings group, Instant hearingSince, Instant now) {
        Standing standing = host.standing();
        return standing != null
                && now.isAfter(later(standing.expiresAt(), grace(group, hearingSince)));
    }

    private static Instant grace(GroupSettings group, Instant hearingSince) {
        return hearingSince.plus(Duration.ofMillis(2 * group.intervalMillis()));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
