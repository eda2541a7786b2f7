package dev.assay.agent.collect.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilesystemsTest {
    /// Numbers as in linux/magic.h.
    @ParameterizedTest
    @CsvSource({
        "19780, vfat, true",
        "538032816, exfat, true",
        "16964, hfs, true",
        "16914836, tmpfs, true",
        "61267, ext4, false",
        "1481003842, xfs, false",
        "2435016766, btrfs, false"
    })
    void timesAreBelievedOnlyWhereNobodySetsThemBack(long number, String name, boolean hides) {
        assertThat(Filesystems.hidesChanges(number)).isEqualTo(hides);
        assertThat(Filesystems.hidesChanges(name)).isEqualTo(hides);
    }
}
