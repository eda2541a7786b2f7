package dev.assay.verifier.merge;

import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Program;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.baseline.PlatformExpectations.Sequence;
import dev.assay.ima.ImaSigner;
import dev.assay.text.Numbers;
import dev.assay.tree.Digest;
import dev.assay.verifier.collect.CapturedFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What TPMs vouch for: each way in which one of the hosts booted is golden, and what ran on any of
/// them. What is not alike is told: whoever signs it sees what he allows.
final class PlatformMerger implements PartMerger<Optional<PlatformExpectations>> {
    @Override
    public Joined<Optional<PlatformExpectations>> join(List<CapturedFile> captures)
            throws MergeRefusedException {
        List<PlatformExpectations> all =
                captures.stream()
                        .map(capture -> capture.baseline().platform())
                        .filter(Objects::nonNull)
                        .toList();
        if (all.isEmpty()) {
            return new Joined<>(Optional.empty(), List.of(), 0, List.of());
        }
        List<String> notes = new ArrayList<>();
        requireAlike(all.size() == captures.size(), "some of them have a boot log or an IMA list");
        requireAlike(
                all.stream().map(one -> one.programs() != null).distinct().count() == 1,
                "some of them have an IMA list");
        return new Joined<>(
                Optional.of(new PlatformExpectations(boot(all, notes), programs(all, notes))),
                List.of(),
                0,
                notes);
    }

    private static void requireAlike(boolean isAlike, String some) throws MergeRefusedException {
        if (!isAlike) {
            throw new MergeRefusedException(List.of(some + ", others none"));
        }
    }

    /// A PCR that not all captures speak of is held to nothing.
    private static List<Pcr> boot(List<PlatformExpectations> all, List<String> notes)
            throws MergeRefusedException {
        SortedMap<Integer, List<Pcr>> byNumber = new TreeMap<>();
        for (PlatformExpectations one : all) {
            for (Pcr pcr : one.boot()) {
                byNumber.computeIfAbsent(pcr.pcr(), absent -> new ArrayList<>()).add(pcr);
            }
        }
        List<Pcr> merged = new ArrayList<>();
        for (List<Pcr> same : byNumber.values()) {
            if (same.size() == all.size()) {
                merged.add(merge(same, notes));
            }
        }
        return merged;
    }

    private static Pcr merge(List<Pcr> same, List<String> notes) throws MergeRefusedException {
        int number = same.getFirst().pcr();
        Optional<String> ignored =
                same.stream().map(Pcr::ignored).filter(Objects::nonNull).findFirst();
        if (ignored.isPresent()) {
            notes.add("PCR " + number + " is ignored: " + ignored.get());
            return new Pcr(number, List.of(), ignored.get());
        }
        Map<Digest, Sequence> ways = new LinkedHashMap<>();
        same.forEach(pcr -> pcr.oneOf().forEach(way -> ways.putIfAbsent(way.value(), way)));
        if (ways.size() > PlatformExpectations.MAX_SEQUENCES) {
            throw new MergeRefusedException(
                    List.of(
                            "PCR "
                                    + number
                                    + " has "
                                    + ways.size()
                                    + " values: capture with --ignore-pcr "
                                    + number
                                    + "=REASON"));
        }
        if (ways.size() > 1) {
            notes.add("PCR " + number + " is golden with " + ways.size() + " values");
        }
        return new Pcr(number, List.copyOf(ways.values()), null);
    }

    private static @Nullable Programs programs(List<PlatformExpectations> all, List<String> notes) {
        List<Programs> each =
                all.stream().map(PlatformExpectations::programs).filter(Objects::nonNull).toList();
        if (each.isEmpty()) {
            return null;
        }
        Collection<Program> union =
                new TreeSet<>(
                        Comparator.comparing(Program::path)
                                .thenComparing(program -> program.digest().hex()));
        each.forEach(programs -> union.addAll(programs.beyondTree()));
        long everywhere =
                union.stream()
                        .filter(
                                program ->
                                        each.stream()
                                                .allMatch(
                                                        programs ->
                                                                programs.beyondTree()
                                                                        .contains(program)))
                        .count();
        if (everywhere < union.size()) {
            notes.add(
                    Numbers.count(union.size() - everywhere, "program")
                            + " beyond the tree ran in some captures only");
        }
        boolean violations = each.stream().anyMatch(Programs::violations);
        if (violations) {
            notes.add("files may be open for writing while they run");
        }
        List<ImaSigner> signers =
                each.stream().flatMap(programs -> programs.signers().stream()).distinct().toList();
        if (each.stream().anyMatch(programs -> programs.signers().size() < signers.size())) {
            notes.add("some captures name signers that others do not");
        }
        return new Programs(List.copyOf(union), violations, signers);
    }
}
