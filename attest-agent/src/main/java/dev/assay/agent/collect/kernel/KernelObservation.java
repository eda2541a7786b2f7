package dev.assay.agent.collect.kernel;

import dev.assay.measurement.Entry;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was read of a kernel's configuration.
///
/// @param entries in tree order, each path once, below `kernel`, `mount` and `verity`
/// @param bootId the kernel's random boot id, lower-case with hyphens; empty where there is none
/// @param bootIdSource who says so
/// @param live whether this is the running kernel's own `/proc` and `/sys`: as far as this process
///   can tell, which an intruder with root can make it tell
/// @param bases by subtree, the file that it was read from where there is more than one possibility
public record KernelObservation(
        List<Entry> entries,
        Optional<String> bootId,
        BootIdSource bootIdSource,
        boolean live,
        SortedMap<String, String> bases) {
    /// Who says what the boot id is.
    public enum BootIdSource {
        /// The running kernel.
        KERNEL,
        /// A file of a captured folder.
        CAPTURED,
        /// Nobody.
        NONE
    }

    public KernelObservation {
        entries = List.copyOf(entries);
        bases = Collections.unmodifiableSortedMap(new TreeMap<>(bases));
    }
}
