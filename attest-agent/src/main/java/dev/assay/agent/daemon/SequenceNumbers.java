package dev.assay.agent.daemon;

import dev.assay.agent.log.EventLog;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Numbers that grow with each evidence of a boot and that no restart of the agent repeats: they
/// are reserved on disk, a block at a time, before the first of them is used.
final class SequenceNumbers {
    static final long BLOCK = 1000;
    private static final EventLog LOG = EventLog.of(SequenceNumbers.class);
    private static final int MAX_BYTES = 4096;

    private final Path file;
    private final InstantSource clock;
    private @Nullable BootId boot;
    private long last;
    private long reserved;

    private record Reserved(BootId boot, long reserved) {
        Reserved {
            if (boot == null || reserved < 1) {
                throw new IllegalArgumentException("reservation without boot or number");
            }
        }
    }

    SequenceNumbers(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    long next(BootId current) throws IOException {
        if (!current.equals(boot)) {
            last = begin(current);
            reserved = last;
            boot = current;
        }
        if (last >= reserved) {
            try {
                reserve(current, last + BLOCK);
            } catch (IOException e) {
                // A full disk must not silence the host: the time grows over a restart as well.
                LOG.error("sequence-not-written", "reason", e);
                last = Math.max(last, clock.millis());
            }
        }
        return ++last;
    }

    /// What the boot has used up before. Where the file is damaged, nobody knows; then the time in
    /// milliseconds is above all that a boot can have counted to.
    private long begin(BootId current) throws IOException {
        Optional<Reserved> before = StateFolder.read(file, Reserved.class, MAX_BYTES);
        if (before.isEmpty()) {
            return Files.exists(file) ? clock.millis() : 0;
        }
        return before.get().boot().equals(current) ? before.get().reserved() : 0;
    }

    /// Goes past what a verifier has seen already: after the state folder was restored from a
    /// backup, every number would be refused as replayed.
    void passReplay(BootId current) throws IOException {
        if (current.equals(boot)) {
            last = Math.max(last + BLOCK, clock.millis());
            reserve(current, last + BLOCK);
        }
    }

    private void reserve(BootId current, long upTo) throws IOException {
        PrivateFiles.replace(file, Json.write(new Reserved(current, upTo)));
        reserved = upTo;
    }
}
