package dev.assay.boot;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.Replay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The firmware's log, in either format: TPM 1.2's with SHA-1 alone, or crypto-agile (TCG PC Client
/// Platform Firmware Profile, sections 10.2.1 and 10.2.2). Nothing of it is true before its replay
/// gives quoted PCRs.
///
/// @param isCryptoAgile whether the header says so
/// @param banks those that each measured event has a digest of, and that this program computes
public record EventLog(
        boolean isCryptoAgile, NavigableSet<HashAlgorithm> banks, List<BootEvent> events) {
    public static final int MAX_BYTES = 8 << 20;
    public static final int MAX_EVENTS = 1 << 16;

    private static final int MAX_EVENT_BYTES = 4 << 20;
    private static final int MAX_ALGORITHMS = 16;
    private static final int MAX_DIGEST_BYTES = 64;
    private static final int SIGNATURE_BYTES = 16;
    private static final Bytes AGILE = Bytes.utf8("Spec ID Event03\0");
    private static final Bytes LOCALITY = Bytes.utf8("StartupLocality\0");

    public EventLog {
        banks = new TreeSet<>(banks);
        events = List.copyOf(events);
    }

    /// @throws MalformedInputException where it is empty, cut short or no log: a host whose
    ///   firmware gave no log has none, which is not the same as one that says nothing
    public static EventLog parse(Bytes log) throws MalformedInputException {
        if (log.isEmpty()) {
            throw new MalformedInputException("event log: no boot log, it is empty");
        }
        if (log.length() > MAX_BYTES) {
            throw new MalformedInputException("event log: more than " + MAX_BYTES + " bytes");
        }
        return new Parser(log).parse();
    }

    /// The PCRs that the log explains.
    ///
    /// @param bank one of the log's
    public PcrBank replay(HashAlgorithm bank) {
        Replay replay = new Replay(bank);
        for (BootEvent event : events) {
            if (event.isExtended()) {
                replay.extend(event.pcr(), digest(event, bank));
            } else {
                beginAtLocality(event, replay, bank);
            }
        }
        return replay.bank();
    }

    private static Bytes digest(BootEvent event, HashAlgorithm bank) {
        Bytes digest = event.digests().get(bank);
        if (digest == null) {
            throw new IllegalArgumentException("the log has no bank " + bank.wire());
        }
        return digest;
    }

    /// A startup from locality 3 or an H-CRTM at 4 is PCR 0's first value (section 10.4.5.3).
    private static void beginAtLocality(BootEvent event, Replay replay, HashAlgorithm bank) {
        if (isLocality(event.said())) {
            byte[] first = new byte[bank.bytes()];
            first[first.length - 1] = event.said().at(SIGNATURE_BYTES);
            replay.begin(0, Bytes.copyOf(first));
        }
    }

    private static boolean isLocality(Bytes said) {
        return said.length() == SIGNATURE_BYTES + 1
                && said.slice(0, SIGNATURE_BYTES).equals(LOCALITY);
    }

    private static final class Parser {
        private final Cursor cursor;

        /// By TPM_ALG_ID, in the order of the header.
        private final Map<Integer, Integer> digestBytes = new LinkedHashMap<>();

        private final List<BootEvent> events = new ArrayList<>();
        private boolean isZeroMeasured;

        Parser(Bytes log) {
            this.cursor = Cursor.littleEndian(log, "event log");
        }

        EventLog parse() throws MalformedInputException {
            BootEvent first = sha1Event();
            boolean isAgile = !first.isExtended() && isAgile(first.said());
            if (isAgile) {
                readHeader(first.said());
            } else {
                digestBytes.put(HashAlgorithm.SHA1.id(), HashAlgorithm.SHA1.bytes());
            }
            events.add(first);
            while (cursor.remaining() > 0) {
                if (events.size() == MAX_EVENTS) {
                    throw new MalformedInputException("event log: more than " + MAX_EVENTS);
                }
                events.add(isAgile ? agileEvent() : sha1Event());
            }
            NavigableSet<HashAlgorithm> banks = banksOfAll();
            if (banks.isEmpty()) {
                throw new MalformedInputException("event log: no boot log, nothing was measured");
            }
            return new EventLog(isAgile, banks, events);
        }

        /// Those that each measured event has: no other can be replayed.
        private NavigableSet<HashAlgorithm> banksOfAll() {
            NavigableSet<HashAlgorithm> banks = new TreeSet<>();
            boolean isFirst = true;
            for (BootEvent event : events) {
                if (event.isExtended()) {
                    if (isFirst) {
                        banks.addAll(event.digests().keySet());
                    }
                    banks.retainAll(event.digests().keySet());
                    isFirst = false;
                }
            }
            return banks;
        }

        private static boolean isAgile(Bytes said) {
            return said.length() > SIGNATURE_BYTES && said.slice(0, SIGNATURE_BYTES).equals(AGILE);
        }

        /// TCG_EfiSpecIDEvent, section 10.4.5.1.
        private void readHeader(Bytes said) throws MalformedInputException {
            Cursor header = Cursor.littleEndian(said, "event log: specification id");
            header.read("signature", SIGNATURE_BYTES);
            header.readU32("platformClass");
            header.read("version, errata and uintnSize", 4);
            long count = header.readU32("numberOfAlgorithms");
            if (count < 1 || count > MAX_ALGORITHMS) {
                throw header.refused("numberOfAlgorithms", "is " + count);
            }
            for (int i = 0; i < count; i++) {
                int id = header.readU16("algorithmId");
                int bytes = header.readU16("digestSize");
                boolean isRight =
                        HashAlgorithm.ofId(id).map(known -> known.bytes() == bytes).orElse(true);
                if (!isRight || bytes < 1 || bytes > MAX_DIGEST_BYTES) {
                    throw header.refused("digestSize", "of algorithm " + id + " is " + bytes);
                }
                if (digestBytes.put(id, bytes) != null) {
                    throw header.refused("algorithmId", id + " is there twice");
                }
            }
            header.readFrame8("vendorInfo");
        }

        /// TCG_PCClientPCREvent, section 10.2.1.
        private BootEvent sha1Event() throws MalformedInputException {
            long pcr = cursor.readU32("pcrIndex");
            EventType type = new EventType(cursor.readU32("eventType"));
            Bytes digest = cursor.read("digest", HashAlgorithm.SHA1.bytes());
            SortedMap<HashAlgorithm, Bytes> digests = new TreeMap<>();
            digests.put(HashAlgorithm.SHA1, digest);
            return event(pcr, type, digests);
        }

        /// TCG_PCR_EVENT2, section 10.2.2.
        private BootEvent agileEvent() throws MalformedInputException {
            long pcr = cursor.readU32("pcrIndex");
            EventType type = new EventType(cursor.readU32("eventType"));
            long count = cursor.readU32("digests.count");
            // Firmware lists banks in the header that it does not use.
            if (count < 1 || count > digestBytes.size()) {
                throw cursor.refused(
                        "digests.count",
                        "is " + count + ", the header has " + digestBytes.size() + " banks");
            }
            SortedMap<HashAlgorithm, Bytes> digests = new TreeMap<>();
            TreeSet<Integer> seen = new TreeSet<>();
            for (int i = 0; i < count; i++) {
                int id = cursor.readU16("digests.hashAlg");
                Integer bytes = digestBytes.get(id);
                if (bytes == null || !seen.add(id)) {
                    throw cursor.refused("digests.hashAlg", id + " is twice or not in the header");
                }
                Bytes digest = cursor.read("digests.digest", bytes);
                HashAlgorithm.ofId(id).ifPresent(known -> digests.put(known, digest));
            }
            return event(pcr, type, digests);
        }

        private BootEvent event(long pcr, EventType type, SortedMap<HashAlgorithm, Bytes> digests)
                throws MalformedInputException {
            Bytes said = cursor.readFrame32("event", MAX_EVENT_BYTES);
            // Of an event that is not extended the index means nothing; some firmware says -1.
            int index =
                    type.equals(EventType.NO_ACTION)
                            ? 0
                            : PcrBank.requireIndex(pcr, "event log: event " + events.size());
            BootEvent event = new BootEvent(events.size(), index, type, digests, said);
            isZeroMeasured |= event.isExtended() && index == 0;
            // It would take back what the log has of PCR 0 so far, which then nothing vouches for.
            if (isZeroMeasured && !event.isExtended() && isLocality(said)) {
                throw new MalformedInputException(
                        "event log: event " + events.size() + " is a StartupLocality too late");
            }
            return event;
        }
    }
}
