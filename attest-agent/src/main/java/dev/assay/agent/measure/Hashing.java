package dev.assay.agent.measure;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileReader;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Reads open files on all processors. At most {@link #MAX_OPEN_FILES} wait with an open
/// descriptor; the walk waits for the readers, not the other way round.
final class Hashing implements AutoCloseable {
    private static final int MAX_OPEN_FILES = 128;

    /// What is done with one open file, on a reader's thread.
    interface Task {
        void run(FileReader reader, OpenFile file) throws FileFaultException;
    }

    private final Findings findings;
    private final ExecutorService executor;
    private final Semaphore open = new Semaphore(MAX_OPEN_FILES);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ThreadLocal<FileReader> reader = ThreadLocal.withInitial(FileReader::new);

    Hashing(Findings findings, int threads) {
        this.findings = findings;
        this.executor =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("hash-", 0).daemon().factory());
    }

    /// Takes the file over and closes it.
    void submit(NodePath path, OpenFile file, Task task) {
        open.acquireUninterruptibly();
        executor.execute(
                () -> {
                    FileReader mine = reader.get();
                    try {
                        task.run(mine, file);
                    } catch (FileFaultException e) {
                        findings.undetermined(path, Kind.UNREADABLE, e.reason());
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        mine.close(file);
                        open.release();
                    }
                });
    }

    /// Waits for every file.
    ///
    /// @throws IllegalStateException where a task failed in a way that no file can cause: a set
    ///   with a hole in it would pass for a measurement
    void await() {
        open.acquireUninterruptibly(MAX_OPEN_FILES);
        open.release(MAX_OPEN_FILES);
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("measuring a file failed", thrown);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        open.acquireUninterruptibly(MAX_OPEN_FILES);
    }
}
