package dev.assay.verifier.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowTest {
    private static final List<String> WORKDAYS = List.of("mon", "tue", "wed", "thu", "fri");

    // 2026-03-02 is a Monday; in Berlin it is one hour later than in UTC, from 29 March on two.
    @ParameterizedTest
    @CsvSource({
        "2026-03-02T08:59:59Z, false",
        "2026-03-02T09:00:00Z, true",
        "2026-03-02T14:59:59Z, true",
        "2026-03-02T15:00:00Z, false",
        "2026-03-07T12:00:00Z, false",
        "2026-03-30T08:00:00Z, true",
        "2026-03-30T14:00:00Z, false"
    })
    void itOpensByTheClockOnTheWall(Instant now, boolean open) {
        assertThat(new Window(WORKDAYS, "10:00", "16:00", "Europe/Berlin").isOpenAt(now))
                .isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-06T21:59:59Z, false",
        "2026-03-06T22:00:00Z, true",
        "2026-03-07T03:59:59Z, true",
        "2026-03-07T04:00:00Z, false",
        "2026-03-07T22:00:00Z, false",
        "2026-03-06T03:00:00Z, false"
    })
    void oneThatEndsOnTheNextDayBelongsToTheDayOnWhichItBegan(Instant now, boolean open) {
        assertThat(new Window(List.of("fri"), "22:00", "04:00", "UTC").isOpenAt(now))
                .isEqualTo(open);
    }

    @Test
    void oneThatEndsWhenItBeginsLastsADay() {
        Window sunday = new Window(List.of("sun"), "00:00", "00:00", "UTC");

        assertThat(sunday.isOpenAt(Instant.parse("2026-03-01T00:00:00Z"))).isTrue();
        assertThat(sunday.isOpenAt(Instant.parse("2026-03-01T23:59:59Z"))).isTrue();
        assertThat(sunday.isOpenAt(Instant.parse("2026-03-02T00:00:00Z"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"lun, 10:00, UTC", "mon, 25:00, UTC", "mon, 10, UTC", "mon, 10:00, Mars/Olympus"})
    void whatIsNoDayNoTimeOrNoZoneIsRefused(String day, String from, String zone) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(List.of(day), from, "04:00", zone));
    }
}
