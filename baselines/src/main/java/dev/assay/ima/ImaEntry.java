package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.tpm.HashAlgorithm;
import java.util.Arrays;
import java.util.Optional;

/// One measurement. Its fields are those that its template hash is of.
///
/// @param templateHash SHA-1, zeros for a violation: a file that was open for writing while it was
///   measured, so that nobody knows what was used. Nothing vouches for its other fields
/// @param templateData what the template hash is the digest of
/// @param algorithm of the content's digest, as the kernel names it
/// @param path as the kernel saw it, in the namespace of whoever used the file
/// @param extra a signature or a buffer; empty where the template has none
public record ImaEntry(
        int number,
        int pcr,
        Bytes templateHash,
        ImaTemplate template,
        Bytes templateData,
        String algorithm,
        Bytes digest,
        Bytes path,
        Bytes extra) {
    /// The entry with which each boot begins: a digest of the boot's PCRs.
    public static final Bytes BOOT_AGGREGATE = Bytes.utf8("boot_aggregate");

    /// How the templates' second versions say so.
    private static final String OF_CONTENT = "ima:";

    private static final Bytes VIOLATION = HashAlgorithm.SHA1.zeros();

    public boolean isViolation() {
        return templateHash.equals(VIOLATION);
    }

    /// Nothing vouches for the path of a violation.
    public boolean isBootAggregate() {
        return path.equals(BOOT_AGGREGATE) && !isViolation();
    }

    /// The algorithm where the digest is one of the content itself, and one that this program
    /// computes: `verity:` has the digest of a tree over it.
    public Optional<HashAlgorithm> contentHash() {
        boolean isTyped = algorithm.startsWith(OF_CONTENT);
        return HashAlgorithm.ofName(isTyped ? algorithm.substring(OF_CONTENT.length()) : algorithm);
    }

    /// What the kernel extended a bank with. Of a violation nothing but ones, so that no list
    /// without it gives the same PCR.
    public Bytes extendedWith(HashAlgorithm bank) {
        return isViolation() ? ones(bank) : bank.digest(templateData);
    }

    /// What a kernel before 5.8 extended another bank than SHA-1's with: the same, and zeros.
    public Bytes paddedWith(HashAlgorithm bank) {
        Bytes first = extendedWith(HashAlgorithm.SHA1);
        return first.plus(Bytes.copyOf(new byte[bank.bytes() - first.length()]));
    }

    private static Bytes ones(HashAlgorithm bank) {
        byte[] ones = new byte[bank.bytes()];
        Arrays.fill(ones, (byte) 0xff);
        return Bytes.copyOf(ones);
    }
}
