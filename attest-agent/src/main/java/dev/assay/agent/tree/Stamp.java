package dev.assay.agent.tree;

import dev.assay.agent.collect.files.FileStat;
import org.jspecify.annotations.Nullable;

/// What tells without reading that a thing is as it was: all of it is the kernel's, and none enters
/// a leaf. Root can forge it, so it is believed for a while only.
///
/// @param modified nanoseconds since 1970, `changed` too
record Stamp(long device, long inode, long size, long modified, long changed) {
    /// Instead of the time of a change so short before the look that another within the same tick
    /// of the kernel's clock would not show.
    private static final long UNSETTLED = Long.MIN_VALUE;

    private static final long NANOS = 1_000_000_000L;

    /// Seconds that fit into a `long` of nanoseconds.
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS - 1;

    /// Null for times that no clock shows: such a thing is looked at again each time.
    static @Nullable Stamp of(FileStat stat) {
        if (!fits(stat.modified()) || !fits(stat.changed())) {
            return null;
        }
        return new Stamp(
                stat.device(),
                stat.inode(),
                stat.size(),
                nanos(stat.modified()),
                nanos(stat.changed()));
    }

    /// One that no later look equals.
    Stamp unsettled() {
        return new Stamp(device, inode, size, modified, UNSETTLED);
    }

    boolean isSettled() {
        return changed != UNSETTLED;
    }

    private static boolean fits(FileStat.Time time) {
        return time.seconds() < MAX_SECONDS && time.seconds() > -MAX_SECONDS;
    }

    private static long nanos(FileStat.Time time) {
        return time.seconds() * NANOS + time.nanos();
    }

    boolean isSameThing(FileStat stat) {
        return device == stat.device() && inode == stat.inode();
    }
}
