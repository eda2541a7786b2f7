package dev.assay.agent.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.Marshal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Set;

/// Sends commands, one at a time, and asks again where the TPM says that it is busy.
final class TpmConnection implements AutoCloseable {
    private static final int HEADER_BYTES = 10;
    private static final int MAX_RESPONSE_BYTES = 4096;
    private static final int TAG_NO_SESSIONS = 0x8001;
    private static final int TAG_SESSIONS = 0x8002;
    private static final long SUCCESS = 0;

    /// TPM_RC_YIELDED, TESTING and RETRY (TPM 2.0 Library, part 2, section 6.6.3): the command was
    /// not begun.
    private static final Set<Long> BUSY = Set.of(0x908L, 0x90aL, 0x922L);

    private static final int MAX_TRIES = 60;
    private static final long FIRST_PAUSE_MILLIS = 2;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final ByteChannel channel;

    TpmConnection(ByteChannel channel) {
        this.channel = channel;
    }

    /// A response's parts.
    ///
    /// @param handle where the command gives one, 0 elsewhere
    record Response(long handle, Cursor parameters) {}

    /// @param handles that the command works on
    /// @param authorizations TPMS_AUTH_COMMANDs of those that need one; empty for a command without
    ///   sessions
    Response send(Command command, Bytes handles, Bytes authorizations, Bytes parameters)
            throws IOException {
        boolean hasSessions = !authorizations.isEmpty();
        Marshal body = new Marshal().bytes(handles);
        if (hasSessions) {
            body.u32(authorizations.length()).bytes(authorizations);
        }
        body.bytes(parameters);
        Bytes request =
                new Marshal()
                        .u16(hasSessions ? TAG_SESSIONS : TAG_NO_SESSIONS)
                        .u32(HEADER_BYTES + body.length())
                        .u32(command.code())
                        .bytes(body.done())
                        .done();
        try {
            return parse(command, transmit(command, request), hasSessions);
        } catch (MalformedInputException e) {
            throw new TpmException(command + ": the TPM's answer is malformed", e);
        }
    }

    private Bytes transmit(Command command, Bytes request)
            throws IOException, MalformedInputException {
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; ; attempt++) {
            Bytes response = exchange(request);
            long code = code(response);
            if (code == SUCCESS) {
                return response;
            }
            if (!BUSY.contains(code) || attempt == MAX_TRIES) {
                throw TpmException.refused(command.toString(), code);
            }
            sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private static void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the TPM is busy");
        }
    }

    /// The kernel's device takes a command in one write and gives its answer in one read; a socket
    /// may give it in pieces.
    private Bytes exchange(Bytes request) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(request.toArray());
        while (out.hasRemaining()) {
            channel.write(out);
        }
        ByteBuffer in = ByteBuffer.allocate(MAX_RESPONSE_BYTES);
        int wanted = HEADER_BYTES;
        while (in.position() < wanted) {
            if (channel.read(in) <= 0) {
                throw new EOFException("the TPM ended its answer early");
            }
            if (in.position() >= HEADER_BYTES) {
                wanted = in.getInt(Short.BYTES);
                if (wanted < HEADER_BYTES || wanted > MAX_RESPONSE_BYTES) {
                    throw new TpmException("the TPM announces " + wanted + " bytes");
                }
            }
        }
        return Bytes.copyOf(in.array(), 0, in.position());
    }

    private static long code(Bytes response) throws MalformedInputException {
        Cursor cursor = new Cursor(response, "response");
        cursor.readU16("tag");
        if (cursor.readU32("responseSize") != response.length()) {
            throw cursor.refused("responseSize", "is not that of the answer");
        }
        return cursor.readU32("responseCode");
    }

    private static Response parse(Command command, Bytes response, boolean hasSessions)
            throws MalformedInputException {
        Cursor cursor = new Cursor(response, command.toString());
        cursor.read("header", HEADER_BYTES);
        long handle = command.givesHandle() ? cursor.readU32("handle") : 0;
        if (!hasSessions) {
            return new Response(handle, cursor);
        }
        // Passwords and policies prove nothing of the answer: what follows the parameters is left.
        Bytes parameters = cursor.readFrame32("parameterSize", MAX_RESPONSE_BYTES);
        return new Response(handle, new Cursor(parameters, command.toString()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
