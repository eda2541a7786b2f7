package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileStat;

/// Whether a thing's times, as they were when it was looked at, will tell of every change since.
final class Settled {
    /// Two changes within one tick of the kernel's clock show as one.
    private static final int TICK_SECONDS = 2;

    /// What was written through a mapping shows when its page is written next after write-back has
    /// protected it again (dirty_expire_centisecs and dirty_writeback_centisecs of vm.rst: 30 and 5
    /// seconds); until then a further write to the page leaves no trace.
    private static final int WRITE_BACK_SECONDS = 60;

    private Settled() {}

    /// Of attributes and links.
    static boolean attributes(FileStat stat, int lookedAt) {
        return stat.changed().seconds() < lookedAt - TICK_SECONDS;
    }

    /// Of a file's content.
    static boolean content(FileStat stat, int readAt) {
        long latest = Math.max(stat.changed().seconds(), stat.modified().seconds());
        return latest < readAt - WRITE_BACK_SECONDS;
    }
}
