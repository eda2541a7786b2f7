package dev.assay.ima;

import static dev.assay.fixture.ImaLists.digest;
import static dev.assay.fixture.ImaLists.entry;
import static dev.assay.fixture.ImaLists.file;
import static dev.assay.fixture.ImaLists.name;
import static dev.assay.fixture.ImaLists.oldEntry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lists that are made here, right but for one thing.
final class ImaListTest {
    private static final Bytes CONTENT = HashAlgorithm.SHA256.digest(Bytes.utf8("content"));
    private static final Bytes OLD_CONTENT = HashAlgorithm.SHA1.digest(Bytes.utf8("content"));

    private static void refused(Bytes list, String reason) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> ImaList.parse(list))
                .withMessageContaining(reason);
    }

    private static Bytes oldHash(Bytes digest, Bytes path) {
        Bytes padding = Bytes.copyOf(new byte[256 - path.length()]);
        return HashAlgorithm.SHA1.digest(digest.plus(path).plus(padding));
    }

    /// The kernel pads the number to two places, and CONFIG_IMA_MEASURE_PCR_IDX may be 8 or 9.
    @Test
    void anAsciiListOfAPcrBelowTenIsRead() throws Exception {
        Bytes path = Bytes.utf8("/sbin/init");
        String line =
                " 8 %s ima %s /sbin/init%n"
                        .formatted(oldHash(OLD_CONTENT, path).hex(), OLD_CONTENT.hex());
        assertThat(ImaList.parse(Bytes.utf8(line)).entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.pcr()).isEqualTo(8))
                .satisfies(entry -> assertThat(entry.path()).isEqualTo(path));
    }

    /// The kernel writes boot_aggregate before anything else, and has no empty list.
    @Test
    void anEmptyListIsNone() {
        refused(Bytes.EMPTY, "no list");
        refused(Bytes.utf8(" \n"), "IMA list");
    }

    /// Both have one template hash.
    @Test
    void anOldPathIsNotReadInTwoWays() throws Exception {
        Bytes path = Bytes.utf8("/sbin/init");
        Bytes hash = oldHash(OLD_CONTENT, path);
        assertThat(ImaList.parse(oldEntry(10, hash, OLD_CONTENT, path)).entries()).hasSize(1);

        refused(oldEntry(10, hash, OLD_CONTENT, path.plus(Bytes.ofHex("00"))), "path");
        refused(
                Bytes.utf8("10 %s ima %s ".formatted(hash.hex(), OLD_CONTENT.hex()))
                        .plus(path)
                        .plus(Bytes.ofHex("000a")),
                "path");
    }

    /// Nothing vouches for the fields of a violation, so that the hash does not tell.
    @Test
    void anOldDigestOfAnotherLengthIsRefused() {
        String zeros = HashAlgorithm.SHA1.zeros().hex();
        refused(Bytes.utf8("10 " + zeros + " ima 0011 /sbin/init\n"), "digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J:", "sha256 :", "\u202e:", ":", "\n:", "SHA256:"})
    void whatIsNoAlgorithmsNameIsRefused(String algorithm) {
        refused(entry(10, "ima-ng", digest(algorithm, CONTENT), name("/x")), "names no algorithm");
    }

    /// Each line is padded to the longest: a million of them would fill the memory.
    @Test
    void anAlgorithmsNameIsShort() {
        refused(
                entry(10, "ima-ng", digest("a".repeat(33) + ":", CONTENT), name("/x")),
                "names no algorithm");
    }

    @Test
    void anAlgorithmThatIsNotComputedHereIsRead() throws Exception {
        Bytes list = entry(10, "ima-ng", digest("sm3-256:", CONTENT), name("/x"));
        assertThat(ImaList.parse(list).entries().getFirst().algorithm()).isEqualTo("sm3-256");
        assertThat(ImaList.parse(file(10, "/x")).entries().getFirst().algorithm())
                .isEqualTo("sha256");
    }
}
