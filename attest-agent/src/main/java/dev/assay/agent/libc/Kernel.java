package dev.assay.agent.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Makes system calls, all of them through syscall(2): the Java runtime writes and compiles code
/// for each shape of a native call at every start, and this is one shape. No two threads use one at
/// a time.
///
/// Memory is given by its address. It lies outside the heap, and whoever calls keeps it reachable.
public final class Kernel {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(PathElement.groupElement("errno")).withInvokeExactBehavior();
    private static final MethodHandle SYSCALL = syscall();

    private static final ThreadLocal<Kernel> MINE = ThreadLocal.withInitial(Kernel::new);

    /// Where a call leaves its errno: asked for afterwards, the runtime could have changed it.
    private final MemorySegment capture = Arena.ofAuto().allocate(CAPTURE);

    /// The calling thread's own.
    public static Kernel mine() {
        return MINE.get();
    }

    @SuppressWarnings("restricted") // the program is started with native access for this
    private static MethodHandle syscall() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup()
                        .find("syscall")
                        .orElseThrow(() -> new UnsupportedOperationException("no syscall()")),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /// @return the kernel's answer, or the negated errno
    public long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        long answer;
        try {
            answer = (long) SYSCALL.invokeExact(capture, call.number, a, b, c, d, e, f);
        } catch (Error error) {
            throw error;
        } catch (Throwable impossible) {
            throw new IllegalStateException("system call could not be made", impossible);
        }
        return answer == -1 ? -(int) ERRNO.get(capture, 0L) : answer;
    }

    public long call(SystemCall call, long a, long b, long c, long d, long e) {
        return call(call, a, b, c, d, e, 0);
    }

    public long call(SystemCall call, long a, long b, long c, long d) {
        return call(call, a, b, c, d, 0, 0);
    }

    public long call(SystemCall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0, 0);
    }

    public long call(SystemCall call, long a, long b) {
        return call(call, a, b, 0, 0, 0, 0);
    }

    public long call(SystemCall call, long a) {
        return call(call, a, 0, 0, 0, 0, 0);
    }
}
