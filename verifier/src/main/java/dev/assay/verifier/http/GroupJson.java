package dev.assay.verifier.http;

import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group's settings as they are sent: what is left out stays as it is, or as it is by default.
record GroupJson(
        @Nullable String name,
        @Nullable String channel,
        @Nullable Mode mode,
        @Nullable Long intervalMillis,
        @Nullable Long drainMillis,
        @Nullable Long resetDeadlineMillis,
        @Nullable Long silenceDeadlineMillis,
        @Nullable Long faultDeadlineMillis,
        @Nullable Boolean allowSimulated,
        @Nullable Integer maxConcurrentResets,
        @Nullable List<String> executorCommand,
        @Nullable Long executorTimeoutMillis,
        @Nullable Integer maxResetsPerDay) {

    /// A new group; its channel has its name where none is given.
    GroupSettings create() throws RefusedException {
        if (name == null) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a group needs a name");
        }
        try {
            return over(GroupSettings.of(name, channel == null ? name : channel));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "settings: " + e.getMessage());
        }
    }

    /// The same group with other settings.
    GroupSettings change(GroupSettings present) throws RefusedException {
        if (name != null && !name.equals(present.name())) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "a group keeps its name");
        }
        try {
            return over(present);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refusal.OUT_OF_BOUNDS, "settings: " + e.getMessage());
        }
    }

    private GroupSettings over(GroupSettings base) {
        return new GroupSettings(
                base.name(),
                or(channel, base.channel()),
                or(mode, base.mode()),
                or(intervalMillis, base.intervalMillis()),
                or(drainMillis, base.drainMillis()),
                or(resetDeadlineMillis, base.resetDeadlineMillis()),
                or(silenceDeadlineMillis, base.silenceDeadlineMillis()),
                or(faultDeadlineMillis, base.faultDeadlineMillis()),
                or(allowSimulated, base.allowSimulated()),
                or(maxConcurrentResets, base.maxConcurrentResets()),
                or(executorCommand, base.executorCommand()),
                or(executorTimeoutMillis, base.executorTimeoutMillis()),
                or(maxResetsPerDay, base.maxResetsPerDay()));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
