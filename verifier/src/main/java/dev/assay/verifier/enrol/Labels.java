package dev.assay.verifier.enrol;

import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A host's labels: given by operators, never by the host.
public final class Labels {
    public static final int MAX_LABELS = 64;
    public static final int MAX_VALUE_CHARS = 253;

    private static final String NAME = "[a-zA-Z0-9._/-]{1,253}";

    private Labels() {}

    public static SortedMap<String, String> requireFit(Map<String, String> labels)
            throws RefusedException {
        boolean fits =
                labels.size() <= MAX_LABELS
                        && labels.entrySet().stream()
                                .allMatch(
                                        label ->
                                                label.getKey().matches(NAME)
                                                        && label.getValue().length()
                                                                <= MAX_VALUE_CHARS);
        if (!fits) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "at most 64 labels with names of [a-zA-Z0-9._/-]");
        }
        return new TreeMap<>(labels);
    }
}
