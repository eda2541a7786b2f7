package dev.assay.bench;

import java.util.Arrays;
import java.util.Collection;

/// What several runs came to, in the unit of the runs. The median is what a table shows: on a
/// machine that has other work too, the mean tells of that work.
record Spread(double median, double min, double max) {
    /// @throws IllegalArgumentException where there are none
    static Spread of(Collection<Double> values) {
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /// The least value that `percent` of all do not exceed (nearest rank): one that was measured,
    /// not one between two.
    static double percentile(Collection<Double> values, double percent) {
        if (percent <= 0 || percent > 100) {
            throw new IllegalArgumentException("a percentile lies in (0, 100]: " + percent);
        }
        double[] sorted = sorted(values);
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[rank - 1];
    }

    private static double[] sorted(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
