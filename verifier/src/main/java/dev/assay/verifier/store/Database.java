package dev.assay.verifier.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// The embedded database: SQLite with a write-ahead log. One connection writes, so that writers
/// wait for each other in a queue and not in a lock that times out; every commit is on disk when it
/// returns (`synchronous=FULL`), because an answer that was given must not be forgotten.
public final class Database implements AutoCloseable {
    private static final int BUSY_TIMEOUT_MILLIS = 10_000;
    private static final int READERS = 4;
    private static final long PROBE_NANOS = 1_000_000_000L;

    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final Jdbi writer;
    private final Jdbi reader;
    private final ReentrantLock probing = new ReentrantLock();
    private @Nullable Probe lastProbe;

    private record Probe(boolean writable, long atNanos) {}

    private Database(HikariDataSource writing, HikariDataSource reading) {
        this.writing = writing;
        this.reading = reading;
        this.writer = Jdbi.create(writing);
        this.reader = Jdbi.create(reading);
    }

    /// Opens the file, made with mode 0600 where it is missing, and brings its schema up to date.
    public static Database open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        HikariDataSource writing = pool(file, 1, "writer");
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(writing)
                    .locations("classpath:dev/assay/verifier/store/migrations")
                    .load()
                    .migrate();
            return new Database(writing, pool(file, READERS, "reader"));
        } catch (RuntimeException e) {
            writing.close();
            throw e;
        }
    }

    private static HikariDataSource pool(Path file, int size, String name) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source(file, name.equals("writer")));
        config.setMaximumPoolSize(size);
        config.setPoolName("assay-" + name);
        return new HikariDataSource(config);
    }

    private static DataSource source(Path file, boolean writes) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.enforceForeignKeys(true);
        config.setTransactionMode(
                writes
                        ? SQLiteConfig.TransactionMode.IMMEDIATE
                        : SQLiteConfig.TransactionMode.DEFERRED);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /// Runs in one transaction: all of it is durable when this returns, or nothing was written.
    ///
    /// @throws StoreException where the database failed
    <T> T write(Function<Handle, T> work) {
        try {
            return writer.inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StoreException("the database refused a write", e);
        }
    }

    void run(Consumer<Handle> work) {
        try {
            writer.useTransaction(work::accept);
        } catch (JdbiException e) {
            throw new StoreException("the database refused a write", e);
        }
    }

    <T> T read(Function<Handle, T> work) {
        try {
            return reader.withHandle(work::apply);
        } catch (JdbiException e) {
            throw new StoreException("the database refused a read", e);
        }
    }

    /// A secret of the installation that all replicas share; made where it is missing.
    public Bytes secret(String name, int length) {
        return write(
                handle -> {
                    byte[] fresh = new byte[length];
                    new SecureRandom().nextBytes(fresh);
                    handle.execute(
                            "INSERT INTO settings (name, value) VALUES (?, ?)"
                                    + " ON CONFLICT (name) DO NOTHING",
                            name,
                            Bytes.copyOf(fresh).base64());
                    return Bytes.ofBase64(
                            handle.createQuery("SELECT value FROM settings WHERE name = ?")
                                    .bind(0, name)
                                    .mapTo(String.class)
                                    .one());
                });
    }

    /// Whether the database took a write within the last second. Anybody may ask, and each look is
    /// a commit that waits for the disk in the queue of the verdicts.
    public boolean isWritable() {
        probing.lock();
        try {
            Probe last = lastProbe;
            if (last == null || System.nanoTime() - last.atNanos() > PROBE_NANOS) {
                last = new Probe(takesWrite(), System.nanoTime());
                lastProbe = last;
            }
            return last.writable();
        } finally {
            probing.unlock();
        }
    }

    private boolean takesWrite() {
        try {
            run(
                    handle ->
                            handle.execute(
                                    "INSERT INTO settings (name, value) VALUES ('probe', '1')"
                                            + " ON CONFLICT (name) DO UPDATE SET value = '1'"));
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    @Override
    public void close() {
        reading.close();
        writing.close();
    }
}
