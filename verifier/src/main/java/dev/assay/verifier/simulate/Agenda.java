package dev.assay.verifier.simulate;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/// What is to happen and when. The time jumps from one entry to the next; entries of one
/// millisecond run in the order in which they were put down, so that a run can be repeated.
final class Agenda {
    /// A Monday morning.
    static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(
                    Comparator.comparingLong(Entry::atMillis).thenComparingLong(Entry::number));
    private long nowMillis;
    private long number;

    private record Entry(long atMillis, long number, Runnable work) {}

    /// Since the start.
    long nowMillis() {
        return nowMillis;
    }

    Instant now() {
        return START.plusMillis(nowMillis);
    }

    void at(long millis, Runnable work) {
        entries.add(new Entry(Math.max(millis, nowMillis), number++, work));
    }

    void after(long millis, Runnable work) {
        at(nowMillis + millis, work);
    }

    /// Runs the next entry.
    ///
    /// @return false where there is none before that time, which it is then
    boolean runNext(long untilMillis) {
        Entry next = entries.peek();
        if (next == null || next.atMillis() > untilMillis) {
            nowMillis = Math.max(nowMillis, untilMillis);
            return false;
        }
        entries.poll();
        nowMillis = next.atMillis();
        next.work().run();
        return true;
    }

    /// A clock that reads this time, and may be wrong.
    static final class AgendaClock extends Clock {
        private final Agenda agenda;
        private long skewMillis;

        AgendaClock(Agenda agenda) {
            this.agenda = agenda;
        }

        long skewMillis() {
            return skewMillis;
        }

        void putForward(long millis) {
            skewMillis += millis;
        }

        @Override
        public Instant instant() {
            return agenda.now().plusMillis(skewMillis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
