package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Bounded reads below the folder that holds `proc/` and `sys/`. Only regular files are opened and
/// links are not followed, so that a captured folder cannot lead out of itself; each call has a
/// deadline, because some files of `/proc` wait for hardware or for an automounter.
final class KernelFiles implements AutoCloseable {
    static final int MAX_DIRECTORY_ENTRIES = 1 << 18;

    private static final int FIRST_READ_BYTES = 64 << 10;
    private static final long DEADLINE_MILLIS = 5_000;

    /// A host that stalls more often than this is answered `ETIMEDOUT` for all the rest: an
    /// intruder must not be able to stretch one measurement to hours.
    private static final int MAX_STALLS = 4;

    private static final Set<PosixFilePermission> READ =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.OTHERS_READ);

    private final Path root;
    private final long deadlineMillis;
    private @Nullable Worker worker;
    private int stalls;

    KernelFiles(Path root) {
        this(root, DEADLINE_MILLIS);
    }

    KernelFiles(Path root, long deadlineMillis) {
        this.root = root;
        this.deadlineMillis = deadlineMillis;
    }

    Path root() {
        return root;
    }

    Reading read(String relative, int maxBytes) {
        return read(root.resolve(relative), maxBytes);
    }

    /// Content of at most `maxBytes`; a longer one is unreadable (`EFBIG`), never cut: a cut value
    /// would equal another one that differs behind the cut.
    Reading read(Path file, int maxBytes) {
        return within(() -> readNow(file, maxBytes));
    }

    /// The value's bytes without the final line feed; empty where it cannot be had.
    Bytes readOr(String relative, int maxBytes, Bytes otherwise) {
        return switch (read(relative, maxBytes)) {
            case Reading.Content content -> content.value();
            case Reading.Absent absent -> otherwise;
            case Reading.Unreadable unreadable -> otherwise;
        };
    }

    sealed interface Listing {
        record Names(List<Path> children) implements Listing {}

        record Failed(Reading reading) implements Listing {}
    }

    /// The children of a directory, in no order.
    Listing list(Path directory) {
        List<Path> children = new ArrayList<>();
        Reading reading = within(() -> listNow(directory, children));
        return reading instanceof Reading.Content
                ? new Listing.Names(children)
                : new Listing.Failed(reading);
    }

    List<Path> childrenOrNone(String relative) {
        return switch (list(root.resolve(relative))) {
            case Listing.Names names -> names.children();
            case Listing.Failed failed -> List.of();
        };
    }

    private static Reading readNow(Path file, int maxBytes) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            return new Reading.Unreadable("not a regular file");
        }
        if (attributes.permissions().stream().noneMatch(READ::contains)) {
            return new Reading.Absent();
        }
        // One read with room for all: sysctl handlers give everything to the read at offset 0 and
        // nothing to a second one, so a small buffer would cut the value silently.
        byte[] bytes = new byte[Math.min(maxBytes, FIRST_READ_BYTES) + 1];
        int length = 0;
        try (SeekableByteChannel channel =
                Files.newByteChannel(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            int read;
            while ((read = channel.read(ByteBuffer.wrap(bytes, length, bytes.length - length)))
                    > 0) {
                length += read;
                if (length > maxBytes) {
                    return new Reading.Unreadable("EFBIG");
                }
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes + 1L, 2L * length));
                }
            }
        }
        return new Reading.Content(Bytes.copyOf(bytes, 0, length));
    }

    private static Reading listNow(Path directory, List<Path> children) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                if (children.size() >= MAX_DIRECTORY_ENTRIES) {
                    return new Reading.Unreadable("too many entries");
                }
                children.add(child);
            }
        } catch (DirectoryIteratorException e) {
            return new Reading.Unreadable("EIO");
        }
        return new Reading.Content(Bytes.EMPTY);
    }

    private Reading within(Callable<Reading> task) {
        if (stalls >= MAX_STALLS) {
            return new Reading.Unreadable("ETIMEDOUT");
        }
        Worker current = worker;
        if (current == null) {
            current = new Worker();
            worker = current;
        }
        CompletableFuture<Reading> result = current.submit(task);
        try {
            return result.get(deadlineMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stalls++;
            current.stop();
            worker = null;
            return new Reading.Unreadable("ETIMEDOUT");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reading.Unreadable("EINTR");
        } catch (ExecutionException e) {
            return ofFailure(e.getCause());
        }
    }

    private static Reading ofFailure(@Nullable Throwable cause) {
        return switch (cause) {
            case NoSuchFileException absent -> new Reading.Absent();
            case NotDirectoryException absent -> new Reading.Absent();
            case AccessDeniedException denied -> new Reading.Unreadable("EACCES");
            case FileSystemLoopException loop -> new Reading.Unreadable("ELOOP");
            case IOException other -> new Reading.Unreadable("EIO");
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException("read failed", cause);
        };
    }

    @Override
    public void close() {
        Worker current = worker;
        if (current != null) {
            current.stop();
            worker = null;
        }
    }

    /// One daemon thread: a read that never returns costs that thread, not the agent.
    private static final class Worker {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final AtomicBoolean stopped = new AtomicBoolean();

        Worker() {
            Thread.ofPlatform().daemon().name("kernel-files").start(this::run);
        }

        CompletableFuture<Reading> submit(Callable<Reading> task) {
            CompletableFuture<Reading> result = new CompletableFuture<>();
            tasks.add(
                    () -> {
                        try {
                            result.complete(task.call());
                        } catch (Exception | Error e) {
                            result.completeExceptionally(e);
                        }
                    });
            return result;
        }

        void stop() {
            stopped.set(true);
            tasks.add(() -> {});
        }

        private void run() {
            while (!stopped.get()) {
                try {
                    tasks.take().run();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }
}
