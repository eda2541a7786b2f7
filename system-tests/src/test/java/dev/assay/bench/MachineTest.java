package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MachineTest {
    @Test
    void widestVectorsOfTheProcessorAreTold() {
        List<String> wide = List.of("model name\t: A", "flags\t\t: fpu sse2 avx2 avx512bw");
        assertThat(Machine.vectors(wide)).isEqualTo("avx512bw");
        assertThat(Machine.value(wide, "model name")).contains("A");
    }

    @Test
    void processorOfTheOtherMachineIsReadToo() {
        List<String> arm =
                List.of("processor\t: 0", "Features\t: fp asimd sha2", "CPU part\t: 0xd0c");
        assertThat(Machine.vectors(arm)).isEqualTo("asimd");
        assertThat(Machine.value(arm, "model name")).isEmpty();
    }

    @Test
    void memoryIsCountedInBytes() {
        assertThat(Machine.memoryBytes(List.of("MemTotal:       1024 kB", "MemFree: 1 kB")))
                .isEqualTo(1 << 20);
    }
}
