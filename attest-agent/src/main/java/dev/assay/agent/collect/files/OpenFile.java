package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/// A regular file that is open for reading. Whoever has it closes it; it may go to another thread.
public interface OpenFile extends AutoCloseable {
    /// What it was when it was opened.
    FileStat stat();

    /// What it is now.
    FileStat now() throws FileFaultException;

    /// Up to the segment's size of bytes from `offset`; 0 at the end.
    ///
    /// @param into memory outside the heap
    int read(long offset, MemorySegment into) throws FileFaultException;

    /// The extended attributes whose names are wanted.
    SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted) throws FileFaultException;

    /// The digest that the kernel itself keeps of the content, and checks at each read; empty where
    /// it keeps none. To be asked only where the filesystem is the kernel's own: a FUSE answers
    /// what it likes, or never.
    default Optional<FsVerity.Measured> verity() {
        return Optional.empty();
    }

    @Override
    void close();

    /// The file's first bytes, fewer where it is shorter.
    default Bytes start(int maxBytes) throws FileFaultException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment start = arena.allocate(maxBytes);
            int length = 0;
            while (length < maxBytes) {
                int read = read(length, start.asSlice(length));
                if (read == 0) {
                    break;
                }
                length += read;
            }
            return Bytes.copyOf(start.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
