package dev.assay.agent.tree;

/// The places of records in a pile, in the order of their names. A merge sort over numbers: the one
/// for objects is compiled again and again as its guesses about each directory fail.
final class NameOrder {
    private static final int RUN = 8;

    private final RecordPile pile;

    private NameOrder(RecordPile pile) {
        this.pile = pile;
    }

    static int[] places(RecordPile pile) {
        return new NameOrder(pile).sorted(pile.places());
    }

    private int[] sorted(int[] places) {
        int count = places.length;
        for (int from = 0; from < count; from += RUN) {
            insert(places, from, Math.min(from + RUN, count));
        }
        int[] from = places;
        int[] to = count > RUN ? new int[count] : places;
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

    private void insert(int[] places, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int place = places[i];
            int at = i;
            while (at > from && isAfter(places[at - 1], place)) {
                places[at] = places[at - 1];
                at--;
            }
            places[at] = place;
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

    private boolean isAfter(int place, int other) {
        return pile.compareNames(place, other) > 0;
    }
}
