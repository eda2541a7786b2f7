package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.bytes.Bytes;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A folder that is on a golden host for the time of a capture: the agent that was brought along,
/// and what it writes.
///
/// To leave it out hides nothing from anybody: the baseline keeps the scope as it is, so that
/// whatever is left in such a folder afterwards is drift at the first check.
final class LeftOut {
    static final String REASON = "On the host for the time of the capture only.";

    private LeftOut() {}

    /// The scope by which the host is measured; the same one where it looks at nothing there.
    ///
    /// @throws IllegalArgumentException where the scope has no room for one rule more
    static Scope of(Scope scope, Path folder, Path root) throws IOException {
        Path real = folder.toRealPath();
        Path realRoot = root.toRealPath();
        if (!real.startsWith(realRoot) || real.equals(realRoot)) {
            return scope;
        }
        NodePath path = CompiledScope.FILES;
        for (Path name : realRoot.relativize(real)) {
            path = path.child(Bytes.utf8(name.toString()));
        }
        boolean looked =
                RuleState.root(scope).descend(path).rule().filter(LeftOut::looksBelow).isPresent();
        if (!looked) {
            return scope;
        }
        List<Rule> rules = new ArrayList<>(scope.rules());
        rules.add(
                new Rule(
                        PathPattern.naming(path),
                        MutabilityClass.UNMEASURED,
                        REASON,
                        false,
                        List.of()));
        return new Scope(
                scope.name(), scope.version(), scope.description(), rules, scope.expectations());
    }

    private static boolean looksBelow(Rule rule) {
        return switch (rule.mutability()) {
            case IMMUTABLE, METADATA, APPEND_ONLY, ROTATING, DATA_ONLY -> true;
            case PRESENT, UNMEASURED -> false;
        };
    }
}
