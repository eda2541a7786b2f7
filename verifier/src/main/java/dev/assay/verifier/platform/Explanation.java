package dev.assay.verifier.platform;

import dev.assay.boot.BootEvent;
import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.ima.ImaList.Reached;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.verifier.platform.Explained.By;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Explains each quoted PCR by the logs that are there. None is passed over.
public final class Explanation {
    /// PCRs of dynamic launch begin with ones (TCG PC Client Platform TPM Profile, section 4.6).
    private static final int FIRST_DYNAMIC = 17;

    private static final int LAST_DYNAMIC = 22;

    /// Firmware measures into PCRs 0 to 7, the boot loader into 8 and 9.
    private static final int FIRST_OF_LOADER = 8;

    private static final int LAST_OF_BOOT = 9;

    private final Optional<EventLog> boot;
    private final Optional<ImaList> ima;

    public Explanation(Optional<EventLog> boot, Optional<ImaList> ima) {
        this.boot = boot;
        this.ima = ima;
    }

    public List<Explained> explain(List<PcrBank> quoted) {
        List<Explained> all = new ArrayList<>();
        for (PcrBank bank : quoted) {
            Optional<PcrBank> replayed =
                    boot.filter(log -> log.banks().contains(bank.algorithm()))
                            .map(log -> log.replay(bank.algorithm()));
            bank.values()
                    .forEach((pcr, value) -> all.add(one(bank.algorithm(), pcr, value, replayed)));
        }
        return all;
    }

    /// The PCRs that the boot log has measurements of, but the quote no value: nothing vouches for
    /// what it says of them.
    public SortedSet<Integer> unquotedOfBootLog(List<PcrBank> quoted) {
        SortedSet<Integer> pcrs = new TreeSet<>();
        boot.ifPresent(log -> measured(log).forEach(event -> pcrs.add(event.pcr())));
        return without(pcrs, quoted);
    }

    /// The same of the IMA list.
    public SortedSet<Integer> unquotedOfImaList(List<PcrBank> quoted) {
        SortedSet<Integer> pcrs = new TreeSet<>();
        ima.ifPresent(list -> list.entries().forEach(entry -> pcrs.add(entry.pcr())));
        return without(pcrs, quoted);
    }

    private static SortedSet<Integer> without(SortedSet<Integer> pcrs, List<PcrBank> quoted) {
        quoted.forEach(bank -> pcrs.removeAll(bank.values().keySet()));
        return pcrs;
    }

    private static Stream<BootEvent> measured(EventLog log) {
        return log.events().stream().filter(BootEvent::isExtended);
    }

    private Explained one(HashAlgorithm bank, int pcr, Bytes value, Optional<PcrBank> replayed) {
        if (ima.isPresent() && ima.get().entries().stream().anyMatch(e -> e.pcr() == pcr)) {
            return byIma(bank, pcr, value, ima.get());
        }
        Optional<Bytes> given = replayed.map(values -> values.values().get(pcr));
        if (given.isPresent()) {
            boolean isSame = given.get().equals(value);
            return new Explained(
                    bank,
                    pcr,
                    value.hex(),
                    isSame ? By.BOOT_LOG : By.CONTRADICTED,
                    isSame ? events(pcr) + " events" : "the boot log gives " + given.get().hex());
        }
        // Into a bank that firmware does not use the system can measure whatever boot it likes.
        boolean isOfOtherBanks = replayed.isEmpty() && events(pcr) > 0;
        return isResetValue(pcr, value) && !isOfOtherBanks
                ? new Explained(bank, pcr, value.hex(), By.RESET_VALUE, "")
                : new Explained(
                        bank,
                        pcr,
                        value.hex(),
                        By.NOTHING,
                        isOfOtherBanks ? "the boot log has it in other banks alone" : "");
    }

    private static Explained byIma(HashAlgorithm bank, int pcr, Bytes value, ImaList list) {
        Optional<Reached> reached = list.reach(bank, pcr, value);
        if (reached.isEmpty()) {
            return new Explained(
                    bank,
                    pcr,
                    value.hex(),
                    By.CONTRADICTED,
                    "no beginning of the IMA list gives it");
        }
        int entries = reached.get().entries();
        int later = list.entries().size() - entries;
        String after = later > 0 ? ", " + later + " came after the quote" : "";
        if (entries > 0) {
            return new Explained(bank, pcr, value.hex(), By.IMA_LIST, entries + " entries" + after);
        }
        // The kernel writes the first entry before any program runs that could ask for a quote.
        boolean isFirst = list.entries().getFirst().pcr() == pcr;
        return new Explained(
                bank,
                pcr,
                value.hex(),
                isFirst ? By.CONTRADICTED : By.RESET_VALUE,
                isFirst
                        ? "the IMA list begins in it, and nothing was measured"
                        : "0 entries" + after);
    }

    private long events(int pcr) {
        return boot.stream()
                .flatMap(Explanation::measured)
                .filter(event -> event.pcr() == pcr)
                .count();
    }

    private static boolean isResetValue(int pcr, Bytes value) {
        byte[] reset = new byte[value.length()];
        if (pcr >= FIRST_DYNAMIC && pcr <= LAST_DYNAMIC) {
            Arrays.fill(reset, (byte) 0xff);
        }
        return value.equals(Bytes.copyOf(reset));
    }

    /// Whether the IMA list's first entry is the digest of the boot's own PCRs; empty where it
    /// begins otherwise or where the values are not there.
    ///
    /// The kernel takes PCRs 0 to 7, and since 5.8 also 8 and 9 where the hash is not SHA-1, of the
    /// bank of the digest's own algorithm (Linux, security/integrity/ima/ima_crypto.c,
    /// `ima_calc_boot_aggregate_tfm`).
    ///
    /// @param banks values of the boot's PCRs, quoted or replayed: of two values of one PCR the
    ///   first is taken, so that no log overrules what was quoted
    public static Optional<Boolean> isAggregateOf(ImaEntry first, List<PcrBank> banks) {
        Optional<HashAlgorithm> algorithm = first.contentHash();
        if (!first.isBootAggregate() || algorithm.isEmpty()) {
            return Optional.empty();
        }
        HashAlgorithm hash = algorithm.get();
        NavigableMap<Integer, Bytes> values = new TreeMap<>();
        banks.stream()
                .filter(bank -> bank.algorithm() == hash)
                .forEach(bank -> bank.values().forEach(values::putIfAbsent));
        if (values.headMap(FIRST_OF_LOADER).size() < FIRST_OF_LOADER) {
            return Optional.empty();
        }
        boolean isWhole = values.containsKey(FIRST_OF_LOADER) && values.containsKey(LAST_OF_BOOT);
        // Into which many a loader measures nothing: then no log has a value of them.
        values.putIfAbsent(FIRST_OF_LOADER, hash.zeros());
        values.putIfAbsent(LAST_OF_BOOT, hash.zeros());
        if (first.digest().equals(digest(hash, values.headMap(FIRST_OF_LOADER)))
                || first.digest().equals(digest(hash, values.headMap(LAST_OF_BOOT + 1)))) {
            return Optional.of(true);
        }
        return isWhole || hash == HashAlgorithm.SHA1 ? Optional.of(false) : Optional.empty();
    }

    private static Bytes digest(HashAlgorithm hash, SortedMap<Integer, Bytes> values) {
        MessageDigest hasher = hash.hasher();
        values.values().forEach(value -> value.updateInto(hasher));
        return Bytes.copyOf(hasher.digest());
    }
}
