package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/// Reads request bodies under limits: of one body, of all bodies in memory together, and of the
/// time that a body may take. A sender of one byte a second keeps neither a thread nor the heap.
final class Bodies {
    /// Of all documents being read or handled at one time.
    static final long MAX_BYTES_IN_MEMORY = 256L << 20;

    private static final long DOCUMENT_NANOS = 30_000_000_000L;
    private static final long DISCARDED_BYTES = 4 << 20;
    private static final long DISCARD_NANOS = 5_000_000_000L;
    private static final int BUFFER_BYTES = 16 << 10;

    private final AtomicLong inMemory = new AtomicLong();
    private final LongSupplier nanoTime;

    Bodies(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// A document that was read, or an upload that can be; closing it gives the memory back.
    final class Held implements AutoCloseable {
        private final InputStream upload;
        private Bytes document = Bytes.EMPTY;
        private long counted;

        private Held(InputStream upload) {
            this.upload = upload;
        }

        Bytes document() {
            return document;
        }

        InputStream upload() {
            return upload;
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
        public void close() {
            inMemory.addAndGet(-counted);
            counted = 0;
        }
    }

    /// A body that broke a limit, or broke off, while a service was reading it.
    static final class BrokenBodyException extends IOException {
        private static final long serialVersionUID = 1L;

        private final HttpRefusal refusal;

        private BrokenBodyException(HttpRefusal refusal) {
            super(refusal.getMessage(), refusal);
            this.refusal = refusal;
        }

        HttpRefusal refusal() {
            return refusal;
        }
    }

    Held read(Request request, Body body) throws HttpRefusal {
        HttpFields headers = request.getHeaders();
        return switch (body) {
            case Body.None() -> new Held(InputStream.nullInputStream());
            case Body.Document(int maxBytes) -> {
                requireMediaType(headers);
                requireHeaders(headers, maxBytes);
                yield document(request, maxBytes);
            }
            case Body.Upload(long maxBytes, Duration limit) -> {
                requireHeaders(headers, maxBytes);
                yield new Held(
                        new Bounded(Request.asInputStream(request), maxBytes, limit.toNanos()));
            }
        };
    }

    private static void requireMediaType(HttpFields headers) throws HttpRefusal {
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!Body.Document.MEDIA_TYPES.contains(bare)) {
            throw new HttpRefusal(
                    415,
                    "media-type",
                    "send Content-Type: " + String.join(" or ", Body.Document.MEDIA_TYPES));
        }
    }

    private static void requireHeaders(HttpFields headers, long maxBytes) throws HttpRefusal {
        // A few packed KB could unpack to any size before the limit is looked at.
        if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
            throw new HttpRefusal(415, "content-encoding", "send the body without an encoding");
        }
        if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > maxBytes) {
            throw HttpRefusal.tooLarge(maxBytes);
        }
    }

    /// Takes in a little of a body that is refused: a caller whose stream is reset while he sends
    /// never hears why. Who asks first (`Expect: 100-continue`) has not begun to send.
    void discard(Request request) {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return;
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in =
                new Bounded(Request.asInputStream(request), DISCARDED_BYTES, DISCARD_NANOS)) {
            int read = in.read(buffer);
            while (read >= 0) {
                read = in.read(buffer);
            }
        } catch (IOException enough) {
            // What is left is the connection's to reset.
            return;
        }
    }

    private Held document(Request request, int maxBytes) throws HttpRefusal {
        Held held = new Held(InputStream.nullInputStream());
        try (InputStream in =
                new Bounded(Request.asInputStream(request), maxBytes, DOCUMENT_NANOS)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                held.count(read);
                out.write(buffer, 0, read);
            }
            held.document = Bytes.copyOf(out.toByteArray());
            return held;
        } catch (BrokenBodyException e) {
            held.close();
            throw e.refusal();
        } catch (IOException e) {
            held.close();
            throw brokenOff();
        } catch (HttpRefusal e) {
            held.close();
            throw e;
        }
    }

    private static HttpRefusal tooSlow() {
        return new HttpRefusal(408, "too-slow", "the body took too long");
    }

    private static HttpRefusal brokenOff() {
        return new HttpRefusal(400, "body-cut-short", "the body ended before its length");
    }

    /// Ends at the limit of bytes or of time, whichever is met first.
    private final class Bounded extends FilterInputStream {
        private final long maxBytes;
        private final long maxNanos;
        private final long began = nanoTime.getAsLong();
        private long total;

        Bounded(InputStream in, long maxBytes, long maxNanos) {
            super(in);
            this.maxBytes = maxBytes;
            this.maxNanos = maxNanos;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read;
            try {
                read = in.read(into, from, length);
            } catch (IOException e) {
                throw new BrokenBodyException(
                        e.getCause() instanceof TimeoutException ? tooSlow() : brokenOff());
            }
            total += Math.max(0, read);
            if (total > maxBytes) {
                throw new BrokenBodyException(HttpRefusal.tooLarge(maxBytes));
            }
            if (nanoTime.getAsLong() - began > maxNanos) {
                throw new BrokenBodyException(tooSlow());
            }
            return read;
        }
    }
}
