package dev.assay.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;

/// A boot log is read, replayed and shown, or refused.
final class EventLogFuzzTest {
    @FuzzTest
    void log(byte[] file) {
        try {
            EventLog log = EventLog.parse(Bytes.copyOf(file));
            log.banks().forEach(log::replay);
            log.events().forEach(event -> assertThat(EventText.of(event)).isNotNull());
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }
}
