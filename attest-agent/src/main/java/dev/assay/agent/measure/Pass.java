package dev.assay.agent.measure;

import dev.assay.agent.tree.FileTree;
import org.jspecify.annotations.Nullable;

/// How much of a host one measurement looks at.
public sealed interface Pass {
    /// Everything is read.
    record Full() implements Pass {}

    /// Everything is looked at; what tells of no change is not read again.
    ///
    /// @param known measured by the same scope and anchors, of the same root
    record Incremental(FileTree known) implements Pass {}

    /// Only parts are looked at.
    record Partial(FileTree known, Dirty dirty) implements Pass {}

    default @Nullable FileTree earlier() {
        return switch (this) {
            case Full full -> null;
            case Incremental incremental -> incremental.known();
            case Partial partial -> partial.known();
        };
    }

    default @Nullable Dirty parts() {
        return this instanceof Partial partial ? partial.dirty() : null;
    }
}
