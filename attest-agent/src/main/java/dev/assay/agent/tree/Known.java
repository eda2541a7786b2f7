package dev.assay.agent.tree;

import dev.assay.agent.collect.files.FileStat;
import dev.assay.bytes.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What an earlier look at one directory found, by name. Safe for several threads: each finds its
/// own.
public final class Known {
    private final Folder folder;
    private final int[] starts;

    /// One name as it was.
    public final class Found {
        private final Records record;

        private Found(Records record) {
            this.record = record;
        }

        Records record() {
            return record;
        }

        /// Whether nothing tells of a change since, of content or attributes.
        public boolean isUnchanged(FileStat stat) {
            Stamp directory = folder.stamp();
            Stamp now = Stamp.of(stat);
            return now != null
                    && directory != null
                    && directory.device() == now.device()
                    && record.has(Records.BELIEVED)
                    && record.isStamped(now);
        }

        /// Whether there was a stamp and it is another one now.
        public boolean isTouched(FileStat stat) {
            Stamp now = Stamp.of(stat);
            return now != null && record.has(Records.STAMP) && !record.isStamped(now);
        }

        /// Null where it was no directory that was entered.
        public @Nullable Folder below() {
            return record.has(Records.FOLDER) ? folder.below()[record.folder()] : null;
        }

        public @Nullable Bytes leaf() {
            return record.has(Records.LEAF) ? record.leaf(new PlainLeaf()) : null;
        }
    }

    public Known(Folder folder) {
        this.folder = folder;
        int[] offsets = new int[16];
        int count = 0;
        Records record = folder.records();
        while (record.next()) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * count);
            }
            offsets[count++] = record.start();
        }
        this.starts = Arrays.copyOf(offsets, count);
    }

    Folder folder() {
        return folder;
    }

    /// How many names there were.
    int size() {
        return starts.length;
    }

    /// The names are sorted: a table of hashes would be slow where an intruder chose them so.
    public @Nullable Found find(Bytes name) {
        byte[] wanted = name.toArray();
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order =
                    Records.compareName(folder.packed(), starts[middle], wanted, 0, wanted.length);
            if (order == 0) {
                return new Found(folder.records().at(starts[middle]));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }
}
