package dev.assay.baseline;

import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Walks two trees side by side, in order, holding neither.
public final class Comparison {
    private Comparison() {}

    /// Tells every drift, sorted by path.
    public static void run(
            EntrySource golden, EntrySource measured, Scope scope, Consumer<Drift> drifts)
            throws IOException, MalformedInputException {
        RuleState rules = RuleState.root(scope);
        @Nullable Entry before = golden.next();
        @Nullable Entry after = measured.next();
        while (before != null || after != null) {
            int order = compare(before, after);
            if (order != 0 || !Objects.equals(before, after)) {
                drifts.accept(drift(order <= 0 ? before : null, order >= 0 ? after : null, rules));
            }
            if (order <= 0) {
                before = golden.next();
            }
            if (order >= 0) {
                after = measured.next();
            }
        }
    }

    /// The end of either side sorts last.
    private static int compare(@Nullable Entry before, @Nullable Entry after) {
        if (before == null) {
            return 1;
        }
        return after == null ? -1 : before.compareTo(after);
    }

    static Drift drift(@Nullable Entry golden, @Nullable Entry measured, RuleState rules) {
        NodePath path = Objects.requireNonNull(golden != null ? golden : measured).path();
        return new Drift(
                path,
                golden == null ? null : golden.leaf(),
                measured == null ? null : measured.leaf(),
                null,
                survivesReset(rules, path));
    }

    /// What no rule covers is taken to survive.
    static boolean survivesReset(RuleState rules, NodePath path) {
        return rules.descend(path).rule().map(Rule::outlivesReset).orElse(true);
    }
}
