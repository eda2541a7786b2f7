package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.tpm.HashAlgorithm;
import java.util.Optional;

/// A file's signature as its extended attribute `security.ima` holds it, of version 2 (Linux,
/// security/integrity/integrity.h, `signature_v2_hdr`).
///
/// @param keyId the end of the SHA-1 digest of the signer's key
/// @param hash of the content, which is what was signed
record ImaSignature(Bytes keyId, HashAlgorithm hash, Bytes value) {
    /// Type, version, hash, four bytes of the key's id, two of the length.
    private static final int HEADER_BYTES = 9;

    private static final int KEY_ID_AT = 3;
    private static final int LENGTH_AT = 7;
    private static final int TYPE_DIGSIG = 3;
    private static final int VERSION = 2;

    /// Empty where the entry has no signature, or one that says something else than the entry.
    static Optional<ImaSignature> of(ImaEntry entry) {
        Bytes extra = entry.extra();
        boolean isSigned =
                entry.template() == ImaTemplate.IMA_SIG
                        || entry.template() == ImaTemplate.IMA_SIGV2;
        if (!isSigned
                || entry.isViolation()
                || extra.length() <= HEADER_BYTES
                || extra.at(0) != TYPE_DIGSIG
                || extra.at(1) != VERSION) {
            return Optional.empty();
        }
        int length =
                Byte.toUnsignedInt(extra.at(LENGTH_AT)) << Byte.SIZE
                        | Byte.toUnsignedInt(extra.at(LENGTH_AT + 1));
        Optional<HashAlgorithm> hash = hash(extra.at(2)).filter(h -> isOf(h, entry));
        if (hash.isEmpty() || extra.length() != HEADER_BYTES + length) {
            return Optional.empty();
        }
        return Optional.of(
                new ImaSignature(
                        extra.slice(KEY_ID_AT, LENGTH_AT),
                        hash.get(),
                        extra.slice(HEADER_BYTES, extra.length())));
    }

    private static boolean isOf(HashAlgorithm hash, ImaEntry entry) {
        return entry.contentHash().filter(hash::equals).isPresent()
                && entry.digest().length() == hash.bytes();
    }

    /// The kernel's own numbers (Linux, include/uapi/linux/hash_info.h). SHA-1 proves nothing any
    /// more.
    private static Optional<HashAlgorithm> hash(int number) {
        return switch (number) {
            case 4 -> Optional.of(HashAlgorithm.SHA256);
            case 5 -> Optional.of(HashAlgorithm.SHA384);
            case 6 -> Optional.of(HashAlgorithm.SHA512);
            default -> Optional.empty();
        };
    }

    /// What PKCS #1 1.5 signs (RFC 8017, section 9.2, note 1).
    Bytes digestInfo(Bytes digest) {
        String prefix =
                switch (hash) {
                    case SHA256 -> "3031300d060960864801650304020105000420";
                    case SHA384 -> "3041300d060960864801650304020205000430";
                    case SHA512 -> "3051300d060960864801650304020305000440";
                    default -> throw new IllegalStateException("no such signature is read");
                };
        return Bytes.ofHex(prefix).plus(digest);
    }
}
