package dev.assay.agent.exhibit;

import dev.assay.evidence.BootId;
import dev.assay.evidence.Exhibits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gathers what a host shows before it is reset. Files, processes and sockets are gathered side by
/// side on threads that are left behind when the time is over: one that hangs in the kernel costs
/// what it had still to show, and nothing else.
public final class ExhibitCollector {
    private static final int MAX_REASON_CHARS = 200;

    private final Path root;
    private final ProcFiles proc;
    private final ExhibitPatterns patterns;

    /// Whose exhibits these are.
    ///
    /// @param reset the order's id
    /// @param agent name and version of this program
    public record Occasion(String host, BootId boot, String reset, Instant at, String agent) {}

    /// @param root of the host's files
    /// @param kernelFrom where the host's `proc` is
    public ExhibitCollector(Path root, Path kernelFrom, ExhibitPatterns patterns) {
        this.root = root;
        this.proc = new ProcFiles(kernelFrom.resolve("proc"));
        this.patterns = patterns;
    }

    /// What could be had within the time, hardly ever all of it.
    public Exhibits collect(Occasion occasion, Drifted drifted, Duration limit)
            throws InterruptedException {
        Deadline deadline = Deadline.in(limit);
        DriftedFiles files = new DriftedFiles(root, patterns);
        Processes processes = new Processes(proc);
        Sockets sockets = new Sockets(proc);
        List<Part> parts =
                List.of(
                        new Part("files", () -> files.collect(drifted, deadline)),
                        new Part("processes", () -> processes.collect(deadline)),
                        new Part("sockets", () -> sockets.collect(deadline)));
        for (Part part : parts) {
            part.await(deadline);
        }
        List<String> notes = new ArrayList<>();
        parts.forEach(part -> part.tell(notes));
        return new Exhibits(
                Exhibits.BASIS,
                occasion.host(),
                occasion.boot(),
                occasion.reset(),
                occasion.at(),
                occasion.agent(),
                drifted.total(),
                files.files().kept(),
                files.omitted().kept(),
                files.omitted().more(),
                processes.found().kept(),
                processes.found().more(),
                sockets.found().kept(),
                sockets.found().more(),
                notes);
    }

    /// One thing that is gathered, on its own thread.
    private static final class Part {
        private final String name;
        private final Thread thread;
        private volatile @Nullable String failure;

        Part(String name, Runnable gathering) {
            this.name = name;
            this.thread =
                    Thread.ofPlatform()
                            .name("exhibit-" + name)
                            .daemon(true)
                            .start(() -> run(gathering));
        }

        private void run(Runnable gathering) {
            try {
                gathering.run();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                String reason = e.toString();
                failure = reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS));
            }
        }

        void await(Deadline deadline) throws InterruptedException {
            Duration left = deadline.left();
            if (left.isPositive()) {
                thread.join(left);
            }
        }

        void tell(List<String> notes) {
            String failed = failure;
            if (failed != null) {
                notes.add(name + " ended early: " + failed);
            } else if (thread.isAlive()) {
                notes.add(name + " were cut off when the time was over");
            }
        }
    }
}
