package dev.assay.agent.tpm;

import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Event;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Program;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.baseline.PlatformExpectations.Sequence;
import dev.assay.boot.BootEvent;
import dev.assay.boot.EventLog;
import dev.assay.boot.EventText;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Quote;
import dev.assay.ima.ExecutedPath;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.ima.ImaSigner;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.tpm.PcrBank;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a golden host's boot and its kernel's list come to as expectations.
public final class PlatformCapture {
    private static final String UNEXPLAINED = "no log explains its value on the captured host";
    private static final String SHA256 = "sha256";

    private final SortedMap<Integer, String> ignored;
    private final boolean violations;
    private final List<ImaSigner> signers;
    private final Bytes ownFolder;

    /// @param ignored PCRs that may be anything, and why
    /// @param violations whether files that were open for writing while they ran are golden
    /// @param signers whose files are golden wherever they lie
    /// @param ownFolder of the capturing program: what ran from it is not the host's
    public PlatformCapture(
            SortedMap<Integer, String> ignored,
            boolean violations,
            List<ImaSigner> signers,
            Bytes ownFolder) {
        this.ignored = new TreeMap<>(ignored);
        this.violations = violations;
        this.signers = List.copyOf(signers);
        this.ownFolder = ownFolder;
    }

    /// @param quoted what the TPM says its PCRs are; empty where there is no TPM at hand, and then
    ///   the log is believed
    /// @throws MalformedInputException where the log is none
    public List<Pcr> boot(Optional<Bytes> bootLog, Optional<SortedMap<Integer, Bytes>> quoted)
            throws MalformedInputException {
        if (bootLog.isEmpty() && quoted.isEmpty()) {
            return List.of();
        }
        @Nullable EventLog log = bootLog.isEmpty() ? null : EventLog.parse(bootLog.get());
        if (log != null && !log.banks().contains(Quote.BANK)) {
            log = null;
        }
        List<Pcr> pcrs = new ArrayList<>();
        for (int pcr = 0; pcr < Quote.PCRS; pcr++) {
            if (pcr != ImaList.PCR) {
                pcrs.add(pcr(pcr, log, quoted));
            }
        }
        return pcrs;
    }

    private Pcr pcr(int pcr, @Nullable EventLog log, Optional<SortedMap<Integer, Bytes>> quoted) {
        @Nullable String why = ignored.get(pcr);
        if (why != null) {
            return new Pcr(pcr, List.of(), why);
        }
        Bytes replayed = log == null ? Quote.BANK.zeros() : value(log.replay(Quote.BANK), pcr);
        Bytes value = quoted.map(values -> values.get(pcr)).orElse(replayed);
        if (!replayed.equals(value)) {
            return new Pcr(pcr, List.of(), UNEXPLAINED);
        }
        return new Pcr(
                pcr,
                List.of(new Sequence(Digest.of(value), log == null ? List.of() : events(log, pcr))),
                null);
    }

    private static Bytes value(PcrBank bank, int pcr) {
        return bank.values().getOrDefault(pcr, Quote.BANK.zeros());
    }

    private static List<Event> events(EventLog log, int pcr) {
        List<Event> events = new ArrayList<>();
        for (BootEvent event : log.events()) {
            Bytes digest = event.digests().get(Quote.BANK);
            if (event.isExtended()
                    && event.pcr() == pcr
                    && digest != null
                    && events.size() < PlatformExpectations.MAX_EVENTS) {
                events.add(
                        new Event(
                                event.type().toString(),
                                Digest.of(digest),
                                EventText.of(event),
                                event.data() instanceof BootEvent.Data.Covered));
            }
        }
        return events;
    }

    /// @param tree all that was captured
    /// @throws MalformedInputException where the list is none, its digests are not of SHA-256, or a
    ///   file was open for writing while it ran and that is not to be golden
    public Programs programs(Bytes imaList, Iterable<Entry> tree) throws MalformedInputException {
        List<ImaEntry> ran = new ArrayList<>();
        for (ImaEntry entry : ImaList.parse(imaList).entries()) {
            if (entry.pcr() == ImaList.PCR
                    && !entry.isBootAggregate()
                    && !isOwn(entry)
                    && signers.stream().noneMatch(signer -> signer.signed(entry))) {
                require(entry);
                if (!entry.isViolation()) {
                    ran.add(entry);
                }
            }
        }
        Map<NodePath, String> contents = contents(ran, tree);
        SortedMap<NodePath, SortedMap<String, Program>> beyond = new TreeMap<>();
        for (ImaEntry entry : ran) {
            Digest digest = Digest.of(entry.digest());
            if (!digest.hex().equals(contents.get(ExecutedPath.inTree(entry.path())))) {
                NodePath path = ExecutedPath.of(entry.path());
                beyond.computeIfAbsent(path, absent -> new TreeMap<>())
                        .put(digest.hex(), new Program(path, digest));
            }
        }
        return new Programs(
                beyond.values().stream().flatMap(all -> all.values().stream()).toList(),
                violations,
                signers);
    }

    /// Of those files that ran, in hex.
    private static Map<NodePath, String> contents(List<ImaEntry> ran, Iterable<Entry> tree) {
        Set<NodePath> paths = new HashSet<>();
        ran.forEach(entry -> paths.add(ExecutedPath.inTree(entry.path())));
        Map<NodePath, String> contents = new HashMap<>();
        for (Entry entry : tree) {
            NodePath path = ExecutedPath.ofTree(entry.path());
            if (paths.contains(path)) {
                entry.leaf()
                        .attribute(Leaf.CONTENT)
                        .ifPresent(hex -> contents.put(path, hex.lossyText()));
            }
        }
        return contents;
    }

    private boolean isOwn(ImaEntry entry) {
        return !ownFolder.isEmpty()
                && entry.path().length() > ownFolder.length()
                && entry.path().slice(0, ownFolder.length()).equals(ownFolder);
    }

    private void require(ImaEntry entry) throws MalformedInputException {
        if (!entry.isViolation() && !entry.algorithm().endsWith(SHA256)) {
            throw new MalformedInputException(
                    "IMA list: the kernel measures by "
                            + entry.algorithm()
                            + ": boot it with ima_hash=sha256");
        }
        if (entry.isViolation() && !violations) {
            throw new MalformedInputException(
                    "IMA list: "
                            + ExecutedPath.of(entry.path())
                            + " was open for writing while it ran, so that nobody knows what ran:"
                            + " capture a host on which that did not happen, or say"
                            + " --allow-ima-violations");
        }
    }
}
