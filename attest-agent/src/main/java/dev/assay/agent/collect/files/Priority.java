package dev.assay.agent.collect.files;

import dev.assay.agent.libc.Kernel;
import dev.assay.agent.libc.SystemCall;

/// Who reads for a measurement waits at the disk until nobody else wants it: ioprio_set(2), class
/// idle, which needs no privilege. It holds for the calling thread alone and for its rest, so it is
/// for platform threads that do nothing else; and it works where the disk's scheduler knows classes
/// (bfq, and mq-deadline since Linux 5.14).
public final class Priority {
    private static final long IOPRIO_WHO_PROCESS = 1;
    private static final long CALLING_THREAD = 0;
    private static final int CLASS_SHIFT = 13;
    static final long IOPRIO_CLASS_IDLE = 3;

    private Priority() {}

    /// Makes the calling thread's reads and writes idle ones.
    ///
    /// @return whether the kernel agreed; a container's filter may refuse it, and the measurement
    ///   goes on as it is
    public static boolean idle() {
        return call(SystemCall.IOPRIO_SET, IOPRIO_CLASS_IDLE << CLASS_SHIFT) == 0;
    }

    /// The calling thread's, as the kernel numbers them; negative where it does not say.
    static long ioClass() {
        return call(SystemCall.IOPRIO_GET, 0) >> CLASS_SHIFT;
    }

    private static long call(SystemCall call, long priority) {
        return Kernel.mine().call(call, IOPRIO_WHO_PROCESS, CALLING_THREAD, priority);
    }
}
