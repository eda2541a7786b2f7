package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FsVerity;
import dev.assay.agent.tree.Known;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kernel's own digest of a file, as it stands in the file's leaf.
final class KernelDigest {
    private KernelDigest() {}

    static Bytes text(FsVerity.Measured verity) {
        String algorithm =
                switch (verity.algorithm()) {
                    case SHA256 -> "sha256:";
                    case SHA512 -> "sha512:";
                };
        return Bytes.utf8(algorithm + verity.digest().hex());
    }

    /// The content's digest where an earlier look found the same kernel's digest and size: nobody
    /// can change such a file and each read of it is checked, so that it need not be read.
    static Optional<Digest> content(
            FsVerity.Measured verity, Known.@Nullable Found before, FileStat stat) {
        Bytes encoded = before == null ? null : before.leaf();
        if (encoded == null) {
            return Optional.empty();
        }
        Leaf leaf;
        try {
            leaf = Leaf.decode(encoded);
        } catch (MalformedInputException e) {
            return Optional.empty();
        }
        boolean same =
                has(leaf, Leaf.FS_VERITY, text(verity))
                        && has(leaf, Leaf.SIZE, Bytes.utf8(Long.toString(stat.size())));
        return same
                ? leaf.attribute(Leaf.CONTENT).map(hex -> Digest.ofHex(hex.lossyText()))
                : Optional.empty();
    }

    private static boolean has(Leaf leaf, String attribute, Bytes value) {
        return leaf.attribute(attribute).filter(value::equals).isPresent();
    }
}
