package dev.assay.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Waits for processes and learns from the kernel what they cost: wait4(2) counts to the last
/// instruction, and with all descendants, where reading `/proc` misses the end.
///
/// A child that this process starts itself would count our own memory as its peak, because the
/// kernel keeps what a process had before `execve`. So a small shell starts it and goes, and this
/// process inherits it as its subreaper (prctl(2)).
final class Reaper {
    /// The children that wait4(2) is asked of have no parent of their own any more.
    record Cost(double cpuSeconds, long peakBytes, int exit) {}

    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int RUSAGE_BYTES = 144;
    private static final int RU_UTIME = 0;
    private static final int RU_STIME = 16;
    private static final int RU_MAXRSS = 32;
    private static final int INTERRUPTED = -1;

    private static final MethodHandle PRCTL =
            function(
                    "prctl",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle WAIT4 =
            function(
                    "wait4",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS));

    private Reaper() {}

    @SuppressWarnings("restricted") // the launcher starts this with native access
    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /// From now on whatever loses its parent below this process becomes its child.
    static void adopt() throws IOException {
        int answer;
        try {
            answer = (int) PRCTL.invokeExact(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw new IOException("prctl could not be called", e);
        }
        if (answer != 0) {
            throw new IOException("this kernel lets nobody be a subreaper");
        }
    }

    /// Blocks until the process is gone.
    ///
    /// @throws IOException where it is no child of ours
    static Cost await(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
            int waited;
            do {
                waited = (int) WAIT4.invokeExact((int) pid, status, 0, usage);
            } while (waited == INTERRUPTED && ProcessHandle.of(pid).isPresent());
            if (waited != pid) {
                throw new IOException("process " + pid + " could not be waited for");
            }
            return new Cost(
                    seconds(usage, RU_UTIME) + seconds(usage, RU_STIME),
                    usage.get(ValueLayout.JAVA_LONG, RU_MAXRSS) << 10,
                    exit(status.get(ValueLayout.JAVA_INT, 0)));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("wait4 could not be called", e);
        }
    }

    private static double seconds(MemorySegment usage, int offset) {
        return usage.get(ValueLayout.JAVA_LONG, offset)
                + usage.get(ValueLayout.JAVA_LONG, offset + Long.BYTES) / 1e6;
    }

    /// As a shell tells it.
    private static int exit(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : 128 + signal;
    }
}
