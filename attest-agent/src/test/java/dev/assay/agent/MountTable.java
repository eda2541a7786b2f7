package dev.assay.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The host's one mount table. Test classes run in several JVMs at once: a test that mounts in it
/// would tell a watcher in another JVM that all has to be looked at again, and be a drift of this
/// host. They take turns by a lock on a file.
public final class MountTable {
    private static final Path TURNS = Path.of("target", "mount-table.lock");

    private MountTable() {}

    /// What comes out depends on nobody mounting meanwhile. Any number of these run at once.
    public static final class Still extends Turn {
        public Still() {
            super(true);
        }
    }

    /// Mounts.
    public static final class Changed extends Turn {
        public Changed() {
            super(false);
        }
    }

    /// For the length of one test.
    public abstract static sealed class Turn implements BeforeEachCallback, AfterEachCallback {
        private final boolean shared;
        private @Nullable FileLock held;

        private Turn(boolean shared) {
            this.shared = shared;
        }

        @Override
        public void beforeEach(ExtensionContext test) throws IOException {
            Files.createDirectories(TURNS.getParent());
            FileChannel turns =
                    FileChannel.open(
                            TURNS,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            held = turns.lock(0, Long.MAX_VALUE, shared);
        }

        @Override
        public void afterEach(ExtensionContext test) throws IOException {
            if (held != null) {
                held.acquiredBy().close();
                held = null;
            }
        }
    }
}
