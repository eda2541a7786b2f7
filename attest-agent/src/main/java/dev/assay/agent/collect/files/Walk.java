package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Goes down a host's directories and shows a visitor what is there.
public interface Walk {
    /// Returns when everything below the root was told and all that the visitor gave the crew is
    /// done.
    ///
    /// @param root a directory, reached as the caller's path says, links and all
    /// @param as the node that the root is told as
    /// @param crew whose threads walk
    /// @throws IOException where the root itself cannot be opened
    <C> void run(Path root, NodePath as, Visitor<C> visitor, Crew crew) throws IOException;

    /// Told what is found, by several threads at a time. A fault that `visit` lets out is looked at
    /// once more, and then told as `undetermined` or not at all where the thing is gone; so `visit`
    /// tells nobody of a node before it has all of it.
    ///
    /// @param <C> what the visitor carries from a directory to its children
    interface Visitor<C> {
        /// @param parent of the directory that holds the node; null for the root of the walk
        /// @return what to carry below, or null to leave alone what is below
        @Nullable C visit(@Nullable C parent, FoundNode node) throws FileFaultException;

        /// The only names that are wanted of a directory; null for all that it has.
        default @Nullable Collection<Bytes> names(C directory) {
            return null;
        }

        /// @param parent null for the root of the walk
        /// @param kind {@link Kind#UNREADABLE} or {@link Kind#UNSTABLE}
        void undetermined(@Nullable C parent, FoundNode node, Kind kind, String reason);

        /// The same of a directory that was entered.
        void undetermined(C directory, Kind kind, String reason);

        /// The node lies on a filesystem that is not measured.
        void leftOut(C parent, FoundNode node, String reason);

        /// The directory kept changing while it was listed: a name may have been missed.
        void changing(C directory);

        /// Nothing more is told of the directory's own names: once for each that `visit` answered
        /// for with something to carry below.
        default void closed(C directory) {}
    }
}
