package dev.assay.verifier.ssh;

import dev.assay.bytes.MalformedInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.function.LongConsumer;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.RemoteFile;
import net.schmizz.sshj.sftp.Response;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.sftp.SFTPException;

/// A host's files by SFTP. What the other side answers is believed for as much as it costs nothing:
/// a length that it claims is a reason to refuse, never to allocate.
public final class RemoteFiles implements Closeable {
    private static final Duration MAX_ANSWER = Duration.ofSeconds(30);
    private static final int CHUNK_BYTES = 32 << 10;

    /// Requests under way; with one, a distant host would take half a second for every megabyte.
    private static final int AHEAD = 32;

    private final SFTPClient sftp;

    RemoteFiles(SFTPClient sftp) {
        this.sftp = sftp;
        sftp.getSFTPEngine().setTimeoutMs(Math.toIntExact(MAX_ANSWER.toMillis()));
    }

    /// Makes a folder of that mode.
    ///
    /// @throws IOException also where there is something of that name, a link as well
    public void makeFolder(String path, int mode) throws IOException, MalformedInputException {
        FileAttributes attributes = new FileAttributes.Builder().withPermissions(mode).build();
        done(path, () -> sftp.getSFTPEngine().makeDir(path, attributes));
    }

    /// Whether it is a folder, not a link to one, that only its owner uses.
    public boolean isPrivateFolder(String path) throws IOException, MalformedInputException {
        return asked(
                path,
                () -> {
                    FileMode mode = sftp.lstat(path).getMode();
                    return mode.getType() == FileMode.Type.DIRECTORY
                            && (mode.getPermissionsMask() & 0077) == 0;
                });
    }

    /// Whether there is nothing of that name, not even a link.
    public boolean isGone(String path) throws IOException, MalformedInputException {
        return asked(
                path,
                () -> {
                    try {
                        sftp.lstat(path);
                        return false;
                    } catch (SFTPException e) {
                        if (e.getStatusCode() == Response.StatusCode.NO_SUCH_FILE) {
                            return true;
                        }
                        throw e;
                    }
                });
    }

    /// Writes a new file with that mode and time.
    ///
    /// @param modified seconds since 1970
    /// @param written told how many bytes went, again and again
    public void write(
            String path, InputStream content, int mode, long modified, LongConsumer written)
            throws IOException, MalformedInputException {
        done(
                path,
                () -> {
                    FileAttributes created =
                            new FileAttributes.Builder().withPermissions(mode).build();
                    try (RemoteFile file =
                            sftp.open(
                                    path,
                                    EnumSet.of(OpenMode.WRITE, OpenMode.CREAT, OpenMode.EXCL),
                                    created)) {
                        try (OutputStream out = file.new RemoteFileOutputStream(0, AHEAD)) {
                            copy(content, out, Long.MAX_VALUE, written);
                        }
                        file.setAttributes(
                                new FileAttributes.Builder()
                                        .withPermissions(mode)
                                        .withAtimeMtime(modified, modified)
                                        .build());
                    }
                });
    }

    /// Copies a file of at most so many bytes.
    ///
    /// @param read told how many bytes came, again and again
    /// @throws MalformedInputException where it is no file, or there is more, as soon as that shows
    public void read(String path, OutputStream to, long maxBytes, LongConsumer read)
            throws IOException, MalformedInputException {
        done(
                path,
                () -> {
                    FileAttributes told = sftp.lstat(path);
                    if (told.getType() != FileMode.Type.REGULAR) {
                        throw new MalformedInputException("it is no regular file");
                    }
                    if (told.getSize() > maxBytes) {
                        throw tooLong(maxBytes);
                    }
                    try (RemoteFile file = sftp.open(path);
                            InputStream in = file.new ReadAheadRemoteFileInputStream(AHEAD)) {
                        copy(in, to, maxBytes, read);
                    }
                });
    }

    private static void copy(InputStream in, OutputStream out, long maxBytes, LongConsumer told)
            throws IOException, MalformedInputException {
        byte[] buffer = new byte[CHUNK_BYTES];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            total += n;
            if (total > maxBytes) {
                throw tooLong(maxBytes);
            }
            out.write(buffer, 0, n);
            told.accept(n);
        }
    }

    private static MalformedInputException tooLong(long maxBytes) {
        return new MalformedInputException("it has more than " + maxBytes + " bytes");
    }

    private interface Question<T> {
        T ask() throws IOException, MalformedInputException;
    }

    private interface Deed {
        void run() throws IOException, MalformedInputException;
    }

    private static void done(String path, Deed deed) throws IOException, MalformedInputException {
        asked(
                path,
                () -> {
                    deed.run();
                    return path;
                });
    }

    /// What the library makes of an answer that breaks the protocol is an exception of any kind.
    private static <T> T asked(String path, Question<T> question)
            throws IOException, MalformedInputException {
        try {
            return question.ask();
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        } catch (MalformedInputException e) {
            throw new MalformedInputException(path + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new MalformedInputException(path + ": the host's answer is no SFTP", e);
        }
    }

    @Override
    public void close() throws IOException {
        sftp.close();
    }
}
