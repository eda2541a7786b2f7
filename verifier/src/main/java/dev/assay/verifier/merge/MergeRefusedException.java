package dev.assay.verifier.merge;

import java.util.List;

/// The captures are not of one image, one channel and one scope.
public final class MergeRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> reasons;

    MergeRefusedException(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    /// Every one.
    public List<String> reasons() {
        return reasons == null ? List.of() : reasons;
    }
}
