package dev.assay.verifier.simulate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.assay.verifier.fleet.Limit;
import org.jspecify.annotations.Nullable;

/// Something that befalls a simulated fleet. `hosts` is how many of it: `3`, `5%`, `100%`, drawn by
/// lot among those that it has not befallen yet.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Happening.Change.class, name = "change"),
    @JsonSubTypes.Type(value = Happening.Rollout.class, name = "rollout"),
    @JsonSubTypes.Type(value = Happening.Upgrade.class, name = "upgrade"),
    @JsonSubTypes.Type(value = Happening.Cut.class, name = "cut"),
    @JsonSubTypes.Type(value = Happening.Outage.class, name = "outage"),
    @JsonSubTypes.Type(value = Happening.Flap.class, name = "flap"),
    @JsonSubTypes.Type(value = Happening.Ignore.class, name = "ignore"),
    @JsonSubTypes.Type(value = Happening.Broken.class, name = "broken"),
    @JsonSubTypes.Type(value = Happening.Reboot.class, name = "reboot"),
    @JsonSubTypes.Type(value = Happening.ClockJump.class, name = "clock")
})
public sealed interface Happening {
    /// After the start.
    double atMinute();

    /// Somebody changes files.
    ///
    /// @param path the same on every host; null for another file on each
    /// @param overMinutes they are changed one after the other in that time; null for all at once
    /// @param againEveryMinutes the same to hosts drawn anew, until `untilMinute`
    /// @param persists whether the change is there again after a reboot, until the host is replaced
    /// @param survivesReset whether the measurement says that a reboot would leave it
    /// @param restoredAfterMinutes when the intruder puts the golden files back; null for never
    record Change(
            double atMinute,
            Limit hosts,
            @Nullable String path,
            @Nullable Double overMinutes,
            @Nullable Double againEveryMinutes,
            @Nullable Double untilMinute,
            @Nullable Boolean persists,
            @Nullable Boolean survivesReset,
            @Nullable Double restoredAfterMinutes)
            implements Happening {}

    /// The hosts reboot into a new image, whose baseline was published before.
    ///
    /// @param wrongPath what the new baseline has wrong; null where it is right
    record Rollout(double atMinute, Limit hosts, double overMinutes, @Nullable String wrongPath)
            implements Happening {}

    /// The agents are replaced by those of a new measurement version.
    ///
    /// @param baselineAtMinute when the baselines of that version are published
    record Upgrade(double atMinute, Limit hosts, double overMinutes, double baselineAtMinute)
            implements Happening {}

    /// The network between hosts and verifier.
    ///
    /// @param hosts drawn by lot; null where a zone is named
    /// @param zone number of the zone, from 1; null where hosts are drawn
    record Cut(double atMinute, @Nullable Limit hosts, @Nullable Integer zone, double forMinutes)
            implements Happening {}

    /// The verifier does not run.
    ///
    /// @param crash whether it starts anew from what was durable; else it was only stopped
    record Outage(double atMinute, double forMinutes, boolean crash) implements Happening {}

    /// Disks that fail now and then: some paths cannot be read.
    ///
    /// @param percent of the measurements
    /// @param curedByReboot whether a reboot cures it
    record Flap(double atMinute, Limit hosts, int percent, boolean curedByReboot)
            implements Happening {}

    /// Agents that acknowledge orders and do nothing.
    record Ignore(double atMinute, Limit hosts) implements Happening {}

    /// Hosts that do not come back from their next reboot.
    record Broken(double atMinute, Limit hosts) implements Happening {}

    /// Hosts that reboot by themselves.
    record Reboot(double atMinute, Limit hosts) implements Happening {}

    /// The verifier's clock is set.
    ///
    /// @param seconds forward; below zero for back
    record ClockJump(double atMinute, long seconds) implements Happening {}
}
