package dev.assay.boot;

import static dev.assay.fixture.BootLogs.NO_ACTION;
import static dev.assay.fixture.BootLogs.SEPARATOR;
import static dev.assay.fixture.BootLogs.event;
import static dev.assay.fixture.BootLogs.header;
import static dev.assay.fixture.BootLogs.locality;
import static dev.assay.fixture.BootLogs.sha1Event;
import static dev.assay.fixture.LittleEndian.u16;
import static dev.assay.fixture.LittleEndian.u32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Logs that are made here, valid but for one thing.
final class EventLogTest {
    private static final Bytes SAID = Bytes.utf8("said");

    private static final List<HashAlgorithm> BANKS =
            List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256);

    private static void refused(Bytes log, String reason) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> EventLog.parse(log))
                .withMessageContaining(reason);
    }

    @Test
    void anEventExtendsEachBank() throws Exception {
        EventLog log = EventLog.parse(header(BANKS).plus(event(4, SEPARATOR, BANKS, SAID)));

        for (HashAlgorithm bank : BANKS) {
            PcrBank replayed = log.replay(bank);
            assertThat(replayed.values().keySet()).containsExactly(4);
            assertThat(replayed.values().get(4))
                    .isEqualTo(bank.digest(bank.zeros().plus(bank.digest(SAID))));
        }
    }

    @Test
    void whatTheDigestCoversIsTold() throws Exception {
        Bytes other = event(4, SEPARATOR, BANKS, SAID);
        Bytes forged = other.slice(0, other.length() - SAID.length()).plus(Bytes.utf8("lies"));
        EventLog log = EventLog.parse(header(BANKS).plus(other).plus(forged));

        assertThat(log.events().get(1).data()).isEqualTo(new BootEvent.Data.Covered(SAID));
        assertThat(log.events().get(2).data())
                .isEqualTo(new BootEvent.Data.Unverified(Bytes.utf8("lies")));
    }

    @Test
    void aStartupLocalityIsPcrZerosFirstValue() throws Exception {
        EventLog log =
                EventLog.parse(
                        header(BANKS)
                                .plus(locality(3, BANKS))
                                .plus(event(4, SEPARATOR, BANKS, SAID)));

        assertThat(log.replay(HashAlgorithm.SHA256).values().get(0))
                .isEqualTo(Bytes.copyOf(new byte[31]).plus(Bytes.ofHex("03")));
    }

    /// Else what was measured before it would be listed, and be in no PCR.
    @Test
    void aStartupLocalityAfterAMeasurementIsRefused() {
        Bytes measured = event(0, SEPARATOR, BANKS, SAID);
        refused(header(BANKS).plus(measured).plus(locality(0, BANKS)), "StartupLocality");
    }

    @Test
    void anEventOfAPcrThatIsNoneIsRefused() {
        refused(header(BANKS).plus(event(24, SEPARATOR, BANKS, SAID)), "no PCR 24");
    }

    /// Else who hides an event in one bank would have that bank replayed without it.
    @Test
    void aBankThatOneEventLacksIsNotReplayed() throws Exception {
        EventLog log =
                EventLog.parse(
                        header(BANKS)
                                .plus(event(4, SEPARATOR, BANKS, SAID))
                                .plus(event(4, SEPARATOR, List.of(HashAlgorithm.SHA1), SAID)));

        assertThat(log.banks()).containsExactly(HashAlgorithm.SHA1);
    }

    @Test
    void aLogInWhichNothingWasMeasuredIsNone() {
        refused(header(BANKS), "no boot log");
    }

    @Test
    void anEventWithOneBankTwiceIsRefused() {
        List<HashAlgorithm> twice = List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA1);
        refused(header(BANKS).plus(event(4, SEPARATOR, twice, SAID)), "hashAlg");
    }

    @Test
    void anEventThatIsLongerThanTheLogIsRefused() {
        Bytes event = event(4, SEPARATOR, BANKS, SAID);
        refused(header(BANKS).plus(event.slice(0, event.length() - 1)), "event log.event needs");
    }

    @Test
    void aLengthOfFourGigabytesIsRefusedBeforeItIsAllocated() {
        Bytes event = event(4, SEPARATOR, BANKS, Bytes.EMPTY);
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
        refused(sha1Event(0, NO_ACTION, HashAlgorithm.SHA1.zeros(), spec), "digestSize");
    }
}
