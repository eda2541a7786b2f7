package dev.assay.verifier.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.assay.bytes.EscapedText;
import dev.assay.scope.Condition;
import dev.assay.text.DriftText;
import dev.assay.text.Numbers;
import dev.assay.tree.Digest;
import dev.assay.verifier.merge.Difference;
import dev.assay.verifier.merge.Merge;
import dev.assay.verifier.merge.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `baseline merge` prints.
///
/// @param result `joined` or `differs`
/// @param byHand how many of the differences nothing is proposed for
/// @param file that was written; null where they differ
record MergeDocument(
        String result,
        List<String> captures,
        long total,
        long byHand,
        List<Line> differences,
        List<String> notes,
        @Nullable String file,
        @Nullable Digest baseline,
        @Nullable String proposedScope) {
    /// @param mutability with `path`: a rule of a scope
    /// @param condition with `path`: an expectation of a scope
    /// @param byHand why there is nothing to propose
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ProposedLine(
            @Nullable String path,
            @JsonProperty("class") @Nullable String mutability,
            @Nullable String condition,
            @Nullable String reason,
            @Nullable String byHand) {}

    /// @param values in order of the captures
    record Line(
            String path,
            String name,
            List<String> what,
            List<String> values,
            ProposedLine proposal) {}

    /// @param baseline that was written; null where they differ
    static MergeDocument of(
            List<String> captures,
            Merge.Merged merged,
            int limit,
            String out,
            @Nullable Digest baseline,
            @Nullable String proposedScope) {
        return new MergeDocument(
                baseline == null ? "differs" : "joined",
                captures,
                merged.total(),
                merged.differences().stream()
                        .filter(one -> one.proposal() instanceof Proposal.ByHand)
                        .count(),
                merged.differences().stream().limit(limit).map(MergeDocument::line).toList(),
                merged.notes(),
                baseline == null ? null : out,
                baseline,
                proposedScope);
    }

    private static Line line(Difference difference) {
        return new Line(
                difference.path().toString(),
                DriftText.name(difference.path()),
                difference.what(),
                difference.values(),
                proposal(difference.proposal()));
    }

    private static ProposedLine proposal(Proposal proposal) {
        return switch (proposal) {
            case Proposal.OfRule(var rule) ->
                    new ProposedLine(
                            rule.path().text(),
                            rule.mutability().wire(),
                            null,
                            rule.reason(),
                            null);
            case Proposal.OfExpectation(var expectation) ->
                    new ProposedLine(
                            expectation.path().text(),
                            null,
                            condition(expectation.condition()),
                            expectation.reason(),
                            null);
            case Proposal.ByHand(String why) -> new ProposedLine(null, null, null, null, why);
        };
    }

    private static String condition(Condition condition) {
        return EscapedText.printable(
                switch (condition) {
                    case Condition.OneOf(var values) -> "one of " + String.join(", ", values);
                    case Condition.EqualsFact(String fact) -> "${" + fact + "}";
                    case Condition.Exact(String value) -> value;
                    case Condition.Range(long min, long max) -> min + " to " + max;
                    case Condition.Absent absent -> "nothing";
                    case Condition.Any any -> "any value";
                });
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Line line : differences()) {
            lines.add("DIFFERS    " + line.name() + "  " + String.join(", ", line.what()));
            for (int i = 0; i < line.values().size(); i++) {
                lines.add("             " + captures().get(i) + "  " + line.values().get(i));
            }
            lines.addAll(Wrapped.of("           → ", "             ", says(line.proposal())));
        }
        if (differences().size() < total()) {
            lines.add("and " + Numbers.count(total() - differences().size()) + " more (--limit)");
        }
        notes().forEach(note -> lines.addAll(Wrapped.of("NOTE       ", "             ", note)));
        if (file() != null) {
            lines.add(
                    "JOINED "
                            + Numbers.count(captures().size(), "capture")
                            + " in "
                            + file()
                            + ", unsigned: attest-verifier baseline sign");
            return lines;
        }
        lines.add(
                Numbers.count(total(), "difference")
                        + ", "
                        + Numbers.count(byHand())
                        + " of them to decide by hand; no baseline was written");
        lines.add(
                proposedScope() == null
                        ? "--propose FILE --scope-name NAME writes a scope with what is proposed"
                        : "the proposed scope is in "
                                + proposedScope()
                                + ": look at it, and collect all of them again with --scope "
                                + proposedScope());
        return lines;
    }

    private static String says(ProposedLine proposal) {
        if (proposal.byHand() != null) {
            return "to decide by hand: " + proposal.byHand();
        }
        String what = proposal.mutability() == null ? proposal.condition() : proposal.mutability();
        return "proposed: " + what + " for " + proposal.path();
    }
}
