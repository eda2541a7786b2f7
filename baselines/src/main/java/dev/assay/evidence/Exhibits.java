package dev.assay.evidence;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.GzipMember;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.NodePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// What a host that is about to be reset shows of itself, for people who look into it later
/// (FORMAT.md, section 15). Nobody measured or proved any of it, and an intruder on the host may
/// have written all of it: it is never a reason for a verdict.
///
/// @param basis always {@link #BASIS}
/// @param reset the id of the order
/// @param drifts how many paths had drifted, shown or not
/// @param files of the paths that had drifted
/// @param omitted those that are not shown, and why; `moreOmitted` counts those that are not named
/// @param moreProcesses and `moreSockets`: how many more there were than are listed, as far as they
///   were counted
/// @param notes what was cut off or could not be had, a line each
public record Exhibits(
        String basis,
        String host,
        BootId boot,
        String reset,
        Instant collectedAt,
        String agent,
        long drifts,
        List<FileExhibit> files,
        List<Omitted> omitted,
        long moreOmitted,
        List<ProcessExhibit> processes,
        long moreProcesses,
        List<SocketExhibit> sockets,
        long moreSockets,
        List<String> notes) {
    public static final String BASIS = "unattested";

    /// Of the document as it is sent and kept.
    public static final int MAX_PACKED_BYTES = 12 << 20;

    /// Of the line before it: an envelope.
    public static final int MAX_LINE_BYTES = 16 << 10;

    /// What it may unpack to.
    public static final int MAX_UNPACKED_BYTES = 24 << 20;

    public static final int MAX_FILES = 32;
    public static final int MAX_FILE_BYTES = 1 << 20;
    public static final int MAX_ALL_FILES_BYTES = 8 << 20;
    public static final int MAX_PATH_BYTES = 4096;
    public static final int MAX_OMITTED = 64;
    public static final int MAX_PROCESSES = 2048;
    public static final int MAX_SOCKETS = 2048;
    public static final int MAX_NOTES = 16;

    /// Of one text: a command line, a path of a program or a socket, a reason.
    public static final int MAX_TEXT_CHARS = 1024;

    private static final int MAX_RESET_ID_CHARS = 128;
    private static final int DEFLATE_BUFFER_BYTES = 64 << 10;

    /// A file, as it was when it was read.
    ///
    /// @param mode four octal digits
    /// @param modified and `changed`: seconds since 1970, as the filesystem has them
    /// @param truncated whether `content` is only its first bytes
    /// @param unstable whether it changed while it was read
    public record FileExhibit(
            NodePath path,
            String mode,
            long uid,
            long gid,
            long size,
            long modified,
            long changed,
            boolean truncated,
            boolean unstable,
            Bytes content) {
        public FileExhibit {
            requirePath(path);
            Objects.requireNonNull(content, "file without content");
            if (!mode.matches("[0-7]{4}") || size < 0 || content.length() > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("exhibited file breaks a limit");
            }
        }
    }

    /// A drift of which no content is shown.
    public record Omitted(NodePath path, String why) {
        public Omitted {
            requirePath(path);
            requireText(why);
        }
    }

    /// A process. Texts are escaped; its environment is never in it.
    ///
    /// @param exe what its link names
    /// @param commandLine its arguments, joined by spaces
    /// @param cut whether the command line is only the beginning
    public record ProcessExhibit(
            long pid,
            long parent,
            @Nullable Long user,
            String name,
            @Nullable String exe,
            @Nullable String commandLine,
            boolean cut,
            @Nullable Instant started) {
        public ProcessExhibit {
            requireText(name);
            requireText(exe);
            requireText(commandLine);
        }
    }

    /// A socket that listens or is connected.
    ///
    /// @param protocol `tcp`, `tcp6`, `udp`, `udp6` or `unix`
    /// @param local address and port, or an escaped path
    /// @param process that holds it open
    public record SocketExhibit(
            String protocol,
            String local,
            @Nullable String remote,
            String state,
            @Nullable Long user,
            long inode,
            @Nullable Long process) {
        public SocketExhibit {
            requireText(protocol);
            requireText(local);
            requireText(remote);
            requireText(state);
        }
    }

    /// @throws IllegalArgumentException where a limit is broken
    public Exhibits {
        Objects.requireNonNull(boot, "exhibits without boot");
        Objects.requireNonNull(collectedAt, "exhibits without time");
        files = List.copyOf(files);
        omitted = List.copyOf(omitted);
        processes = List.copyOf(processes);
        sockets = List.copyOf(sockets);
        notes = List.copyOf(notes);
        if (!BASIS.equals(basis)) {
            throw new IllegalArgumentException("exhibits are " + BASIS);
        }
        if (!isResetId(reset)) {
            throw new IllegalArgumentException("exhibits need the id of a reset");
        }
        requireText(host);
        requireText(agent);
        notes.forEach(Exhibits::requireText);
        long shown = files.stream().mapToLong(file -> file.content().length()).sum();
        if (files.size() > MAX_FILES
                || shown > MAX_ALL_FILES_BYTES
                || omitted.size() > MAX_OMITTED
                || processes.size() > MAX_PROCESSES
                || sockets.size() > MAX_SOCKETS
                || notes.size() > MAX_NOTES) {
            throw new IllegalArgumentException("exhibits are too many");
        }
        if (drifts < 0 || moreOmitted < 0 || moreProcesses < 0 || moreSockets < 0) {
            throw new IllegalArgumentException("exhibits count less than nothing");
        }
    }

    private static void requirePath(NodePath path) {
        if (path.value().length() > MAX_PATH_BYTES) {
            throw new IllegalArgumentException("a path of the exhibits is too long");
        }
    }

    private static void requireText(@Nullable String text) {
        if (text != null && text.length() > MAX_TEXT_CHARS) {
            throw new IllegalArgumentException("a text of the exhibits is too long");
        }
    }

    /// Whether it can be the id of a reset: it becomes the name of a file.
    public static boolean isResetId(@Nullable String id) {
        return id != null
                && id.length() <= MAX_RESET_ID_CHARS
                && id.matches("[A-Za-z0-9][A-Za-z0-9_-]*");
    }

    public static Exhibits parse(Bytes json) throws MalformedInputException {
        return Json.parse(json, Exhibits.class, MAX_UNPACKED_BYTES);
    }

    /// The document as it is sent.
    public Bytes pack() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed, DEFLATE_BUFFER_BYTES)) {
            gzip.write(Json.write(this).toArray());
        } catch (IOException e) {
            throw new IllegalStateException("memory takes every byte", e);
        }
        return Bytes.copyOf(packed.toByteArray());
    }

    /// What a host sent, as hostile as it may be: no more is unpacked than a document may have.
    public static Exhibits unpack(Bytes packed) throws MalformedInputException {
        if (packed.length() > MAX_PACKED_BYTES) {
            throw new MalformedInputException(
                    "packed exhibits have more than " + MAX_PACKED_BYTES + " bytes");
        }
        try (InputStream in = new GzipMember(new ByteArrayInputStream(packed.toArray()))) {
            return parse(Bytes.copyOf(in.readNBytes(MAX_UNPACKED_BYTES + 1)));
        } catch (IOException e) {
            throw new MalformedInputException("exhibits are not packed by gzip", e);
        }
    }
}
