package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.verifier.fleet.Reset.Remedy;
import dev.assay.verifier.reset.ResetTask;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The task as JSON, the same for every executor. What a host calls itself travels only in such
/// typed fields: in a command line it would be read by a shell.
record TaskDocument(
        String resetId,
        String executor,
        String host,
        @Nullable String platformId,
        SortedMap<String, String> labels,
        @Nullable BootId boot,
        Remedy remedy,
        String reason) {
    static TaskDocument of(String executor, ResetTask task) {
        return new TaskDocument(
                task.resetId(),
                executor,
                task.host(),
                task.platformId(),
                task.labels(),
                task.boot(),
                task.remedy(),
                task.reason());
    }

    /// One line, ended.
    static Bytes line(String executor, ResetTask task) {
        return Json.write(of(executor, task)).plus(Bytes.utf8("\n"));
    }
}
