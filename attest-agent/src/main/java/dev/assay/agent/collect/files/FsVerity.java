package dev.assay.agent.collect.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.assay.agent.libc.Kernel;
import dev.assay.agent.libc.SystemCall;
import dev.assay.bytes.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// A file's fs-verity digest: the one that the kernel itself keeps of a file that it will never let
/// anybody change, and checks at each read (Linux, `Documentation/filesystems/fsverity.rst`).
///
/// The kernel tells it without reading the file. It proves as much as the kernel that tells it: one
/// that is subverted tells what it likes, as it does of content.
public final class FsVerity {
    /// `STATX_ATTR_VERITY` in `stx_attributes` of statx(2).
    public static final long STATX_ATTR_VERITY = 0x0010_0000;

    /// `FS_IOC_MEASURE_VERITY` of linux/fsverity.h, the same on both machines.
    private static final long FS_IOC_MEASURE_VERITY = 0xc004_6686L;

    /// `struct fsverity_digest`: algorithm, size, digest.
    private static final int DIGEST = 4;

    /// `FS_VERITY_HASH_ALG_*`: both that the kernel knows.
    public enum Algorithm {
        SHA256(1, "SHA-256", 32, 64),
        SHA512(2, "SHA-512", 64, 128);

        private final int number;
        private final String javaName;
        private final int digestBytes;
        private final int inputBytes;

        Algorithm(int number, String javaName, int digestBytes, int inputBytes) {
            this.number = number;
            this.javaName = javaName;
            this.digestBytes = digestBytes;
            this.inputBytes = inputBytes;
        }

        int number() {
            return number;
        }

        public int digestBytes() {
            return digestBytes;
        }

        /// The block of its compression function: a salt is padded to it.
        int inputBytes() {
            return inputBytes;
        }

        MessageDigest hasher() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has " + javaName, e);
            }
        }

        private static Optional<Algorithm> numbered(int number) {
            for (Algorithm algorithm : values()) {
                if (algorithm.number == number) {
                    return Optional.of(algorithm);
                }
            }
            return Optional.empty();
        }
    }

    /// What the kernel keeps of a file.
    public record Measured(Algorithm algorithm, Bytes digest) {
        /// @throws IllegalArgumentException where the digest is not one of the algorithm
        public Measured {
            if (digest.length() != algorithm.digestBytes()) {
                throw new IllegalArgumentException("digest of another algorithm");
            }
        }
    }

    private FsVerity() {}

    /// The kernel's own digest of an open file.
    ///
    /// @return empty where the file has none, or its filesystem or this kernel knows nothing of
    ///   fs-verity, or uses an algorithm that we do not know
    static Optional<Measured> measure(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            int most = Algorithm.SHA512.digestBytes();
            MemorySegment answer = arena.allocate(DIGEST + most, 4);
            answer.set(JAVA_SHORT, 2, (short) most);
            long refused =
                    Kernel.mine()
                            .call(SystemCall.IOCTL, fd, FS_IOC_MEASURE_VERITY, answer.address());
            if (refused != 0) {
                return Optional.empty();
            }
            int size = Short.toUnsignedInt(answer.get(JAVA_SHORT, 2));
            return Algorithm.numbered(Short.toUnsignedInt(answer.get(JAVA_SHORT, 0)))
                    .filter(algorithm -> algorithm.digestBytes() == size)
                    .map(
                            algorithm ->
                                    new Measured(
                                            algorithm,
                                            Bytes.copyOf(
                                                    answer.asSlice(DIGEST, size)
                                                            .toArray(JAVA_BYTE))));
        }
    }
}
