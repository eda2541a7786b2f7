package dev.assay.verifier.collect;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.text.Numbers;
import dev.assay.verifier.ssh.CommandEnd;
import dev.assay.verifier.ssh.RemoteFiles;
import dev.assay.verifier.ssh.RunningCommand;
import dev.assay.verifier.ssh.SshConnection;
import dev.assay.verifier.ssh.SshKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Captures one golden host over one connection, with an agent that is there or is brought along,
/// and leaves nothing behind. {@link #close} may be called at any time, from any thread, and by a
/// signal.
///
/// The host may be an intruder's: it can lie about what it is, which whoever signs has to know, but
/// it gets no memory, no time without end and no word into a terminal or a command.
public final class Collector implements Closeable {
    /// Of standard output; the agent says one document there.
    private static final long MAX_OUTPUT_BYTES = 16L << 20;

    private static final int MAX_VERSION_BYTES = 256;
    private static final int FOLDER_MODE = 0700;
    private static final int FILE_MODE = 0600;
    private static final int PROGRAM_MODE = 0700;

    /// For the host to remove what was brought, with somebody waiting for it.
    private static final Duration PARTING = Duration.ofSeconds(20);

    private final Target target;
    private final SshConnection connection;
    private final String name;
    private final Stages stages;
    private final Object ending = new Object();
    private volatile boolean ended;
    private volatile @Nullable Guardian guardian;
    private volatile @Nullable RunningCommand capture;
    private volatile @Nullable RemoteFiles files;
    private volatile boolean gone;

    /// @param places folders of the host in one of which a private one is made, in order
    /// @param installed the program that is used where it is there and says `version`
    /// @param version as the agent's `--version` prints it
    /// @param agent brought along; null where there is none to bring
    /// @param alwaysBring whether it is brought also where one is installed
    /// @param maxBytes of what comes back
    public record Target(
            String user,
            String address,
            int port,
            List<String> places,
            String installed,
            String version,
            @Nullable AgentFolder agent,
            boolean alwaysBring,
            long maxBytes) {
        public Target {
            places = List.copyOf(places);
        }
    }

    /// @param name of the folder on the host, that nobody can have foreseen
    public Collector(Target target, SshConnection connection, String name, Stages stages) {
        this.target = target;
        this.connection = connection;
        this.name = name;
        this.stages = stages;
    }

    /// Captures the host.
    ///
    /// @param to a file of ours that is there, written over
    /// @return what was fetched, which is what was asked for
    public CapturedFile run(SshKey key, CaptureWish wish, Path to)
            throws CollectException, InterruptedException {
        try {
            return collect(key, wish, to);
        } catch (MalformedInputException e) {
            throw CollectException.refused(
                    "what came from the host is no golden file: " + e.getMessage());
        } catch (IOException e) {
            throw connection.isRefusal(e)
                    ? CollectException.refused(connection.reason(e))
                    : CollectException.undetermined(connection.reason(e));
        } catch (RuntimeException e) {
            // The library's own checks of what a server sends are not all it takes to break it.
            throw CollectException.refused(connection.reason(e));
        }
    }

    private CapturedFile collect(SshKey key, CaptureWish wish, Path to)
            throws IOException, MalformedInputException, CollectException, InterruptedException {
        stages.begins("connecting");
        connection.connect(target.address(), target.port(), target.user(), key);
        Guardian keeper = Guardian.begin(connection, name, target.places());
        guardian = keeper;
        requireOpen();
        Guardian.Place place = keeper.place();
        if (!place.system().equals("Linux")) {
            throw CollectException.refused("the host runs " + place.system() + ", not Linux");
        }
        RemoteFiles remote = connection.files();
        files = remote;
        requireOpen();
        if (!remote.isPrivateFolder(place.folder())) {
            throw CollectException.refused(
                    place.folder() + " is not the private folder that was made there");
        }
        String program = program(remote, place);
        String scope = place.folder() + "/scope.json";
        remote.write(
                scope,
                new ByteArrayInputStream(Json.write(wish.scope()).toArray()),
                FILE_MODE,
                0,
                bytes -> {});
        String out = place.folder() + "/captured.golden";
        capture(program, wish.arguments(scope, out, place.folder()), place.user() == 0);
        fetch(remote, out, to);
        leave();
        stages.begins("reading");
        CapturedFile captured = CapturedFile.read(to);
        requireAsked(wish, captured);
        return captured;
    }

    private void requireOpen() throws IOException {
        if (ended) {
            throw new IOException("it was ended");
        }
    }

    private String program(RemoteFiles remote, Guardian.Place place)
            throws IOException, MalformedInputException, CollectException {
        AgentFolder agent = target.agent();
        if ((agent == null || !target.alwaysBring()) && isInstalled()) {
            return target.installed();
        }
        if (agent == null) {
            throw CollectException.refused(
                    "the host has no "
                            + target.version()
                            + " as "
                            + target.installed()
                            + ", and there is none to bring along: --agent"
                            + " attest-agent/target/dist");
        }
        if (!agent.machine().equals(place.machine())) {
            throw CollectException.refused(
                    "the host is "
                            + place.machine()
                            + ", and the agent's folder is for "
                            + agent.machine());
        }
        bring(remote, agent, place.folder() + "/agent");
        return place.folder() + "/agent/bin/attest-agent";
    }

    private boolean isInstalled() throws IOException {
        String asked = "exec " + Shell.quoted(List.of(target.installed(), "--version"));
        try (RunningCommand version = connection.start(asked)) {
            String said =
                    Bytes.copyOf(version.out().readNBytes(MAX_VERSION_BYTES)).lossyText().strip();
            return version.end(PARTING).equals(new CommandEnd.Status(0))
                    && said.equals(target.version());
        }
    }

    private void bring(RemoteFiles remote, AgentFolder agent, String to)
            throws IOException, MalformedInputException {
        stages.begins("bringing the agent");
        remote.makeFolder(to, FOLDER_MODE);
        for (Path folder : agent.folders()) {
            remote.makeFolder(to + "/" + folder, FOLDER_MODE);
        }
        long[] sent = new long[1];
        for (Path file : agent.files()) {
            Path local = agent.root().resolve(file);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(local))) {
                remote.write(
                        to + "/" + file,
                        in,
                        Files.isExecutable(local) ? PROGRAM_MODE : FILE_MODE,
                        // Its own time: the JVM leaves out a cache whose jar has another.
                        Files.getLastModifiedTime(local).toInstant().getEpochSecond(),
                        bytes -> {
                            sent[0] += bytes;
                            stages.reached(
                                    Numbers.bytes(sent[0]) + " of " + Numbers.bytes(agent.bytes()));
                        });
            }
        }
    }

    private void capture(String program, List<String> arguments, boolean root)
            throws IOException, CollectException, InterruptedException {
        stages.begins("capturing");
        List<String> words = new ArrayList<>();
        if (!root) {
            words.addAll(List.of("sudo", "-n", "--"));
        }
        words.add(program);
        words.addAll(arguments);
        // What root writes there is for the user to fetch.
        RunningCommand command = connection.start("umask 022; exec " + Shell.quoted(words));
        capture = command;
        requireOpen();
        SpokenLines spoken =
                new SpokenLines(
                        (count, bytes) ->
                                stages.reached(
                                        Numbers.count(count, "file")
                                                + ", "
                                                + Numbers.bytes(bytes)));
        Thread complaints = Thread.ofVirtual().start(() -> hear(command.err(), spoken));
        passOver(command.out());
        CommandEnd end = command.end(PARTING);
        complaints.join(PARTING);
        if (!end.equals(new CommandEnd.Status(0))) {
            throw new CollectException(
                    CollectException.Kind.REFUSED,
                    "the capture on the host " + said(end, root),
                    spoken.kept());
        }
    }

    private static String said(CommandEnd end, boolean root) {
        return switch (end) {
            case CommandEnd.Status(int status) when status == 1 && !root ->
                    "ended with status 1: does sudo -n let the user run it?";
            case CommandEnd.Status(int status) -> "ended with status " + status;
            case CommandEnd.Signal(String signal) -> "was ended by signal " + signal;
            case CommandEnd.Unknown() -> "ended, and nobody said how";
        };
    }

    private void hear(InputStream err, SpokenLines spoken) {
        byte[] buffer = new byte[8192];
        long total = 0;
        try {
            for (int n = err.read(buffer); n >= 0; n = err.read(buffer)) {
                spoken.add(buffer, n);
                total += n;
                if (total > MAX_OUTPUT_BYTES) {
                    connection.cut();
                    return;
                }
            }
        } catch (IOException e) {
            // The other stream says why the connection ended.
            return;
        }
    }

    /// The document that it prints is also in the file; the end of it is the end of the capture.
    private static void passOver(InputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        long total = 0;
        for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
            total += n;
            if (total > MAX_OUTPUT_BYTES) {
                throw new IOException("it said more than " + MAX_OUTPUT_BYTES + " bytes");
            }
        }
    }

    private void fetch(RemoteFiles remote, String from, Path to)
            throws IOException, MalformedInputException {
        stages.begins("fetching");
        long[] got = new long[1];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to))) {
            remote.read(
                    from,
                    out,
                    target.maxBytes(),
                    bytes -> {
                        got[0] += bytes;
                        stages.reached(Numbers.bytes(got[0]));
                    });
        }
    }

    private static void requireAsked(CaptureWish wish, CapturedFile captured)
            throws CollectException {
        List<String> problems = new ArrayList<>(wish.differences(captured.baseline()));
        if (!captured.golden().envelope().signatures().isEmpty()) {
            problems.add("it is signed, and nobody asked for that");
        }
        if (!problems.isEmpty()) {
            throw new CollectException(
                    CollectException.Kind.REFUSED,
                    "the host sent another capture than the one that was asked for",
                    problems);
        }
    }

    /// The folder that may still be on the host; null where it is known to be gone, or where there
    /// never was one.
    public @Nullable String leftBehind() {
        Guardian keeper = guardian;
        return keeper != null && !gone ? target.address() + ":" + keeper.place().folder() : null;
    }

    /// Ends whatever runs, has the host remove what was brought, and looks.
    @Override
    public void close() {
        synchronized (ending) {
            if (!ended) {
                ended = true;
                Thread parting = Thread.ofVirtual().start(this::part);
                try {
                    parting.join(PARTING);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                // Where the host says nothing, this tells its guardian the same.
                connection.cut();
            }
        }
    }

    private void part() {
        try {
            RunningCommand running = capture;
            if (running != null) {
                running.close();
            }
            if (!gone) {
                leave();
            }
            connection.close();
        } catch (IOException | MalformedInputException e) {
            // Whether the folder is gone is then not known, which leftBehind() says.
            return;
        }
    }

    private void leave() throws IOException, MalformedInputException {
        Guardian keeper = guardian;
        RemoteFiles remote = files;
        if (keeper != null) {
            boolean said = keeper.end(PARTING);
            gone = said && (remote == null || remote.isGone(keeper.place().folder()));
        }
    }
}
