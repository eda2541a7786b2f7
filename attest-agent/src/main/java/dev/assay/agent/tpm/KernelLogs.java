package dev.assay.agent.tpm;

import dev.assay.agent.log.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Protocol.LogsWanted;
import dev.assay.evidence.Quote;
import dev.assay.evidence.Quote.ImaPart;
import dev.assay.ima.ImaList;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The firmware's and the kernel's logs, which explain what was extended into the PCRs. The quote
/// vouches for them; this only carries them.
public final class KernelLogs {
    private static final EventLog LOG = EventLog.of(KernelLogs.class);
    private static final String OLD_TEMPLATE = "ima";
    private static final int HASH_BYTES = 20;
    private static final int MAX_FRAME_BYTES = 2 << 20;

    private final Path bootLog;
    private final Path imaList;

    /// @param kernelFrom where the host's `sys` is
    public KernelLogs(Path kernelFrom) {
        Path security = kernelFrom.resolve("sys/kernel/security");
        this.bootLog = security.resolve("tpm0/binary_bios_measurements");
        this.imaList = security.resolve("ima/binary_runtime_measurements");
    }

    /// What is wanted of them. A boot log that is not there is empty.
    public Quote.Logs read(LogsWanted wanted) {
        return new Quote.Logs(
                wanted.bootLog() ? bootLog().orElse(Bytes.EMPTY) : null,
                ima(wanted.imaOffset(), ImaPart.MAX_BYTES).orElse(null));
    }

    public Optional<Bytes> bootLog() {
        try (InputStream in = Files.newInputStream(bootLog)) {
            byte[] read = in.readNBytes(Quote.Logs.MAX_BOOT_LOG_BYTES + 1);
            if (read.length > Quote.Logs.MAX_BOOT_LOG_BYTES) {
                throw new IOException("it is too long");
            }
            return Optional.of(Bytes.copyOf(read));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("boot-log-unreadable", "reason", e);
            return Optional.empty();
        }
    }

    /// All of the IMA list, of a host that is captured; empty where the kernel has none.
    public Optional<Bytes> imaList() throws IOException {
        try {
            @Nullable Bytes entries = entries(0, ImaList.MAX_BYTES);
            return Optional.ofNullable(entries).filter(all -> !all.isEmpty());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /// Whole entries of the IMA list; empty where the kernel has none.
    ///
    /// @param offset how many to pass over; where there are no more, from the first on
    public Optional<ImaPart> ima(int offset, int maxBytes) {
        try {
            @Nullable Bytes entries = entries(offset, maxBytes);
            return Optional.of(
                    entries == null
                            ? new ImaPart(0, entriesFromFirst(maxBytes))
                            : new ImaPart(offset, entries));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("ima-list-unreadable", "reason", e);
            return Optional.empty();
        }
    }

    private Bytes entriesFromFirst(int maxBytes) throws IOException {
        @Nullable Bytes entries = entries(0, maxBytes);
        return entries == null ? Bytes.EMPTY : entries;
    }

    /// Null where there are fewer entries than the offset says.
    private @Nullable Bytes entries(int offset, int maxBytes) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(imaList), 1 << 16)) {
            for (int number = 0; ; number++) {
                byte @Nullable [] entry = entry(in);
                if (entry == null) {
                    return number < offset ? null : Bytes.copyOf(kept.toByteArray());
                }
                if (number >= offset) {
                    if (kept.size() + entry.length > maxBytes) {
                        return Bytes.copyOf(kept.toByteArray());
                    }
                    kept.writeBytes(entry);
                }
            }
        }
    }

    /// One entry (Linux, security/integrity/ima/ima_fs.c, `ima_measurements_show`); null at the end
    /// of the list.
    private static byte @Nullable [] entry(InputStream in) throws IOException {
        byte[] pcr = in.readNBytes(Integer.BYTES);
        if (pcr.length == 0) {
            return null;
        }
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.writeBytes(pcr);
        entry.writeBytes(exactly(in, HASH_BYTES));
        byte[] name = frame(in, entry);
        if (new String(name, StandardCharsets.ISO_8859_1).equals(OLD_TEMPLATE)) {
            entry.writeBytes(exactly(in, HASH_BYTES));
        }
        frame(in, entry);
        return entry.toByteArray();
    }

    private static byte[] frame(InputStream in, ByteArrayOutputStream entry) throws IOException {
        byte[] length = exactly(in, Integer.BYTES);
        int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (bytes < 0 || bytes > MAX_FRAME_BYTES) {
            throw new IOException("the IMA list is malformed");
        }
        byte[] content = exactly(in, bytes);
        entry.writeBytes(length);
        entry.writeBytes(content);
        return content;
    }

    private static byte[] exactly(InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException("the IMA list ends within an entry");
        }
        return read;
    }
}
