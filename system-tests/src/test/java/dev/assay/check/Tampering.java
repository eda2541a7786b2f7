package dev.assay.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;

/// What an intruder does to a tree, and how it is taken back, so that many tests share one tree.
final class Tampering implements AutoCloseable {
    /// Takes one deed back.
    private interface Undo {
        void run() throws IOException;
    }

    private final HostFolder tree;
    private final Deque<Undo> undo = new ArrayDeque<>();

    Tampering(HostFolder tree) {
        this.tree = tree;
    }

    /// One byte, in place.
    void flipByte(String name, long at) throws IOException {
        byte golden = readByte(name, at);
        writeByte(name, at, (byte) (golden ^ 1));
        undo.push(() -> writeByte(name, at, golden));
    }

    /// As a rootkit does it: another content of the same length under the old times.
    void flipByteUnderTheOldTime(String name, long at) throws IOException {
        FileTime time = Files.getLastModifiedTime(tree.path(name));
        flipByte(name, at);
        Files.setLastModifiedTime(tree.path(name), time);
    }

    private byte readByte(String name, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(tree.path(name), StandardOpenOption.READ)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            return one.get(0);
        }
    }

    private void writeByte(String name, long at, byte value) throws IOException {
        try (FileChannel channel = FileChannel.open(tree.path(name), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {value}), at);
        }
    }

    void mode(String name, int mode) throws IOException {
        int golden = (int) Files.getAttribute(tree.path(name), "unix:mode") & 07777;
        tree.mode(name, mode);
        undo.push(() -> tree.mode(name, golden));
    }

    void add(String name, byte[] content, int mode) throws IOException {
        tree.file(name, content, mode);
        undo.push(() -> tree.remove(name));
    }

    void remove(String name) throws IOException {
        Path aside = Files.createTempDirectory(tree.root().getParent(), "aside").resolve("file");
        Files.move(tree.path(name), aside);
        undo.push(
                () -> {
                    Files.move(aside, tree.path(name));
                    Files.delete(aside.getParent());
                });
    }

    /// Two good files, each under the other's name.
    void swap(String one, String other) throws IOException {
        exchange(one, other);
        undo.push(() -> exchange(one, other));
    }

    private void exchange(String one, String other) throws IOException {
        String between = one + ".between";
        tree.rename(one, between).rename(other, one).rename(between, other);
    }

    @Override
    public void close() throws IOException {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
