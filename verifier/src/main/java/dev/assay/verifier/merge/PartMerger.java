package dev.assay.verifier.merge;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.collect.CapturedFile;
import java.io.IOException;
import java.util.List;

/// Joins one part of a baseline over all captures. Each part of the document has one; a part that
/// is added to it brings its own.
///
/// @param <P> the part
interface PartMerger<P> {
    /// @param captures two or more, of one image
    /// @throws MergeRefusedException where they are not of one image
    Joined<P> join(List<CapturedFile> captures)
            throws IOException, MalformedInputException, MergeRefusedException;

    /// @param part what is alike in all of them; of no use where anything differs
    /// @param differences the first {@link Merge#MAX_DIFFERENCES}, in order
    /// @param total of the differences
    /// @param notes what was joined although it is not alike, for people
    record Joined<P>(P part, List<Difference> differences, long total, List<String> notes) {
        public Joined {
            differences = List.copyOf(differences);
            notes = List.copyOf(notes);
        }
    }
}
