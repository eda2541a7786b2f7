package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.SortedMap;
import java.util.function.Predicate;

/// A name that a walk stands on. Everything is asked of the kernel when it is asked here, and only
/// while the walk stands here.
public interface FoundNode {
    NodePath path();

    /// Empty for the root of the walk.
    Bytes name();

    /// @throws FileFaultException also where it lies beyond a boundary ({@link Fault#LEFT_OUT})
    FileStat stat() throws FileFaultException;

    /// Whether each change of a file here shows in its times sooner or later: not in memory, where
    /// what was mapped once is written without a trace, and not where a server tells them.
    boolean hasHonestTimes() throws FileFaultException;

    /// A symbolic link's bytes.
    Bytes target() throws FileFaultException;

    /// The extended attributes whose names are wanted.
    SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted) throws FileFaultException;

    /// Opens a regular file. What was a file at the last look and is a FIFO now does not hold the
    /// walk up, and is not read.
    ///
    /// @throws FileFaultException {@link Fault#REPLACED} where it is not what {@link #stat} saw
    OpenFile open() throws FileFaultException;
}
