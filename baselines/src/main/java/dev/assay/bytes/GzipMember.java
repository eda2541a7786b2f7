package dev.assay.bytes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/// Exactly one gzip member (RFC 1952) without optional header fields, and nothing after it. The
/// JDK's reader joins several members and passes over what follows the last: bytes that one program
/// sees and another does not.
public final class GzipMember extends InflaterInputStream {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int DEFLATE = 8;

    private final CRC32 crc = new CRC32();
    private boolean ended;

    /// @throws ZipException where the header is not a plain one
    public GzipMember(InputStream in) throws IOException {
        super(in, new Inflater(true), BUFFER_BYTES);
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length != HEADER_BYTES
                || header[0] != 0x1f
                || header[1] != (byte) 0x8b
                || header[2] != DEFLATE
                || header[3] != 0) {
            throw new ZipException("not a plain gzip header");
        }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int read = super.read(into, from, length);
        if (read < 0) {
            ended = true;
            requireTrailer();
        } else {
            crc.update(into, from, read);
        }
        return read;
    }

    private void requireTrailer() throws IOException {
        int left = inf.getRemaining();
        InputStream rest =
                new SequenceInputStream(new ByteArrayInputStream(buf, len - left, left), in);
        byte[] trailer = rest.readNBytes(TRAILER_BYTES);
        if (trailer.length != TRAILER_BYTES) {
            throw new ZipException("gzip trailer is cut short");
        }
        ByteBuffer words = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN);
        if (words.getInt() != (int) crc.getValue()
                || words.getInt() != (int) inf.getBytesWritten()) {
            throw new ZipException("gzip trailer does not match its content");
        }
        if (rest.read() >= 0) {
            throw new ZipException("something follows the gzip member");
        }
    }

    @Override
    public void close() throws IOException {
        inf.end();
        super.close();
    }
}
