package dev.assay.agent.collect.files;

import dev.assay.tree.NodePath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// What one thread asks of the kernel at this moment, as another thread sees it: a dead disk, or a
/// user's program behind FUSE, need never answer, and whoever asked cannot be called back.
final class Asking {
    private static final VarHandle CALLS;

    static {
        try {
            CALLS = MethodHandles.lookup().findVarHandle(Asking.class, "calls", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final ThreadLocal<Asking> MINE = ThreadLocal.withInitial(Asking::new);

    private final Thread thread = Thread.currentThread();

    /// Odd while a call is under way: a clock that is read at each call would cost more than many
    /// calls do.
    @SuppressWarnings("unused") // by its handle
    private long calls;

    private @Nullable NodePath node;

    /// The calling thread's own.
    static Asking mine() {
        return MINE.get();
    }

    /// What the next calls are about.
    void about(@Nullable NodePath next) {
        node = next;
    }

    interface Question<T> {
        T ask() throws FileFaultException;
    }

    /// One call, or several: a question within a question is part of it.
    static <T> T ask(NodePath about, Question<T> question) throws FileFaultException {
        Asking mine = mine();
        boolean within = (mine.calls() & 1) == 1;
        if (within) {
            return question.ask();
        }
        mine.about(about);
        mine.begin();
        try {
            return question.ask();
        } finally {
            mine.end();
        }
    }

    void begin() {
        CALLS.setRelease(this, (long) CALLS.get(this) + 1);
    }

    void end() {
        CALLS.setRelease(this, (long) CALLS.get(this) + 1);
    }

    Thread thread() {
        return thread;
    }

    /// Of another thread: equal odd answers are of one call.
    long calls() {
        return (long) CALLS.getAcquire(this);
    }

    /// What the call that {@link #calls} told of is about.
    @Nullable NodePath node() {
        return node;
    }
}
