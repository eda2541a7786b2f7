package dev.assay.agent.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Handles of the C library's functions. Each takes, before its own arguments, a segment of {@link
/// #newErrno} in which its errno is kept: asked for afterwards, the runtime could have changed it.
public final class Libc {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(PathElement.groupElement("errno")).withInvokeExactBehavior();

    /// The processors whose kernel interface this program knows.
    private enum Machine {
        X86_64,
        AARCH64
    }

    private static final @Nullable Machine MACHINE = machine();

    private Libc() {}

    private static @Nullable Machine machine() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Machine.X86_64;
            case "aarch64" -> Machine.AARCH64;
            default -> null;
        };
    }

    /// Whether system calls can be made on this machine.
    public static boolean isPossible() {
        return MACHINE != null;
    }

    /// A constant of the kernel's interface that is another one on each machine.
    public static int perMachine(int onX86, int onAarch64) {
        if (MACHINE == null) {
            throw new UnsupportedOperationException(
                    "no system calls for " + System.getProperty("os.arch"));
        }
        return switch (MACHINE) {
            case X86_64 -> onX86;
            case AARCH64 -> onAarch64;
        };
    }

    public static MethodHandle function(String name, ValueLayout result, ValueLayout... arguments) {
        return function(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// One with `...` in its declaration.
    ///
    /// @param firstVariadic the index of the first argument that the declaration does not name
    public static MethodHandle variadic(
            String name, int firstVariadic, ValueLayout result, ValueLayout... arguments) {
        return function(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    @SuppressWarnings("restricted") // the program is started with native access for this
    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsupportedOperationException("no " + name + "()"));
        return linker.downcallHandle(symbol, descriptor, options);
    }

    /// Where calls leave their errno; one for each thread that calls.
    public static MemorySegment newErrno(Arena arena) {
        return arena.allocate(CAPTURE);
    }

    public static int errno(MemorySegment captured) {
        return (int) ERRNO.get(captured, 0L);
    }

    /// For the `Throwable` that a handle declares and never throws.
    public static IllegalStateException impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("system call could not be made", e);
    }
}
