package dev.assay.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Logs that are made here, valid but for one thing.
final class EventLogTest {
    private static final int NO_ACTION = 3;
    private static final int SEPARATOR = 4;
    private static final Bytes SAID = Bytes.utf8("said");

    private static Bytes u16(int value) {
        return Bytes.copyOf(little(2).putShort(0, (short) value).array());
    }

    private static Bytes u32(long value) {
        return Bytes.copyOf(little(4).putInt(0, (int) value).array());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Bytes framed(Bytes said) {
        return u32(said.length()).plus(said);
    }

    private static Bytes old(long pcr, long type, Bytes digest, Bytes said) {
        return u32(pcr).plus(u32(type)).plus(digest).plus(framed(said));
    }

    private static Bytes header(List<HashAlgorithm> banks) {
        Bytes spec =
                Bytes.utf8("Spec ID Event03\0")
                        .plus(u32(0))
                        .plus(Bytes.ofHex("00020102"))
                        .plus(u32(banks.size()));
        for (HashAlgorithm bank : banks) {
            spec = spec.plus(u16(bank.id())).plus(u16(bank.bytes()));
        }
        return old(0, NO_ACTION, HashAlgorithm.SHA1.zeros(), spec.plus(Bytes.ofHex("00")));
    }

    private static Bytes agile(long pcr, long type, List<HashAlgorithm> banks, Bytes said) {
        Bytes event = u32(pcr).plus(u32(type)).plus(u32(banks.size()));
        for (HashAlgorithm bank : banks) {
            event = event.plus(u16(bank.id())).plus(bank.digest(said));
        }
        return event.plus(framed(said));
    }

    private static final List<HashAlgorithm> BANKS =
            List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256);

    private static void refused(Bytes log, String reason) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> EventLog.parse(log))
                .withMessageContaining(reason);
    }

    @Test
    void anEventExtendsEachBank() throws Exception {
        EventLog log = EventLog.parse(header(BANKS).plus(agile(4, SEPARATOR, BANKS, SAID)));

        for (HashAlgorithm bank : BANKS) {
            PcrBank replayed = log.replay(bank);
            assertThat(replayed.values().keySet()).containsExactly(4);
            assertThat(replayed.values().get(4))
                    .isEqualTo(bank.digest(bank.zeros().plus(bank.digest(SAID))));
        }
    }

    @Test
    void whatTheDigestCoversIsTold() throws Exception {
        Bytes other = agile(4, SEPARATOR, BANKS, SAID);
        Bytes forged = other.slice(0, other.length() - SAID.length()).plus(Bytes.utf8("lies"));
        EventLog log = EventLog.parse(header(BANKS).plus(other).plus(forged));

        assertThat(log.events().get(1).data()).isEqualTo(new BootEvent.Data.Covered(SAID));
        assertThat(log.events().get(2).data())
                .isEqualTo(new BootEvent.Data.Unverified(Bytes.utf8("lies")));
    }

    @Test
    void aStartupLocalityIsPcrZerosFirstValue() throws Exception {
        Bytes said = Bytes.utf8("StartupLocality\0").plus(Bytes.ofHex("03"));
        EventLog log =
                EventLog.parse(
                        header(BANKS)
                                .plus(agile(0, NO_ACTION, BANKS, said))
                                .plus(agile(4, SEPARATOR, BANKS, SAID)));

        assertThat(log.replay(HashAlgorithm.SHA256).values().get(0))
                .isEqualTo(Bytes.copyOf(new byte[31]).plus(Bytes.ofHex("03")));
    }

    @Test
    void anEventOfAPcrThatIsNoneIsRefused() {
        refused(header(BANKS).plus(agile(24, SEPARATOR, BANKS, SAID)), "no PCR 24");
    }

    /// Else who hides an event in one bank would have that bank replayed without it.
    @Test
    void aBankThatOneEventLacksIsNotReplayed() throws Exception {
        EventLog log =
                EventLog.parse(
                        header(BANKS)
                                .plus(agile(4, SEPARATOR, BANKS, SAID))
                                .plus(agile(4, SEPARATOR, List.of(HashAlgorithm.SHA1), SAID)));

        assertThat(log.banks()).containsExactly(HashAlgorithm.SHA1);
    }

    @Test
    void aLogInWhichNothingWasMeasuredIsNone() {
        refused(header(BANKS), "no boot log");
    }

    @Test
    void anEventWithOneBankTwiceIsRefused() {
        List<HashAlgorithm> twice = List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA1);
        refused(header(BANKS).plus(agile(4, SEPARATOR, twice, SAID)), "hashAlg");
    }

    @Test
    void anEventThatIsLongerThanTheLogIsRefused() {
        Bytes event = agile(4, SEPARATOR, BANKS, SAID);
        refused(header(BANKS).plus(event.slice(0, event.length() - 1)), "event log.event needs");
    }

    @Test
    void aLengthOfFourGigabytesIsRefusedBeforeItIsAllocated() {
        Bytes event = agile(4, SEPARATOR, BANKS, Bytes.EMPTY);
        refused(
                header(BANKS).plus(event.slice(0, event.length() - 4)).plus(u32(0xffffffffL)),
                "the limit is");
    }

    @Test
    void aHeaderThatLiesAboutADigestsLengthIsRefused() {
        Bytes spec =
                Bytes.utf8("Spec ID Event03\0")
                        .plus(u32(0))
                        .plus(Bytes.ofHex("00020102"))
                        .plus(u32(1))
                        .plus(u16(HashAlgorithm.SHA256.id()))
                        .plus(u16(20))
                        .plus(Bytes.ofHex("00"));
        refused(old(0, NO_ACTION, HashAlgorithm.SHA1.zeros(), spec), "digestSize");
    }
}
