package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.Predicate;

/// An open file by its channel. What it is now is looked up by its path, wherever that leads now:
/// another thing there shows by its inode.
final class PortableFile implements OpenFile {
    private final FileChannel channel;
    private final Path path;
    private final FileStat stat;
    private final NodePath node;

    PortableFile(FileChannel channel, Path path, FileStat stat, NodePath node) {
        this.channel = channel;
        this.path = path;
        this.stat = stat;
        this.node = node;
    }

    @Override
    public FileStat stat() {
        return stat;
    }

    @Override
    public FileStat now() throws FileFaultException {
        try {
            FileStat now = Asking.ask(node, () -> PortableStat.of(path)).stat();
            if (now.isSameThing(stat)) {
                return now;
            }
        } catch (FileFaultException e) {
            if (e.fault() == Fault.UNREADABLE) {
                throw e;
            }
        }
        throw new FileFaultException(Fault.REPLACED, "moved while it was read");
    }

    @Override
    public int read(long offset, MemorySegment into) throws FileFaultException {
        return Asking.ask(node, () -> readAt(offset, into));
    }

    private int readAt(long offset, MemorySegment into) throws FileFaultException {
        try {
            return Math.max(0, channel.read(into.asByteBuffer(), offset));
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    @Override
    public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
            throws FileFaultException {
        SortedMap<Bytes, Bytes> found =
                Asking.ask(node, () -> PortableAttributes.read(path, wanted));
        var _ = now();
        return found;
    }

    @Override
    public void close() {
        close(channel);
    }

    static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Linux frees the descriptor whatever it answers, and nothing was written.
            return;
        }
    }
}
