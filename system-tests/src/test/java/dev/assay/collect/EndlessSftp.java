package dev.assay.collect;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// An SFTP server (draft-ietf-secsh-filexfer-02) that says yes to everything, writes nothing, and
/// of which every file is small and has no end.
final class EndlessSftp {
    private static final int INIT = 1;
    private static final int VERSION = 2;
    private static final int OPEN = 3;
    private static final int READ = 5;
    private static final int LSTAT = 7;
    private static final int STAT = 17;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int ATTRS = 105;
    private static final int SIZE_AND_MODE = 5;
    private static final int PRIVATE_FOLDER = 0040700;
    private static final int PRIVATE_FILE = 0100600;

    private EndlessSftp() {}

    public static void main(String[] arguments) throws IOException {
        DataInputStream in = new DataInputStream(System.in);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        try {
            while (true) {
                byte[] packet = new byte[in.readInt()];
                in.readFully(packet);
                byte[] answer = answer(packet);
                out.writeInt(answer.length);
                out.write(answer);
                out.flush();
            }
        } catch (EOFException e) {
            return;
        }
    }

    private static byte[] answer(byte[] packet) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        int type = packet[0];
        if (type == INIT) {
            out.write(VERSION);
            out.writeInt(3);
            return bytes.toByteArray();
        }
        byte[] id = java.util.Arrays.copyOfRange(packet, 1, 5);
        String text = new String(packet, StandardCharsets.ISO_8859_1);
        switch (type) {
            case OPEN -> {
                out.write(HANDLE);
                out.write(id);
                out.writeInt(1);
                out.write('h');
            }
            case READ -> {
                out.write(DATA);
                out.write(id);
                int length = (packet[18] & 0xff) << 24 | (packet[19] & 0xff) << 16;
                length |= (packet[20] & 0xff) << 8 | (packet[21] & 0xff);
                out.writeInt(length);
                out.write(new byte[length]);
            }
            case LSTAT, STAT -> {
                out.write(ATTRS);
                out.write(id);
                out.writeInt(SIZE_AND_MODE);
                out.writeLong(10);
                out.writeInt(text.endsWith(".golden") ? PRIVATE_FILE : PRIVATE_FOLDER);
            }
            default -> {
                out.write(STATUS);
                out.write(id);
                out.writeInt(0);
                out.writeInt(0);
                out.writeInt(0);
            }
        }
        return bytes.toByteArray();
    }
}
