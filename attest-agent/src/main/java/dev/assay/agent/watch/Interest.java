package dev.assay.agent.watch;

import dev.assay.tree.NodePath;
import java.util.function.Predicate;

/// What the watcher is to tell. The answers are kept for as long as it is open: a new scope needs a
/// new watcher.
public interface Interest {
    /// Whether a change of this very node matters.
    boolean measured(NodePath path);

    /// Whether a change of this directory, or of anything below it, can matter.
    boolean descend(NodePath directory);

    /// Of a scope in which nothing below a directory that is not measured is measured.
    static Interest of(Predicate<NodePath> measured) {
        return new Interest() {
            @Override
            public boolean measured(NodePath path) {
                return measured.test(path);
            }

            @Override
            public boolean descend(NodePath directory) {
                return measured.test(directory);
            }
        };
    }
}
