package dev.assay.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EventLogTest {
    @Test
    void anEventIsOneLineOfKeysAndValues() {
        assertThat(EventLog.line("attested", "host", "web-1", "admit", true, "because", "a b"))
                .isEqualTo("event=attested host=web-1 admit=true because=\"a b\"");
    }

    @Test
    void aValueCannotForgeASecondLineOrAnotherKey() {
        assertThat(EventLog.line("e", "k", "x\nevent=admitted\u001b[2J\" admit=true"))
                .isEqualTo("event=e k=\"x%0Aevent=admitted%1B[2J%22 admit=true\"");
    }

    @Test
    void aLongValueIsCut() {
        assertThat(EventLog.line("e", "k", "x".repeat(10_000)).length()).isLessThan(600);
    }

    @Test
    void anEmptyValueShows() {
        assertThat(EventLog.line("e", "k", "")).isEqualTo("event=e k=\"\"");
    }
}
