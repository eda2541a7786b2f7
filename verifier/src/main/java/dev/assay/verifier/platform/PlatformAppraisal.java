package dev.assay.verifier.platform;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Drift;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Protocol.LogsWanted;
import dev.assay.evidence.Quote;
import dev.assay.evidence.Quote.ImaPart;
import dev.assay.ima.ExecutedPath;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.signing.Verified;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.Replay;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.KernelFindings;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import dev.assay.verifier.intake.AuthenticEvidence.Quoted;
import dev.assay.verifier.platform.KnownPrograms.Extended;
import dev.assay.verifier.platform.PlatformMemory.Boot;
import dev.assay.verifier.platform.PlatformMemory.BootDrifts;
import dev.assay.verifier.platform.PlatformMemory.Candidate;
import dev.assay.verifier.platform.PlatformMemory.Progress;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds a quote and its logs against what a baseline expects of a TPM. Where a replica finds that
/// it has not what it needs it asks for all of it; that is no verdict.
public final class PlatformAppraisal {
    /// Drifts of what ran that are listed.
    private static final int MAX_DRIFTS = 500;

    private final PlatformMemory memory;
    private final KnownPrograms programs;

    public PlatformAppraisal(FileContents files) {
        this.memory = new PlatformMemory();
        this.programs = new KnownPrograms(files);
    }

    /// What is to come beside the next quote of this boot.
    public LogsWanted wanted(String host, BootId boot) {
        return memory.of(host)
                .filter(known -> known.boot().equals(boot))
                .map(known -> new LogsWanted(known.wantsBootLog(), known.progress().entries()))
                .orElse(LogsWanted.ALL);
    }

    /// @throws NotAuthenticException where logs are needed that did not come
    /// @throws MalformedInputException where a log is none
    public KernelFindings appraise(
            String host, BootId boot, Quoted quoted, Verified<Baseline> reference)
            throws NotAuthenticException, MalformedInputException {
        return appraise(host, boot, quoted, new Reference(reference.digest(), reference.value()));
    }

    /// @param document the baseline's digest
    record Reference(Digest document, Baseline baseline) {}

    KernelFindings appraise(String host, BootId boot, Quoted quoted, Reference reference)
            throws NotAuthenticException, MalformedInputException {
        PlatformExpectations expected = reference.baseline().platform();
        if (expected == null) {
            return KernelFindings.NONE;
        }
        Boot known =
                memory.of(host)
                        .filter(its -> its.isOf(boot, reference.document()))
                        .orElseGet(() -> Boot.begin(boot, reference.document()));
        Set<Vouched> vouched = EnumSet.noneOf(Vouched.class);
        List<Drift> drifts = new ArrayList<>();
        @Nullable BootDrifts bootDrifts = null;
        if (!expected.boot().isEmpty()) {
            vouched.add(Vouched.BOOT);
            bootDrifts = bootDrifts(expected.boot(), quoted, known.drifts());
            if (bootDrifts != null) {
                drifts.addAll(bootDrifts.drifts());
            }
        }
        Ran ran = Ran.nothing(known.progress());
        Programs golden = expected.programs();
        if (golden != null) {
            vouched.add(Vouched.EXECUTABLES);
            ran = ran(quoted, known.progress(), reference, golden);
            drifts.addAll(ran.drifts());
        }
        memory.keep(host, new Boot(boot, reference.document(), ran.progress(), bootDrifts));
        return new KernelFindings(
                vouched,
                drifts.stream().sorted((a, b) -> a.path().compareTo(b.path())).toList(),
                ran.undetermined().orElse(null),
                ran.fault().orElse(null));
    }

    /// Null where the boot is golden. The values prove the drift; the log, where it comes, tells
    /// which event it was, and is not asked for again.
    private static @Nullable BootDrifts bootDrifts(
            List<Pcr> expected, Quoted quoted, @Nullable BootDrifts known)
            throws MalformedInputException {
        if (BootAppraisal.isGolden(expected, quoted.pcrs())) {
            return null;
        }
        Bytes log = quoted.logs().bootLog();
        List<Integer> pcrs = expected.stream().map(Pcr::pcr).toList();
        if (known != null && known.areOf(quoted.pcrs(), pcrs) && (known.byEvent() || log == null)) {
            return known;
        }
        // A host without a log sends an empty one.
        Optional<EventLog> parsed =
                log == null || log.isEmpty() ? Optional.empty() : Optional.of(EventLog.parse(log));
        return new BootDrifts(
                quoted.pcrs(), BootAppraisal.drifts(expected, quoted.pcrs(), parsed), log != null);
    }

    private static NotAuthenticException unknown(String what) {
        return new NotAuthenticException(
                Reason.LOGS_UNKNOWN, "this verifier needs " + what + " from its beginning");
    }

    /// @param progress for the next evidence
    private record Ran(
            Progress progress,
            List<Drift> drifts,
            Optional<String> undetermined,
            Optional<String> fault) {
        static Ran nothing(Progress progress) {
            return new Ran(progress, List.of(), Optional.empty(), Optional.empty());
        }

        static Ran undetermined(Progress progress, String why) {
            return new Ran(progress, progress.drifts(), Optional.of(why), Optional.empty());
        }

        static Ran contradiction(String why) {
            Drift drift =
                    new Drift(
                            ExecutedPath.EXECUTED,
                            null,
                            Leaf.ofReason(Kind.VALUE, why),
                            null,
                            false);
            return new Ran(Progress.NONE, List.of(drift), Optional.empty(), Optional.empty());
        }
    }

    private Ran ran(Quoted quoted, Progress known, Reference reference, Programs golden)
            throws NotAuthenticException, MalformedInputException {
        ImaPart part = quoted.logs().ima();
        Bytes value = quoted.pcrs().values().getOrDefault(ImaList.PCR, Quote.BANK.zeros());
        if (part == null) {
            return value.equals(Quote.BANK.zeros())
                    ? Ran.contradiction("the kernel measures nothing that runs")
                    : Ran.undetermined(Progress.NONE, "the host sends no IMA list");
        }
        Progress from = part.offset() == 0 ? Progress.NONE : known;
        if (part.offset() != from.entries()) {
            throw unknown("the IMA list");
        }
        List<ImaEntry> entries = ImaList.parsePart(part.entries(), part.offset());
        // A kernel that measures has at least begun its list.
        Optional<Reached> reached =
                from.entries() == 0 && value.equals(Quote.BANK.zeros())
                        ? Optional.empty()
                        : reach(from, entries, value);
        if (reached.isEmpty() && part.entries().length() < ImaPart.MAX_BYTES / 2) {
            return Ran.contradiction("the IMA list does not give the quoted PCR 10");
        }
        // A list that is longer than one evidence comes in parts, of which the last meets the PCR.
        int followed = reached.map(Reached::entries).orElse(entries.size());
        List<Candidate> candidates =
                reached.map(to -> List.of(to.candidate())).orElseGet(() -> all(from, entries));
        try {
            List<Extended> measured =
                    reached.map(Reached::measured)
                            .orElseGet(() -> extended(entries, candidates.getFirst().isPadded()));
            List<Drift> found = judge(quoted, from, measured, reference, golden);
            List<Drift> drifts =
                    Stream.concat(from.drifts().stream(), found.stream())
                            .limit(MAX_DRIFTS)
                            .toList();
            Progress progress = new Progress(from.entries() + followed, candidates, drifts);
            return reached.isEmpty()
                    ? Ran.undetermined(progress, "more of the IMA list is to come")
                    : new Ran(progress, drifts, Optional.empty(), Optional.empty());
        } catch (IOException e) {
            return new Ran(
                    known,
                    known.drifts(),
                    Optional.empty(),
                    Optional.of("the baseline's manifest cannot be read"));
        }
    }

    /// @param entries of the part that the value stands for
    /// @param measured those of them that are PCR 10's
    private record Reached(int entries, Candidate candidate, List<Extended> measured) {}

    private static Optional<Reached> reach(Progress from, List<ImaEntry> entries, Bytes value) {
        for (Candidate candidate : from.candidates()) {
            List<Extended> measured = new ArrayList<>();
            if (candidate.value().equals(value)) {
                return Optional.of(new Reached(0, candidate, measured));
            }
            Replay replay = replay(candidate);
            for (int i = 0; i < entries.size(); i++) {
                ImaEntry entry = entries.get(i);
                if (entry.pcr() == ImaList.PCR) {
                    Bytes digest = digest(entry, candidate.isPadded());
                    measured.add(new Extended(entry, digest));
                    replay.extend(ImaList.PCR, digest);
                    if (replay.value(ImaList.PCR).equals(value)) {
                        Candidate reached = new Candidate(value, candidate.isPadded());
                        return Optional.of(new Reached(i + 1, reached, measured));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<Candidate> all(Progress from, List<ImaEntry> entries) {
        List<Candidate> candidates = new ArrayList<>();
        for (Candidate candidate : from.candidates()) {
            Replay replay = replay(candidate);
            entries.forEach(entry -> extend(replay, entry, candidate.isPadded()));
            candidates.add(new Candidate(replay.value(ImaList.PCR), candidate.isPadded()));
        }
        return candidates;
    }

    private static Replay replay(Candidate from) {
        Replay replay = new Replay(Quote.BANK);
        replay.begin(ImaList.PCR, from.value());
        return replay;
    }

    /// Of an entry of another PCR nothing vouches for what it says, and nothing is lost: that PCR
    /// has its own expectation.
    private static void extend(Replay replay, ImaEntry entry, boolean isPadded) {
        if (entry.pcr() == ImaList.PCR) {
            replay.extend(ImaList.PCR, digest(entry, isPadded));
        }
    }

    private static Bytes digest(ImaEntry entry, boolean isPadded) {
        return isPadded ? entry.paddedWith(Quote.BANK) : entry.extendedWith(Quote.BANK);
    }

    private static List<Extended> extended(List<ImaEntry> entries, boolean isPadded) {
        return entries.stream()
                .filter(entry -> entry.pcr() == ImaList.PCR)
                .map(entry -> new Extended(entry, digest(entry, isPadded)))
                .toList();
    }

    private List<Drift> judge(
            Quoted quoted,
            Progress from,
            List<Extended> measured,
            Reference reference,
            Programs golden)
            throws IOException {
        List<Drift> drifts = new ArrayList<>();
        List<Extended> ran = measured;
        if (from.entries() == 0 && !measured.isEmpty()) {
            ran = measured.subList(1, measured.size());
            if (!isAggregate(measured.getFirst().entry(), quoted.pcrs())) {
                drifts.add(
                        new Drift(
                                ExecutedPath.of(ImaEntry.BOOT_AGGREGATE),
                                null,
                                Leaf.ofReason(Kind.VALUE, "not of the quoted boot PCRs"),
                                null,
                                false));
            }
        }
        drifts.addAll(programs.drifts(reference.document(), reference.baseline(), golden, ran));
        return drifts;
    }

    private static boolean isAggregate(ImaEntry first, PcrBank quoted) {
        return Explanation.isAggregateOf(
                        first, List.of(new PcrBank(Quote.BANK, new TreeMap<>(quoted.values()))))
                .orElse(false);
    }
}
