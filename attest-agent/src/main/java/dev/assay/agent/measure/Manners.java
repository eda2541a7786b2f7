package dev.assay.agent.measure;

import dev.assay.agent.collect.files.CpuBudget;
import dev.assay.agent.collect.files.Priority;

/// What a measurement leaves to the host's own work.
///
/// @param cpu that all its threads share
/// @param idleDisk whether it waits at the disk until nobody else wants it
public record Manners(CpuBudget cpu, boolean idleDisk) {
    /// Of a command that somebody waits for.
    public static final Manners HASTY = new Manners(CpuBudget.of(1), false);

    /// Of a daemon that looks at everything now and then.
    ///
    /// @param share of all processors, in (0, 1]
    public static Manners gentle(double share) {
        return new Manners(CpuBudget.of(share), true);
    }

    /// For a thread that does nothing but measure.
    void begin() {
        if (idleDisk) {
            // A container may refuse it: then the disk is shared as it is.
            boolean ignored = Priority.idle();
        }
    }
}
