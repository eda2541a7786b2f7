package dev.assay.verifier.exhibit;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import dev.assay.evidence.Protocol.ExhibitsResponse;
import dev.assay.signing.Envelope;
import dev.assay.verifier.exhibit.ExhibitArchive.Kept;
import dev.assay.verifier.exhibit.ExhibitArchive.Received;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.FleetStore;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Journal;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.intake.Authenticator;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Takes exhibits in and gives them out. Whose they are is settled by the signed line before one
/// byte of the document is read, so that a stranger can make the verifier neither write nor unpack
/// anything; and a host can do so only for a reset that was ordered for it, once.
public final class ExhibitRoom {
    private final Authenticator authenticator;
    private final Hosts hosts;
    private final Groups groups;
    private final ExhibitArchive archive;
    private final FleetStore store;
    private final Journal journal;
    private final Clock clock;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    public ExhibitRoom(
            Authenticator authenticator,
            Hosts hosts,
            Groups groups,
            ExhibitArchive archive,
            FleetStore store,
            Journal journal,
            Clock clock) {
        this.authenticator = authenticator;
        this.hosts = hosts;
        this.groups = groups;
        this.archive = archive;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
    }

    /// Durable when this returns.
    ///
    /// @param body the signed line and the packed document
    /// @throws NotStoredException where the verifier cannot keep it; then nothing of it is there
    /// @throws IOException where the body breaks off
    public ExhibitsResponse receive(InputStream body)
            throws IOException, MalformedInputException, NotAuthenticException, RefusedException {
        InputStream in = new BufferedInputStream(body);
        Envelope line = Envelope.parse(line(in), Exhibits.MAX_LINE_BYTES);
        ExhibitsRequest request = authenticator.authenticateExhibits(line);
        Host host = requireOrdered(request);
        if (!underWay.add(request.reset())) {
            throw new NotAuthenticException(
                    Reason.BUSY, "exhibits of this reset are being received");
        }
        try {
            if (archive.has(request.reset())) {
                throw new RefusedException(
                        Refusal.EXHIBITS_THERE, "reset " + request.reset() + " has exhibits");
            }
            keep(in, request);
        } finally {
            underWay.remove(request.reset());
        }
        tell(host, request);
        return new ExhibitsResponse(request.reset(), request.bytes());
    }

    /// Without its line feed.
    private static Bytes line(InputStream in) throws IOException, MalformedInputException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() == Exhibits.MAX_LINE_BYTES) {
                throw new MalformedInputException(
                        "exhibits begin with a line of at most "
                                + Exhibits.MAX_LINE_BYTES
                                + " bytes");
            }
            line.write(next);
        }
        return Bytes.copyOf(line.toByteArray());
    }

    private Host requireOrdered(ExhibitsRequest request) throws RefusedException {
        Host host = hosts.named(request.host()).orElse(null);
        Reset reset = host == null ? null : host.openReset();
        if (host == null
                || reset == null
                || !reset.id().equals(request.reset())
                || reset.status() != Reset.Status.ORDERED
                || !request.boot().equals(reset.boot())) {
            throw new RefusedException(
                    Refusal.NO_RESET, "no such reset is ordered for this host and boot");
        }
        if (!groups.of(host).exhibits()) {
            throw new RefusedException(
                    Refusal.EXHIBITS_NOT_WANTED, "group " + host.group() + " wants no exhibits");
        }
        return host;
    }

    private void keep(InputStream in, ExhibitsRequest request)
            throws IOException, MalformedInputException {
        try (Received received = archive.receive(in, request.document(), request.bytes())) {
            try (InputStream document = received.open()) {
                PackedDocument.requireSound(document, request);
            }
            received.keep(request.reset(), clock.instant());
        }
    }

    private void tell(Host host, ExhibitsRequest request) {
        Event event =
                Event.of(
                        clock.instant(),
                        EventType.EXHIBITS_RECEIVED,
                        host,
                        Map.of(
                                "reset",
                                request.reset(),
                                "bytes",
                                Long.toString(request.bytes()),
                                "sha256",
                                request.document().hex()));
        store.append(event);
        journal.committed(event);
    }

    /// Whether a reset has any.
    public boolean has(String resetId) {
        return Exhibits.isResetId(resetId) && archive.has(resetId);
    }

    /// The document as it was sent.
    public Kept of(String resetId) throws RefusedException, IOException {
        if (Exhibits.isResetId(resetId)) {
            var kept = archive.open(resetId);
            if (kept.isPresent()) {
                return kept.get();
            }
        }
        throw new RefusedException(Refusal.NO_EXHIBITS, "this reset has no exhibits");
    }
}
