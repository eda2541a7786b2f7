package dev.assay.agent.collect.files;

import java.util.BitSet;

/// Which parts of a file were in the page cache before it was read. What was not is given back
/// after the read; what was belongs to somebody's work and stays.
sealed interface Residency {
    Residency ALL = new All();
    Residency NONE = new None();
    Residency UNKNOWN = new Unknown();

    /// All of it, or there is nothing to it.
    record All() implements Residency {}

    /// No page.
    record None() implements Residency {}

    /// @param cached the pieces of `pieceBytes` with a page that was cached
    record Some(BitSet cached, long pieceBytes) implements Residency {
        public Some {
            cached = (BitSet) cached.clone();
        }
    }

    /// The kernel does not say. Then nothing is given back: to evict what a workload had would harm
    /// it more than to crowd it.
    record Unknown() implements Residency {}
}
