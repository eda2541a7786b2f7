package dev.assay.agent.tpm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Where a TPM is.
public sealed interface TpmAddress {
    /// The kernel's device with a resource manager, which forgets what a process loaded when that
    /// ends.
    Path USUAL_DEVICE = Path.of("/dev/tpmrm0");

    record Device(Path path) implements TpmAddress {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// A software TPM's socket, for tests.
    record Unix(Path path) implements TpmAddress {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /// The same.
    record Tcp(String host, int port) implements TpmAddress {
        @Override
        public String toString() {
            return "tcp:" + host + ":" + port;
        }
    }

    /// @param text `/dev/…`, `unix:PATH` or `tcp:HOST:PORT`
    /// @throws IllegalArgumentException for anything else
    static TpmAddress parse(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        if (text.startsWith("tcp:")) {
            int colon = text.lastIndexOf(':');
            String host = text.substring(Math.min("tcp:".length(), colon), colon);
            String port = text.substring(colon + 1);
            if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 0xffff) {
                throw new IllegalArgumentException("a TPM's address is tcp:HOST:PORT");
            }
            return new Tcp(host, Integer.parseInt(port));
        }
        if (text.startsWith("/")) {
            return new Device(Path.of(text));
        }
        throw new IllegalArgumentException(
                "a TPM is a device /dev/…, unix:PATH or tcp:HOST:PORT, not " + text);
    }

    /// The kernel's device, where this machine has one.
    static Optional<TpmAddress> ofThisMachine() {
        return Files.exists(USUAL_DEVICE)
                ? Optional.of(new Device(USUAL_DEVICE))
                : Optional.empty();
    }

    /// A channel that takes one command in one write.
    default ByteChannel connect() throws IOException {
        return switch (this) {
            case Device device ->
                    FileChannel.open(
                            device.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
            case Unix unix -> SocketChannel.open(UnixDomainSocketAddress.of(unix.path()));
            case Tcp tcp -> SocketChannel.open(new InetSocketAddress(tcp.host(), tcp.port()));
        };
    }
}
