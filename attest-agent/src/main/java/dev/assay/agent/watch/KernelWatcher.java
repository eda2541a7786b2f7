package dev.assay.agent.watch;

import dev.assay.agent.watch.Source.Refusal;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the kernel's queues in a thread of its own, so that they do not run over while the host is
/// measured. Whatever ends that thread, the watcher goes on as one that sees nothing and says so.
final class KernelWatcher implements Watcher {
    /// Between two looks at the queues. A program that writes without an end where nothing is
    /// measured costs so many wake-ups a second, and the kernel makes one of equal events.
    private static final int PAUSE_MILLIS = 20;

    private static final int NEVER = -1;

    /// @param maxPaths told before directories are told in their place
    /// @param maxWatches of inotify
    record Limits(int maxPaths, int maxWatches) {
        static final Limits USUAL = new Limits(Pending.MAX_PATHS, Inotify.MAX_WATCHES);
    }

    private final Path root;
    private final Interest interest;
    private final Limits limits;
    private final Pending pending;
    private final Syscalls calls = new Syscalls();
    private final Object state = new Object();
    private int bell = -1;
    private Means means = Means.POLLING;
    private @Nullable String weakness;

    // Below: of the thread that opens, and then of the reader alone.
    private int table = -1;
    private @Nullable Fanotify fanotify;
    private @Nullable Inotify inotify;
    private @Nullable String withoutFanotify;
    private @Nullable MountView covered;
    private Set<Mount> seen = Set.of();

    private KernelWatcher(Path root, Interest interest, Limits limits) {
        this.root = root;
        this.interest = interest;
        this.limits = limits;
        this.pending = new Pending(limits.maxPaths());
    }

    /// Everything that changes after the return is noticed.
    static Watcher open(Path root, Interest interest, Means strongest, Limits limits) {
        KernelWatcher watcher = new KernelWatcher(root, interest, limits);
        watcher.open(strongest);
        return watcher;
    }

    private void open(Means strongest) {
        try {
            bell = calls.newEvent();
            table = calls.openForReading(MountView.table(root));
            withoutFanotify = openFanotify(strongest);
            MountView view = MountView.read(calls, root, table, interest);
            if (bell < 0) {
                throw new IllegalStateException("eventfd: errno " + -bell);
            }
            cover(view);
            Thread.ofPlatform().daemon().name("watch").start(this::run);
        } catch (RuntimeException | Error e) {
            fail(e);
            closeAll();
        }
    }

    /// @return why not all is watched by the strongest means
    private @Nullable String openFanotify(Means strongest) {
        return switch (strongest) {
            case FANOTIFY -> {
                fanotify = Fanotify.open(calls, interest);
                yield fanotify == null ? "fanotify_init: errno " + calls.errno() : null;
            }
            case INOTIFY, POLLING -> "not asked for";
        };
    }

    private void cover(MountView view) {
        List<Refusal> byFanotify = new ArrayList<>();
        if (fanotify == null) {
            String reason = String.valueOf(withoutFanotify);
            view.watched().forEach(mount -> byFanotify.add(new Refusal(mount, reason)));
        } else {
            byFanotify.addAll(fanotify.cover(view, view.watched()));
        }
        List<Refusal> byAny = byFanotify;
        if (inotify == null && !byFanotify.isEmpty()) {
            inotify = Inotify.open(calls, interest, limits.maxWatches());
        }
        if (inotify != null) {
            byAny = inotify.cover(view, byFanotify.stream().map(Refusal::mount).toList());
        }
        covered = view;
        seen = Set.copyOf(view.visible());
        Means weakest =
                !byAny.isEmpty()
                        ? Means.POLLING
                        : byFanotify.isEmpty() ? Means.FANOTIFY : Means.INOTIFY;
        pending.setBlind(weakest == Means.POLLING);
        String why = first(byFanotify);
        synchronized (state) {
            means = weakest;
            weakness = byAny.isEmpty() ? why : why + "; " + first(byAny);
        }
    }

    private static @Nullable String first(List<Refusal> refusals) {
        if (refusals.isEmpty()) {
            return null;
        }
        Refusal refusal = refusals.getFirst();
        return "mount " + refusal.mount().point() + ": " + refusal.reason();
    }

    private void run() {
        try {
            int[] asked = {Syscalls.POLLIN, Syscalls.POLLIN, Syscalls.POLLIN, Syscalls.POLLPRI};
            int[] fds = {bell, fd(fanotify), fd(inotify), table};
            int[] bellOnly = {bell};
            int[] bellAsked = {Syscalls.POLLIN};
            while (true) {
                int ready = calls.poll(fds, asked, NEVER);
                if ((ready & 1) != 0) {
                    return;
                }
                boolean moved = false;
                if (fanotify != null && (ready & 2) != 0) {
                    moved |= fanotify.drain(pending);
                }
                if (inotify != null && (ready & 4) != 0) {
                    moved |= inotify.drain(pending);
                }
                boolean again = (ready & 8) != 0 || inotify != null && inotify.hasNewGap();
                if (moved || again) {
                    refresh(again);
                    fds = new int[] {bell, fd(fanotify), fd(inotify), table};
                }
                if (calls.poll(bellOnly, bellAsked, PAUSE_MILLIS) != 0) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            closeAll();
        }
    }

    private static int fd(@Nullable Source source) {
        return source == null ? -1 : source.fd();
    }

    /// The mount table has changed, or what stands in it: a directory above a mount point, or above
    /// what a bind mount shows, has another name now.
    ///
    /// @param again even where the table says the same
    private void refresh(boolean again) {
        MountView view = MountView.read(calls, root, table, interest);
        Set<Mount> before = seen;
        MountView last = covered;
        boolean same =
                last != null
                        && last.isOfSameRoot(view)
                        && before.equals(Set.copyOf(view.visible()));
        if (same && !again) {
            return;
        }
        cover(view);
        for (Mount mount : view.visible()) {
            if (!before.contains(mount)) {
                tell(view, mount);
            }
        }
        for (Mount mount : before) {
            if (!view.visible().contains(mount)) {
                tell(view, mount);
            }
        }
    }

    private void tell(MountView view, Mount mount) {
        NodePath node = view.node(view.start(mount));
        if (node != null) {
            pending.add(node, null);
        }
    }

    private void fail(Throwable e) {
        String why = e instanceof IllegalStateException ? e.getMessage() : e.toString();
        synchronized (state) {
            means = Means.POLLING;
            weakness = why;
        }
        pending.setBlind(true);
        pending.lose();
    }

    private void closeAll() {
        synchronized (state) {
            if (bell >= 0) {
                calls.close(bell);
                bell = -1;
            }
        }
        if (table >= 0) {
            calls.close(table);
            table = -1;
        }
        for (Source source : new Source[] {fanotify, inotify}) {
            if (source != null) {
                source.close();
            }
        }
    }

    @Override
    public Means means() {
        synchronized (state) {
            return means;
        }
    }

    @Override
    public Optional<String> weakness() {
        synchronized (state) {
            return Optional.ofNullable(weakness);
        }
    }

    @Override
    public Hints await(Duration atMost) throws InterruptedException {
        return pending.await(atMost);
    }

    @Override
    public void close() {
        synchronized (state) {
            if (bell >= 0) {
                new Syscalls().ring(bell);
            }
        }
        pending.setBlind(true);
        // Who waits is to wait no longer.
        pending.lose();
    }
}
