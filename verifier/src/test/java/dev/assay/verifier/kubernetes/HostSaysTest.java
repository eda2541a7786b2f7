package dev.assay.verifier.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.kubernetes.HostSays.State;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostSaysTest {
    private static HostSays read(String json) throws MalformedInputException {
        return HostSays.of(Json.parseTree(Bytes.utf8(json), 4096));
    }

    @ParameterizedTest
    @EnumSource(HostState.class)
    void everyStateOfTheVerifierIsUnderstood(HostState state) throws MalformedInputException {
        for (HostState.Why why : HostState.Why.values()) {
            HostSays host =
                    read(
                            "{\"state\":\"%s\",\"why\":\"%s\",\"admit\":true}"
                                    .formatted(state.wire(), why.wire()));
            assertThat(host.state()).isNotEqualTo(State.NOT_UNDERSTOOD);
            assertThat(host.admit()).isEqualTo(state == HostState.GOLDEN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"state\":\"platinum\",\"admit\":true}",
                "{\"state\":\"golden\"}",
                "{\"state\":\"golden\",\"admit\":\"true\"}",
                "{\"state\":\"golden\",\"admit\":null}",
                "{\"admit\":true}",
                "{\"state\":\"unknown\",\"why\":\"bored\",\"admit\":true}"
            })
    void whatIsMissingOrNewIsNotAdmitted(String json) throws MalformedInputException {
        assertThat(read(json).admit()).isFalse();
    }

    @Test
    void theDrainsDeadlineIsRead() throws MalformedInputException {
        HostSays host =
                read(
                        """
                        {"name":"n","state":"reset-pending","admit":false,"because":"b",
                         "reset":{"drainBy":"2026-11-23T12:00:00Z"},
                         "clocks":{"verdictAt":"2026-11-23T11:59:00.5Z"}}
                        """);
        assertThat(host.drainBy()).isEqualTo(Instant.parse("2026-11-23T12:00:00Z"));
        assertThat(host.verdictAt()).isEqualTo(Instant.parse("2026-11-23T11:59:00.5Z"));
        assertThat(host.drained()).isFalse();
    }
}
