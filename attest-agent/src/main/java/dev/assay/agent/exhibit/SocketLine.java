package dev.assay.agent.exhibit;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.Exhibits.SocketExhibit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Optional;

/// One line of `/proc/net/tcp` and its like (proc_pid_net(5)).
final class SocketLine {
    static final String LISTENING = "listening";
    static final String CONNECTED = "connected";

    private static final int INET_FIELDS = 10;
    private static final int UNIX_FIELDS = 7;
    private static final int ACCEPTS = 0x10000;
    private static final int MAX_PATH_BYTES = 256;

    private SocketLine() {}

    /// Empty where it neither listens nor is connected, and for the table's head.
    ///
    /// @param protocol the table's name
    static Optional<SocketExhibit> parse(String protocol, String line) {
        String[] fields = line.strip().split("\\s+", UNIX_FIELDS + 1);
        try {
            return protocol.equals("unix")
                    ? unix(fields)
                    : internet(protocol, line.strip().split("\\s+", -1));
        } catch (IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }

    /// `sl local_address rem_address st queues timer retrnsmt uid timeout inode`
    private static Optional<SocketExhibit> internet(String protocol, String[] fields)
            throws UnknownHostException {
        if (fields.length < INET_FIELDS || !fields[0].endsWith(":")) {
            return Optional.empty();
        }
        boolean datagrams = protocol.startsWith("udp");
        String state =
                switch (fields[3]) {
                    case "01" -> CONNECTED;
                    case "07" -> datagrams ? LISTENING : "";
                    case "0A" -> LISTENING;
                    default -> "";
                };
        if (state.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new SocketExhibit(
                        protocol,
                        address(fields[1]),
                        state.equals(CONNECTED) ? address(fields[2]) : null,
                        state,
                        Long.parseLong(fields[7]),
                        Long.parseLong(fields[9]),
                        null));
    }

    /// Words of four bytes in the machine's order, which is the little end first on all that the
    /// agent runs on; the port in the network's.
    private static String address(String text) throws UnknownHostException {
        int colon = text.indexOf(':');
        if (colon != 8 && colon != 32) {
            throw new IllegalArgumentException("no address");
        }
        byte[] words = HexFormat.of().parseHex(text.substring(0, colon));
        for (int word = 0; word < words.length; word += 4) {
            swap(words, word, word + 3);
            swap(words, word + 1, word + 2);
        }
        String host = InetAddress.getByAddress(words).getHostAddress();
        int port = Integer.parseInt(text.substring(colon + 1), 16);
        return (colon == 32 ? "[" + host + "]" : host) + ":" + port;
    }

    private static void swap(byte[] bytes, int one, int other) {
        byte kept = bytes[one];
        bytes[one] = bytes[other];
        bytes[other] = kept;
    }

    /// `Num RefCount Protocol Flags Type St Inode Path`; a connected one without a path says
    /// nothing.
    private static Optional<SocketExhibit> unix(String[] fields) {
        if (fields.length < UNIX_FIELDS || !fields[0].endsWith(":")) {
            return Optional.empty();
        }
        boolean listens = (Integer.parseUnsignedInt(fields[3], 16) & ACCEPTS) != 0;
        boolean named = fields.length > UNIX_FIELDS;
        if (!listens && !(fields[5].equals("03") && named)) {
            return Optional.empty();
        }
        return Optional.of(
                new SocketExhibit(
                        "unix",
                        named
                                ? ProcFiles.text(Bytes.utf8(fields[UNIX_FIELDS]), MAX_PATH_BYTES)
                                : "-",
                        null,
                        listens ? LISTENING : CONNECTED,
                        null,
                        Long.parseLong(fields[6]),
                        null));
    }
}
