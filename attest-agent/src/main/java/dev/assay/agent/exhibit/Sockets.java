package dev.assay.agent.exhibit;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.SocketExhibit;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What listens and what is connected, from the tables of the first process's network namespace:
/// `/proc/net` is that of the reader, which in a container is not the host's. The processes that
/// hold the sockets are looked for afterwards, as far as the time goes.
final class Sockets {
    private static final List<String> TABLES = List.of("tcp", "tcp6", "udp", "udp6", "unix");
    private static final int MAX_LINE_BYTES = 1024;

    private final ProcFiles proc;
    private final Gathered<SocketExhibit> found = new Gathered<>(Exhibits.MAX_SOCKETS);

    Sockets(ProcFiles proc) {
        this.proc = proc;
    }

    Gathered<SocketExhibit> found() {
        return found;
    }

    void collect(Deadline deadline) {
        Gathered<SocketExhibit> connected = new Gathered<>(Exhibits.MAX_SOCKETS);
        for (String table : TABLES) {
            read(table, connected, deadline);
        }
        connected.kept().forEach(found::add);
        found.countMore(connected.more());
        findProcesses(deadline);
    }

    /// Those that listen are kept at once: a flood of connections must not push them out.
    private void read(String table, Gathered<SocketExhibit> connected, Deadline deadline) {
        try (InputStream in = new BufferedInputStream(open(table))) {
            Optional<String> line = line(in);
            while (line.isPresent() && !deadline.isOver()) {
                SocketLine.parse(table, line.get())
                        .ifPresent(
                                socket -> {
                                    if (socket.state().equals(SocketLine.LISTENING)) {
                                        found.add(socket);
                                    } else {
                                        connected.add(socket);
                                    }
                                });
                line = line(in);
            }
        } catch (IOException e) {
            // A host without the table, as one without IPv6, or one that does not show it.
            return;
        }
    }

    private InputStream open(String table) throws IOException {
        try {
            return proc.stream("1/net/" + table);
        } catch (IOException hidden) {
            return proc.stream("net/" + table);
        }
    }

    /// The next line's first bytes; empty at the end.
    private static Optional<String> line(InputStream in) throws IOException {
        byte[] line = new byte[MAX_LINE_BYTES];
        int length = 0;
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        while (next >= 0 && next != '\n') {
            if (length < MAX_LINE_BYTES) {
                line[length++] = (byte) next;
            }
            next = in.read();
        }
        return Optional.of(new String(line, 0, length, StandardCharsets.UTF_8));
    }

    private void findProcesses(Deadline deadline) {
        Map<Bytes, List<Integer>> wanted = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            wanted.computeIfAbsent(
                            Bytes.utf8("socket:[" + found.kept(i).inode() + "]"),
                            link -> new ArrayList<>())
                    .add(i);
        }
        for (long process : proc.processes()) {
            if (wanted.isEmpty() || deadline.isOver()) {
                return;
            }
            look(process, wanted, deadline);
        }
    }

    private void look(long process, Map<Bytes, List<Integer>> wanted, Deadline deadline) {
        Path folder = proc.proc().resolve(process + "/fd");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(folder)) {
            for (Path descriptor : descriptors) {
                if (deadline.isOver()) {
                    return;
                }
                List<Integer> sockets =
                        proc.link(process + "/fd/" + descriptor.getFileName())
                                .map(wanted::remove)
                                .orElse(List.of());
                sockets.forEach(index -> found.replace(index, heldBy(index, process)));
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It ended, or is not this user's to look into.
            return;
        }
    }

    private SocketExhibit heldBy(int index, long process) {
        SocketExhibit socket = found.kept(index);
        return new SocketExhibit(
                socket.protocol(),
                socket.local(),
                socket.remote(),
                socket.state(),
                socket.user(),
                socket.inode(),
                process);
    }
}
