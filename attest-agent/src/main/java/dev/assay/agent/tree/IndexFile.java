package dev.assay.agent.tree;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A tree on disk, so that a program that starts again need not read all of the host again.
///
/// It begins with {@link #MAGIC} and the digest of what it is good for, and ends with the SHA-256
/// of all before. It is written beside and renamed: what was torn or altered is found by its digest
/// and not used. It proves nothing to anybody: who can write it can write what they like
/// (SECURITY.md).
public final class IndexFile {
    private static final long MAGIC = 0x6173_7361_792d_6933L; // "assay-i3"
    private static final int MAX_FOLDERS = 50_000_000;
    private static final int MAX_FOLDER_BYTES = 1 << 30;

    private IndexFile() {}

    /// Writes the tree.
    ///
    /// @param goodFor digest of everything that has to be the same for the tree to be of use: boot,
    ///   scope, anchors, root
    public static void write(Path file, Digest goodFor, FileTree tree) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            MessageDigest hasher = Digest.hasher();
            OutputStream raw = Channels.newOutputStream(channel);
            DataOutputStream out =
                    new DataOutputStream(
                            new BufferedOutputStream(new DigestOutputStream(raw, hasher), 1 << 16));
            out.writeLong(MAGIC);
            out.write(goodFor.bytes().toArray());
            write(out, tree.top());
            out.flush();
            raw.write(hasher.digest());
            channel.force(true);
        }
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Each folder after those below it, so that reading needs no way back.
    private static void write(DataOutputStream out, Folder top) throws IOException {
        Deque<Folder> open = new ArrayDeque<>();
        Deque<Iterator<Folder>> below = new ArrayDeque<>();
        open.push(top);
        below.push(List.of(top.below()).iterator());
        while (!open.isEmpty()) {
            Iterator<Folder> rest = below.element();
            if (rest.hasNext()) {
                Folder next = rest.next();
                open.push(next);
                below.push(List.of(next.below()).iterator());
            } else {
                below.pop();
                writeOne(out, open.pop());
            }
        }
        out.writeByte(END);
    }

    private static final int FOLDER = 1;
    private static final int END = 0;

    private static void writeOne(DataOutputStream out, Folder folder) throws IOException {
        out.writeByte(FOLDER);
        out.writeInt(folder.below().length);
        Stamp stamp = folder.stamp();
        out.writeBoolean(stamp != null);
        if (stamp != null) {
            out.writeLong(stamp.device());
            out.writeLong(stamp.inode());
            out.writeLong(stamp.size());
            out.writeLong(stamp.modified());
            out.writeLong(stamp.changed());
        }
        byte[] leaf = folder.leaf();
        out.writeInt(leaf == null ? -1 : leaf.length);
        if (leaf != null) {
            out.write(leaf);
        }
        out.writeInt(folder.packed().length);
        out.write(folder.packed());
        out.writeInt(folder.nodes());
        out.writeInt(folder.oldestRead());
        out.writeLong(folder.rereadCost());
        out.write(folder.digest().bytes().toArray());
    }

    /// The tree; empty where there is none that is whole and good for this.
    ///
    /// @throws IOException where the file is there and cannot be read
    public static Optional<FileTree> read(Path file, Digest goodFor) throws IOException {
        if (!isWhole(file)) {
            return Optional.empty();
        }
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(raw, 1 << 16))) {
            if (in.readLong() != MAGIC
                    || !Digest.of(Bytes.copyOf(in.readNBytes(Digest.BYTES))).equals(goodFor)) {
                return Optional.empty();
            }
            return Optional.of(new FileTree(read(in)));
        }
    }

    /// Before anything of it is believed.
    private static boolean isWhole(Path file) throws IOException {
        long size;
        try {
            size = Files.size(file);
        } catch (NoSuchFileException e) {
            return false;
        }
        if (size < Long.BYTES + 2 * Digest.BYTES) {
            return false;
        }
        MessageDigest hasher = Digest.hasher();
        try (InputStream raw = Files.newInputStream(file);
                DigestInputStream in = new DigestInputStream(raw, hasher)) {
            byte[] block = new byte[1 << 16];
            long left = size - Digest.BYTES;
            while (left > 0) {
                int read = in.read(block, 0, (int) Math.min(block.length, left));
                if (read < 0) {
                    return false;
                }
                left -= read;
            }
            in.on(false);
            return MessageDigest.isEqual(hasher.digest(), in.readNBytes(Digest.BYTES));
        }
    }

    private static Folder read(DataInputStream in) throws IOException {
        List<Folder> waiting = new ArrayList<>();
        int count = 0;
        while (in.readByte() == FOLDER) {
            if (count++ > MAX_FOLDERS) {
                throw new IOException("index has too many folders");
            }
            int below = in.readInt();
            if (below < 0 || below > waiting.size()) {
                throw new IOException("index has a folder of more folders than there are");
            }
            List<Folder> its = waiting.subList(waiting.size() - below, waiting.size());
            Folder folder = readOne(in, its.toArray(Folder.NONE));
            its.clear();
            waiting.add(folder);
        }
        if (waiting.size() != 1) {
            throw new IOException("index is no tree");
        }
        return waiting.getFirst();
    }

    private static Folder readOne(DataInputStream in, Folder[] below) throws IOException {
        Stamp stamp =
                in.readBoolean()
                        ? new Stamp(
                                in.readLong(),
                                in.readLong(),
                                in.readLong(),
                                in.readLong(),
                                in.readLong())
                        : null;
        int leafBytes = in.readInt();
        byte[] leaf = leafBytes < 0 ? null : bytes(in, leafBytes);
        byte[] records = bytes(in, in.readInt());
        int nodes = in.readInt();
        int oldestRead = in.readInt();
        long rereadCost = in.readLong();
        Digest digest = Digest.of(Bytes.copyOf(bytes(in, Digest.BYTES)));
        return new Folder(stamp, leaf, records, below, nodes, oldestRead, rereadCost, digest);
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > MAX_FOLDER_BYTES) {
            throw new IOException("index has a folder that is too long");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("index ends too early");
        }
        return bytes;
    }
}
