package dev.assay.verifier.platform;

import dev.assay.baseline.Drift;
import dev.assay.baseline.PlatformExpectations.Event;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Sequence;
import dev.assay.boot.BootEvent;
import dev.assay.boot.EventLog;
import dev.assay.boot.EventText;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Quote;
import dev.assay.measurement.Leaf;
import dev.assay.tpm.PcrBank;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a host booted, against how golden ones do. The quoted values alone decide; the log tells
/// which event it was.
final class BootAppraisal {
    /// Nothing of a host's own measurement is below it.
    static final NodePath BOOT = NodePath.of("boot");

    private BootAppraisal() {}

    static boolean isGolden(List<Pcr> expected, PcrBank quoted) {
        return expected.stream().allMatch(pcr -> pcr.allows(value(quoted, pcr.pcr())));
    }

    /// @param log empty where the host has none
    static List<Drift> drifts(List<Pcr> expected, PcrBank quoted, Optional<EventLog> log) {
        Optional<PcrBank> replayed =
                log.filter(its -> its.banks().contains(Quote.BANK))
                        .map(its -> its.replay(Quote.BANK));
        List<Drift> drifts = new ArrayList<>();
        for (Pcr pcr : expected) {
            Bytes value = value(quoted, pcr.pcr());
            if (pcr.allows(value)) {
                continue;
            }
            NodePath place = BOOT.child("pcr" + pcr.pcr());
            boolean isExplained =
                    replayed.isPresent()
                            && value.equals(
                                    replayed.get()
                                            .values()
                                            .getOrDefault(pcr.pcr(), Quote.BANK.zeros()));
            List<Drift> byEvent =
                    isExplained
                            ? byEvent(place, pcr, events(log.orElseThrow(), pcr.pcr()))
                            : List.of();
            drifts.addAll(
                    byEvent.isEmpty() ? List.of(byValue(place, pcr, value, isExplained)) : byEvent);
        }
        return drifts;
    }

    private static Bytes value(PcrBank quoted, int pcr) {
        return quoted.values().getOrDefault(pcr, Quote.BANK.zeros());
    }

    private static Drift byValue(NodePath place, Pcr pcr, Bytes value, boolean isExplained) {
        String why = isExplained ? "" : ", and the host's log does not explain it";
        return drift(
                place,
                "value " + pcr.oneOf().getFirst().value().hex(),
                "value " + value.hex() + why);
    }

    private static List<Event> events(EventLog log, int pcr) {
        List<Event> events = new ArrayList<>();
        for (BootEvent event : log.events()) {
            Bytes digest = event.digests().get(Quote.BANK);
            if (event.isExtended() && event.pcr() == pcr && digest != null) {
                events.add(event(event, Digest.of(digest)));
            }
        }
        return events;
    }

    private static Event event(BootEvent event, Digest digest) {
        return new Event(
                event.type().toString(),
                digest,
                EventText.of(event),
                event.data() instanceof BootEvent.Data.Covered);
    }

    /// Against the way of which most is the same.
    private static List<Drift> byEvent(NodePath place, Pcr pcr, List<Event> found) {
        List<Event> nearest =
                pcr.oneOf().stream()
                        .map(Sequence::events)
                        .max(Comparator.comparingInt(way -> sameAtBothEnds(way, found)))
                        .orElse(List.of());
        int begin = sameAtBegin(nearest, found);
        int end = sameAtEnd(nearest, found, begin);
        int expectedLast = nearest.size() - end;
        int foundLast = found.size() - end;
        List<Drift> drifts = new ArrayList<>();
        for (int i = begin; i < Math.max(expectedLast, foundLast); i++) {
            @Nullable Event golden = i < expectedLast ? nearest.get(i) : null;
            @Nullable Event measured = i < foundLast ? found.get(i) : null;
            if (golden != null && measured != null && golden.digest().equals(measured.digest())) {
                continue;
            }
            Event named = golden == null ? measured : golden;
            if (named != null) {
                drifts.add(
                        drift(
                                place.child(String.format("%03d-%s", i, named.type())),
                                golden == null ? null : text(golden),
                                measured == null ? null : text(measured)));
            }
        }
        return drifts;
    }

    private static int sameAtBothEnds(List<Event> one, List<Event> other) {
        int begin = sameAtBegin(one, other);
        return begin + sameAtEnd(one, other, begin);
    }

    private static int sameAtBegin(List<Event> one, List<Event> other) {
        int same = 0;
        while (same < Math.min(one.size(), other.size())
                && one.get(same).digest().equals(other.get(same).digest())) {
            same++;
        }
        return same;
    }

    private static int sameAtEnd(List<Event> one, List<Event> other, int begin) {
        int most = Math.min(one.size(), other.size()) - begin;
        int same = 0;
        while (same < most
                && one.get(one.size() - 1 - same)
                        .digest()
                        .equals(other.get(other.size() - 1 - same).digest())) {
            same++;
        }
        return same;
    }

    private static String text(Event event) {
        String says =
                event.says().isEmpty()
                        ? ""
                        : event.verified()
                                ? " " + event.says()
                                : " " + event.says() + " (unverified)";
        return event.digest().hex() + says;
    }

    private static Drift drift(NodePath place, @Nullable String golden, @Nullable String measured) {
        return new Drift(
                place,
                golden == null ? null : Leaf.ofValue(Bytes.utf8(golden)),
                measured == null ? null : Leaf.ofValue(Bytes.utf8(measured)),
                null,
                false);
    }
}
