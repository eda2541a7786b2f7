package dev.assay.verifier.incident;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What an incident looks like, and why. It resets nobody and lifts nothing: it is a hint for the
/// person who decides, and it says when it is not sure. An intruder who knows these rules can look
/// like something else; that is why nothing automatic hangs on it.
///
/// Each piece of evidence speaks for or against one kind with a weight; the kinds are ranked by
/// their sums, and of equal ones the worse comes first.
///
/// @param kind the first of the ranking
/// @param reasons all, the weightiest first
/// @param ranking all kinds, the likeliest first
public record Belief(Kind kind, Confidence confidence, List<Reason> reasons, List<Ranked> ranking) {
    /// In the order in which a doubt is decided.
    public enum Kind {
        INTRUSION,
        BAD_BASELINE,
        UPDATE,
        NOISE;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        @JsonValue
        public String wire() {
            return wire;
        }
    }

    public enum Confidence {
        NOT_SURE("not sure"),
        PERHAPS("perhaps"),
        LIKELY("likely");

        private final String wire;

        Confidence(String wire) {
            this.wire = wire;
        }

        @JsonValue
        public String wire() {
            return wire;
        }
    }

    /// One piece of evidence.
    ///
    /// @param weight above zero where it speaks for the kind, below where against
    public record Reason(Kind about, int weight, String says) {}

    public record Ranked(Kind kind, int weight) {}

    private static final int LIKELY_WEIGHT = 4;
    private static final int LIKELY_MARGIN = 3;
    private static final int PERHAPS_MARGIN = 2;

    public Belief {
        reasons = List.copyOf(reasons);
        ranking = List.copyOf(ranking);
    }

    public static Belief of(IncidentFacts facts) {
        List<Reason> reasons = new ArrayList<>(Evidence.of(facts));
        reasons.sort(
                Comparator.comparingInt((Reason reason) -> Math.abs(reason.weight()))
                        .reversed()
                        .thenComparing(Reason::about)
                        .thenComparing(Reason::says));
        List<Ranked> ranking = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            int weight =
                    reasons.stream()
                            .filter(reason -> reason.about() == kind)
                            .mapToInt(Reason::weight)
                            .sum();
            ranking.add(new Ranked(kind, weight));
        }
        // Stable, so that of equal ones the worse stays first.
        ranking.sort(Comparator.comparingInt(Ranked::weight).reversed());
        return new Belief(ranking.getFirst().kind(), confidence(ranking), reasons, ranking);
    }

    private static Confidence confidence(List<Ranked> ranking) {
        int first = ranking.get(0).weight();
        int margin = first - Math.max(0, ranking.get(1).weight());
        if (first >= LIKELY_WEIGHT && margin >= LIKELY_MARGIN) {
            return Confidence.LIKELY;
        }
        return margin >= PERHAPS_MARGIN ? Confidence.PERHAPS : Confidence.NOT_SURE;
    }

    /// `likely bad-baseline`, `not sure: intrusion first`.
    public String line() {
        return confidence == Confidence.NOT_SURE
                ? "not sure, " + kind.wire() + " before " + ranking.get(1).kind().wire()
                : confidence.wire() + " " + kind.wire();
    }
}
