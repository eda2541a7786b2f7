package dev.assay.agent.measure;

import dev.assay.agent.tree.FileTree;
import org.jspecify.annotations.Nullable;

/// How much of a host's files one measurement looks at.
public sealed interface Pass {
    /// Everything is read.
    record Full() implements Pass {}

    /// Everything is looked at; what tells of no change is not read again.
    ///
    /// @param known measured by the same scope and anchors, of the same root
    /// @param dirty what of it is read again all the same
    record Incremental(FileTree known, Dirty dirty) implements Pass {
        public Incremental(FileTree known) {
            this(known, new Dirty());
        }
    }

    /// Only what is dirty is looked at.
    record Partial(FileTree known, Dirty dirty) implements Pass {}

    default @Nullable FileTree earlier() {
        return switch (this) {
            case Full full -> null;
            case Incremental incremental -> incremental.known();
            case Partial partial -> partial.known();
        };
    }

    default @Nullable Dirty dirt() {
        return switch (this) {
            case Full full -> null;
            case Incremental incremental -> incremental.dirty();
            case Partial partial -> partial.dirty();
        };
    }

    /// Whether all names are looked at.
    default boolean isWhole() {
        return !(this instanceof Partial);
    }
}
