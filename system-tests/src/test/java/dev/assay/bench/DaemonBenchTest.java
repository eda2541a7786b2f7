package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DaemonBenchTest {
    private static final Resources RESOURCES = new Resources(Duration.ZERO, 200L << 20, 300L << 20);

    private static List<Target> targets(int files, List<Double> latencies) {
        return DaemonBench.targets(files, latencies, 0.4, RESOURCES, 2048);
    }

    @Test
    void aMillionFilesMayNeedMoreMemory() {
        assertThat(targets(125_000, List.of(0.1)))
                .filteredOn(target -> target.unit().equals("MiB"))
                .singleElement()
                .returns(96.0, Target::limit)
                .returns(200.0, Target::value);
        assertThat(targets(1_000_000, List.of(0.1)))
                .filteredOn(target -> target.unit().equals("MiB"))
                .singleElement()
                .returns(256.0, Target::limit);
    }

    @Test
    void withoutAFoundChangeNoLatencyIsTold() {
        assertThat(targets(10, List.of())).noneMatch(target -> target.unit().equals("s"));
        assertThat(targets(10, List.of(0.2)))
                .filteredOn(target -> target.unit().equals("s"))
                .hasSize(2);
    }

    @Test
    void memoryOfAProcessIsCountedInBytes() throws IOException {
        List<String> status = List.of("Name:\tjava", "VmHWM:\t    2048 kB");
        assertThat(Resources.bytes(status, "VmHWM")).isEqualTo(2 << 20);
    }

    @Test
    void curveGoesUpByTheSquareRootOfTen() {
        assertThat(Growth.steps(1_000_000))
                .containsExactly(10_000, 31_600, 100_000, 316_000, 1_000_000);
        assertThat(Growth.steps(40)).containsExactly(40);
    }
}
