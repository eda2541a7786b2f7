package dev.assay.agent.attest;

import dev.assay.agent.watch.Hint;
import dev.assay.agent.watch.Hints;
import dev.assay.agent.watch.Watcher;
import dev.assay.evidence.Observed;
import dev.assay.tree.NodePath;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was seen beside what was measured and was not told yet, as far as one evidence holds it.
final class Sightings {
    /// Culprits of paths whose measurement has not told yet what became of them.
    private static final int MAX_CULPRITS = 1000;

    private final Map<NodePath, Observed.Culprit> culprits =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<NodePath, Observed.Culprit> eldest) {
                    return size() > MAX_CULPRITS;
                }
            };
    private final Map<NodePath, Observed.Touched> touched = new LinkedHashMap<>();
    private Observed.Watch watch = Observed.Watch.NONE;
    private long lost;

    void watchedBy(Watcher.Means means) {
        watch =
                switch (means) {
                    case FANOTIFY -> Observed.Watch.FANOTIFY;
                    case INOTIFY -> Observed.Watch.INOTIFY;
                    case POLLING -> Observed.Watch.POLLING;
                };
    }

    void seen(Hints hints) {
        lost += hints.lost() ? 1 : 0;
        for (Hint hint : hints.changed()) {
            if (hint.culprit() != null) {
                culprits.put(
                        hint.path(),
                        new Observed.Culprit(
                                hint.culprit().pid(),
                                hint.culprit().program(),
                                hint.culprit().loginUid(),
                                hint.culprit().container()));
            }
        }
    }

    /// @return whether there was anything new to tell
    boolean touched(Collection<NodePath> paths) {
        Instant now = Instant.now();
        boolean news = false;
        for (NodePath path : paths) {
            if (touched.size() < Observed.MAX_TOUCHED
                    && path.value().length() <= Observed.MAX_PATH_BYTES) {
                Observed.@Nullable Culprit who = culprits.remove(path);
                news |= touched.put(path, new Observed.Touched(path, now, who)) == null;
            }
        }
        return news;
    }

    Observed observed() {
        return new Observed(
                watch, Math.min(lost, Observed.MAX_LOST), touched.values().stream().toList());
    }

    /// What was added meanwhile is told next time.
    void told(Observed observed) {
        for (Observed.Touched one : observed.touched()) {
            touched.remove(one.path(), one);
        }
    }
}
