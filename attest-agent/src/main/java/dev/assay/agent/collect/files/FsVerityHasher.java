package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FsVerity.Algorithm;
import dev.assay.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Computes a file's fs-verity digest from its content, fed block by block in order: the hash of a
/// descriptor with the root of a Merkle tree over the blocks. It holds one block for each level of
/// the tree. Not for several threads.
///
/// Sections "Merkle tree" and "fs-verity descriptor" of the kernel's
/// `Documentation/filesystems/fsverity.rst`.
public final class FsVerityHasher {
    public static final int USUAL_BLOCK_BYTES = 4096;

    private static final int MIN_BLOCK_BYTES = 512;
    private static final int MAX_BLOCK_BYTES = 64 << 10;
    private static final int MAX_SALT_BYTES = 32;

    /// `struct fsverity_descriptor`.
    private static final int DESCRIPTOR_BYTES = 256;

    private static final int ROOT_HASH_BYTES = 64;

    private final Algorithm algorithm;
    private final int blockBytes;
    private final Bytes salt;
    private final byte[] paddedSalt;
    private final MessageDigest hasher;

    /// The content's own blocks, then their digests, and so on up.
    private final List<Level> levels = new ArrayList<>();

    private long dataBytes;

    private static final class Level {
        private final byte[] block;
        private int used;
        private boolean gaveBlocks;

        Level(int bytes) {
            block = new byte[bytes];
        }
    }

    /// @param blockBytes a power of two from 512 to 65536
    /// @param salt at most 32 bytes
    /// @throws IllegalArgumentException for others
    public FsVerityHasher(Algorithm algorithm, int blockBytes, Bytes salt) {
        if (blockBytes < MIN_BLOCK_BYTES
                || blockBytes > MAX_BLOCK_BYTES
                || Integer.bitCount(blockBytes) != 1) {
            throw new IllegalArgumentException("no size of a block: " + blockBytes);
        }
        if (salt.length() > MAX_SALT_BYTES) {
            throw new IllegalArgumentException("salt has " + salt.length() + " bytes");
        }
        this.algorithm = algorithm;
        this.blockBytes = blockBytes;
        this.salt = salt;
        this.paddedSalt =
                salt.isEmpty()
                        ? new byte[0]
                        : Arrays.copyOf(salt.toArray(), algorithm.inputBytes());
        this.hasher = algorithm.hasher();
        levels.add(new Level(blockBytes));
    }

    public void update(byte[] content, int offset, int length) {
        dataBytes += length;
        append(0, content, offset, length);
    }

    private void append(int number, byte[] bytes, int offset, int length) {
        Level level = levels.get(number);
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, blockBytes - level.used);
            System.arraycopy(bytes, offset + done, level.block, level.used, part);
            level.used += part;
            done += part;
            if (level.used == blockBytes) {
                pass(number);
            }
        }
    }

    /// "Each block is padded with zeroes to the block size, and hashed with the salt before it."
    private void pass(int number) {
        Level level = levels.get(number);
        Arrays.fill(level.block, level.used, blockBytes, (byte) 0);
        hasher.update(paddedSalt);
        hasher.update(level.block);
        byte[] digest = hasher.digest();
        level.used = 0;
        level.gaveBlocks = true;
        if (levels.size() == number + 1) {
            levels.add(new Level(blockBytes));
        }
        append(number + 1, digest, 0, digest.length);
    }

    /// The digest of all that was fed. The hasher is spent.
    public Bytes finish() {
        ByteBuffer descriptor =
                ByteBuffer.allocate(DESCRIPTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put((byte) 1);
        descriptor.put((byte) algorithm.number());
        descriptor.put((byte) Integer.numberOfTrailingZeros(blockBytes));
        descriptor.put((byte) salt.length());
        descriptor.putInt(0);
        descriptor.putLong(dataBytes);
        descriptor.put(Arrays.copyOf(root(), ROOT_HASH_BYTES));
        descriptor.put(salt.toArray());
        return Bytes.copyOf(algorithm.hasher().digest(descriptor.array()));
    }

    /// "If the file is empty, the root hash is all zeroes."
    private byte[] root() {
        if (dataBytes == 0) {
            return new byte[0];
        }
        for (int number = 0; ; number++) {
            Level level = levels.get(number);
            if (number > 0 && !level.gaveBlocks && level.used == algorithm.digestBytes()) {
                return Arrays.copyOf(level.block, level.used);
            }
            if (level.used > 0) {
                pass(number);
            }
        }
    }
}
