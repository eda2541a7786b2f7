package dev.assay.agent.tree;

/// Where records begin, in the order of their names. A merge sort over numbers: the one for objects
/// is compiled again and again as its guesses about each directory fail.
final class NameOrder {
    private static final int RUN = 8;

    private final byte[] packed;

    private NameOrder(byte[] packed) {
        this.packed = packed;
    }

    static int[] starts(byte[] packed, int end, int count) {
        int[] starts = new int[count];
        Records record = new Records(packed, end);
        for (int i = 0; record.next(); i++) {
            starts[i] = record.start();
        }
        return new NameOrder(packed).sorted(starts);
    }

    private int[] sorted(int[] starts) {
        int count = starts.length;
        for (int from = 0; from < count; from += RUN) {
            insert(starts, from, Math.min(from + RUN, count));
        }
        int[] from = starts;
        int[] to = count > RUN ? new int[count] : starts;
        for (int width = RUN; width < count; width *= 2) {
            for (int low = 0; low < count; low += 2 * width) {
                int middle = Math.min(low + width, count);
                merge(from, low, middle, Math.min(middle + width, count), to);
            }
            int[] merged = to;
            to = from;
            from = merged;
        }
        return from;
    }

    private void insert(int[] starts, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int start = starts[i];
            int at = i;
            while (at > from && isAfter(starts[at - 1], start)) {
                starts[at] = starts[at - 1];
                at--;
            }
            starts[at] = start;
        }
    }

    private void merge(int[] from, int low, int middle, int high, int[] to) {
        if (middle == high || !isAfter(from[middle - 1], from[middle])) {
            System.arraycopy(from, low, to, low, high - low);
            return;
        }
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            boolean takeRight = left == middle || right < high && isAfter(from[left], from[right]);
            to[i] = takeRight ? from[right++] : from[left++];
        }
    }

    private boolean isAfter(int start, int other) {
        return Records.compareNames(packed, start, other) > 0;
    }
}
