package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Reads request bodies under limits: of one body, of all bodies in memory together, and of the time
/// that a body may take. A sender of one byte a second keeps neither a thread nor the heap.
final class Bodies {
    /// Of all documents being read or handled at one time.
    static final long MAX_BYTES_IN_MEMORY = 256L << 20;

    private static final long DOCUMENT_NANOS = 30_000_000_000L;
    private static final long UPLOAD_NANOS = 1_800_000_000_000L;
    private static final int BUFFER_BYTES = 16 << 10;

    private final AtomicLong inMemory = new AtomicLong();
    private final Path uploads;
    private final LongSupplier nanoTime;

    /// @param uploads the folder for uploads, on the disk where they will stay
    Bodies(Path uploads, LongSupplier nanoTime) {
        this.uploads = uploads;
        this.nanoTime = nanoTime;
    }

    /// A body that was read; closing it gives its memory or its file back.
    final class Held implements AutoCloseable {
        private final @Nullable Path file;
        private Bytes document = Bytes.EMPTY;
        private long counted;

        private Held(@Nullable Path file) {
            this.file = file;
        }

        Bytes document() {
            return document;
        }

        @Nullable Path file() {
            return file;
        }

        private void count(int bytes) throws HttpRefusal {
            counted += bytes;
            if (inMemory.addAndGet(bytes) > MAX_BYTES_IN_MEMORY) {
                throw new HttpRefusal(
                        503,
                        "overloaded",
                        "too many requests at one time, come again",
                        Map.of("Retry-After", "2"));
            }
        }

        @Override
        public void close() throws IOException {
            inMemory.addAndGet(-counted);
            counted = 0;
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }

    Held read(Request request, Body body) throws IOException, HttpRefusal {
        HttpFields headers = request.getHeaders();
        return switch (body) {
            case Body.None() -> {
                if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0
                        || headers.contains(HttpHeader.TRANSFER_ENCODING)) {
                    throw new HttpRefusal(400, "unexpected-body", "this request takes no body");
                }
                yield new Held(null);
            }
            case Body.Document(int maxBytes) -> {
                requireHeaders(headers, Body.Document.MEDIA_TYPES, maxBytes);
                yield document(request, maxBytes);
            }
            case Body.Upload(long maxBytes) -> {
                requireHeaders(headers, Body.Upload.MEDIA_TYPES, maxBytes);
                yield upload(request, maxBytes);
            }
        };
    }

    private static void requireHeaders(HttpFields headers, List<String> mediaTypes, long maxBytes)
            throws HttpRefusal {
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!mediaTypes.contains(bare)) {
            throw new HttpRefusal(
                    415, "media-type", "send Content-Type: " + String.join(" or ", mediaTypes));
        }
        // A few packed KB could unpack to any size before the limit is looked at.
        if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
            throw new HttpRefusal(415, "content-encoding", "send the body without an encoding");
        }
        if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > maxBytes) {
            throw HttpRefusal.tooLarge(maxBytes);
        }
    }

    private Held document(Request request, int maxBytes) throws IOException, HttpRefusal {
        Held held = new Held(null);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            copy(request, out, maxBytes, DOCUMENT_NANOS, held);
            held.document = Bytes.copyOf(out.toByteArray());
            return held;
        } catch (IOException | HttpRefusal | RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private Held upload(Request request, long maxBytes) throws IOException, HttpRefusal {
        Files.createDirectories(uploads);
        Held held = new Held(Files.createTempFile(uploads, "upload", ".golden"));
        try (OutputStream out = Files.newOutputStream(held.file)) {
            copy(request, out, maxBytes, UPLOAD_NANOS, null);
            return held;
        } catch (IOException | HttpRefusal | RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private void copy(
            Request request, OutputStream out, long maxBytes, long maxNanos, @Nullable Held counted)
            throws IOException, HttpRefusal {
        long began = nanoTime.getAsLong();
        long total = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        InputStream in = Request.asInputStream(request);
        for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
            total += read;
            if (total > maxBytes) {
                throw HttpRefusal.tooLarge(maxBytes);
            }
            if (nanoTime.getAsLong() - began > maxNanos) {
                throw tooSlow();
            }
            if (counted != null) {
                counted.count(read);
            }
            out.write(buffer, 0, read);
        }
    }

    private static int read(InputStream in, byte[] buffer) throws HttpRefusal {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw e.getCause() instanceof TimeoutException
                    ? tooSlow()
                    : new HttpRefusal(400, "body-cut-short", "the body ended before its length");
        }
    }

    private static HttpRefusal tooSlow() {
        return new HttpRefusal(408, "too-slow", "the body took too long");
    }
}
