package dev.assay.verifier.site;

import dev.assay.verifier.executor.GuardedFile;
import dev.assay.verifier.reset.Blocker;
import dev.assay.verifier.reset.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The executors and blockers of this verifier, by name; groups' ladders and blocker lists name
/// them.
///
/// The file is strict JSON: `{"executors": {NAME: {"kind": …}}, "blockers": {NAME: {"kind": …}}}`.
/// Nobody but its owner may write it, who is root or the verifier's user.
public record Site(SortedMap<String, Rung> executors, SortedMap<String, Blocker> blockers) {
    static final int MAX_BYTES = 256 << 10;

    /// Where nothing is set up: the ladder has the agent and the operator.
    public static final Site EMPTY = new Site(new TreeMap<>(), new TreeMap<>());

    /// @param timeout after which the executor itself gives up
    public record Rung(Executor executor, Duration timeout) {}

    public Site {
        executors = Collections.unmodifiableSortedMap(new TreeMap<>(executors));
        blockers = Collections.unmodifiableSortedMap(new TreeMap<>(blockers));
    }

    /// Reads the file, and looks at every other file that it names.
    ///
    /// @throws SiteRefusedException with every problem
    public static Site read(Path file, KubernetesExecutors kubernetes, InstantSource clock)
            throws SiteRefusedException {
        SiteReader reader = new SiteReader(kubernetes, clock);
        Site site;
        try {
            site = reader.read(GuardedFile.readSettings(file, MAX_BYTES));
        } catch (IOException e) {
            throw new SiteRefusedException(
                    file, List.of(e.getMessage() == null ? "cannot be read" : e.getMessage()));
        }
        if (!reader.problems().isEmpty()) {
            throw new SiteRefusedException(file, reader.problems());
        }
        return site;
    }

    /// Names in a ladder that no rung of this site has.
    public List<String> unknownExecutors(List<String> ladder) {
        return ladder.stream()
                .filter(name -> !SiteReader.RESERVED.contains(name) && !executors.containsKey(name))
                .toList();
    }

    /// Names of blockers that this site does not have.
    public List<String> unknownBlockers(List<String> names) {
        return names.stream().filter(name -> !blockers.containsKey(name)).toList();
    }

    /// The executors alone.
    public Map<String, Executor> byName() {
        SortedMap<String, Executor> found = new TreeMap<>();
        executors.forEach((name, rung) -> found.put(name, rung.executor()));
        return found;
    }
}
