package dev.assay.verifier.fleet;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Baseline.ManifestReference;
import dev.assay.baseline.GoldenFile;
import dev.assay.baseline.ManifestReader;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Entry;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.tree.Digest;
import dev.assay.tree.TreeFold;
import dev.assay.verifier.appraise.KnownBaseline;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.fleet.FleetStore.RollbackWindow;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is golden: only what the trust root's baseline role signed.
public final class Baselines {
    /// Of a golden file.
    public static final long MAX_GOLDEN_FILE_BYTES = 2L << 30;

    /// How long before a baseline expires it is told of.
    public static final Duration EXPIRY_WARNING = Duration.ofDays(14);

    public static final Duration MAX_ROLLBACK_WINDOW = Duration.ofDays(30);

    private static final Comparator<Kept> NEWEST_FIRST =
            Comparator.comparing((Kept kept) -> kept.value().channel())
                    .thenComparing(kept -> kept.value().serial(), Comparator.reverseOrder());

    private final FleetStore store;
    private final ManifestArchive manifests;
    private final TrustRoots trustRoots;
    private final Hosts hosts;
    private final Journal journal;
    private final Clock clock;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Known known = new Known(0, Map.of());
    private final Map<String, RollbackWindow> rollbacks = new ConcurrentHashMap<>();

    /// @param fresh false where this very baseline was published before
    public record Publication(BaselineRecord record, boolean fresh) {}

    private record Kept(
            Verified<Baseline> verified,
            Envelope envelope,
            Instant publishedAt,
            @Nullable Instant retiredAt,
            boolean expiryTold) {
        Baseline value() {
            return verified.value();
        }

        BaselineName name() {
            return new BaselineName(value().channel(), value().serial(), verified.digest());
        }
    }

    /// @param trustRoot the version that all of them were verified under
    private record Known(int trustRoot, Map<Digest, Kept> byDigest) {}

    /// A baseline whose signers the trust root no longer names is not taken up again.
    public Baselines(
            FleetStore store,
            ManifestArchive manifests,
            TrustRoots trustRoots,
            Hosts hosts,
            Journal journal,
            Clock clock) {
        this.store = store;
        this.manifests = manifests;
        this.trustRoots = trustRoots;
        this.hosts = hosts;
        this.journal = journal;
        this.clock = clock;
        byDigest();
        store.loadRollbackWindows().forEach(window -> rollbacks.put(window.channel(), window));
    }

    /// All that is golden under the present trust root. Looked at with every use, so that there is
    /// no moment after a new trust root at which what a removed key signed is golden still.
    private Map<Digest, Kept> byDigest() {
        Known now = known;
        if (now.trustRoot() == trustRoots.current().value().version()) {
            return now.byDigest();
        }
        writing.lock();
        try {
            TrustRoot root = trustRoots.current().value();
            if (known.trustRoot() != root.version()) {
                known = new Known(root.version(), load(root));
            }
            return known.byDigest();
        } finally {
            writing.unlock();
        }
    }

    private Map<Digest, Kept> load(TrustRoot root) {
        Map<Digest, Kept> loaded = new ConcurrentHashMap<>();
        for (FleetStore.StoredBaseline stored : store.loadBaselines()) {
            try {
                Verified<Baseline> verified = verify(stored.envelope(), root);
                loaded.put(
                        verified.digest(),
                        new Kept(
                                verified,
                                stored.envelope(),
                                stored.publishedAt(),
                                stored.retiredAt(),
                                stored.expiryTold()));
            } catch (NotSignedException | MalformedInputException noLongerGolden) {
                // Its hosts are told that the channel has no such baseline.
            }
        }
        return loaded;
    }

    private static Verified<Baseline> verify(Envelope envelope, TrustRoot root)
            throws NotSignedException, MalformedInputException {
        return root.verify(envelope, TrustRole.BASELINE, Baseline.PAYLOAD_TYPE)
                .parse(Baseline::parseStatement);
    }

    /// @param goldenFile read to its end, streamed to disk, believed only after its signatures,
    ///   digests, window and serial were looked at; the caller closes it
    public Publication publish(InputStream goldenFile, Principal by)
            throws IOException, MalformedInputException, RefusedException {
        Path received = manifests.receive(goldenFile, MAX_GOLDEN_FILE_BYTES);
        try {
            GoldenFile file = GoldenFile.open(received);
            Verified<Baseline> verified = believe(file.envelope());
            requireRoot(file, verified);
            return take(file, verified, by);
        } finally {
            manifests.discard(received);
        }
    }

    private Verified<Baseline> believe(Envelope envelope)
            throws MalformedInputException, RefusedException {
        Instant now = clock.instant();
        if (trustRoots.current().value().isExpiredAt(now)) {
            throw new RefusedException(
                    Refusal.TRUST_ROOT_EXPIRED, "the trust root has expired: sign a new version");
        }
        try {
            Verified<Baseline> verified = verify(envelope, trustRoots.current().value());
            if (verified.value().isExpiredAt(now)) {
                throw new RefusedException(
                        Refusal.BASELINE_EXPIRED,
                        "the baseline expired at " + verified.value().notAfter());
            }
            return verified;
        } catch (NotSignedException e) {
            throw new RefusedException(
                    Refusal.NOT_SIGNED,
                    "not signed by the trust root's baseline role: " + e.getMessage());
        }
    }

    /// A manifest with another root would make every drift of every host look unexplained.
    private static void requireRoot(GoldenFile file, Verified<Baseline> verified)
            throws IOException, MalformedInputException {
        TreeFold fold = new TreeFold();
        try (ManifestReader reader = file.manifest(verified)) {
            for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
                fold.add(entry.path(), entry.encoded());
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("manifest is no tree: " + e.getMessage(), e);
        }
        if (!fold.finish().equals(verified.value().root())) {
            throw new MalformedInputException("the manifest's root is not the baseline's");
        }
    }

    private Publication take(GoldenFile file, Verified<Baseline> verified, Principal by)
            throws IOException, MalformedInputException, RefusedException {
        Baseline baseline = verified.value();
        writing.lock();
        try {
            Map<Digest, Kept> baselines = byDigest();
            // Again: a trust root that came meanwhile may have removed the key. One that comes
            // after
            // this has the baselines loaded anew.
            believe(file.envelope());
            Kept same = baselines.get(verified.digest());
            if (same != null) {
                return new Publication(again(same), false);
            }
            // Those that a removed key signed count too: their serials were seen by hosts.
            long newest = store.newestSerial(baseline.channel());
            if (baseline.serial() <= newest) {
                throw new RefusedException(
                        Refusal.SERIAL_NOT_GROWING,
                        "channel "
                                + baseline.channel()
                                + " is at #"
                                + newest
                                + ", a new baseline needs a higher serial than #"
                                + baseline.serial());
            }
            manifests.keep(file, baseline.manifest());
            Kept kept = new Kept(verified, file.envelope(), clock.instant(), null, false);
            Event event = event(kept, EventType.BASELINE_PUBLISHED, by);
            store.addBaseline(
                    verified.digest(),
                    baseline.channel(),
                    baseline.serial(),
                    file.envelope(),
                    by.tokenId(),
                    event);
            baselines.put(verified.digest(), kept);
            journal.committed(event);
            return new Publication(record(kept), true);
        } finally {
            writing.unlock();
        }
    }

    /// A publisher whose answer was lost publishes the same file again: that is done already. One
    /// that was retired does not come back, and saying "done" would hide that no host may run it.
    private BaselineRecord again(Kept same) throws RefusedException {
        if (same.retiredAt() != null) {
            throw new RefusedException(
                    Refusal.SERIAL_NOT_GROWING,
                    "this baseline was retired at "
                            + same.retiredAt()
                            + ": capture it again with a higher serial than #"
                            + same.value().serial());
        }
        return record(same);
    }

    private Event event(Kept kept, EventType type, Principal by) {
        return new Event(
                0,
                clock.instant(),
                type,
                null,
                null,
                new TreeMap<>(
                        Map.of(
                                "by", by.tokenId(),
                                "channel", kept.value().channel(),
                                "serial", Long.toString(kept.value().serial()),
                                "digest", kept.verified().digest().hex())));
    }

    private BaselineRecord record(Kept kept) {
        Baseline baseline = kept.value();
        return new BaselineRecord(
                kept.name(),
                baseline.notBefore(),
                baseline.notAfter(),
                baseline.measurementVersion(),
                baseline.scope().name(),
                baseline.coverage(),
                baseline.manifest(),
                kept.publishedAt(),
                kept.retiredAt(),
                new TreeSet<>(kept.verified().signers()),
                hostsOn(kept.verified().digest()));
    }

    private int hostsOn(Digest digest) {
        return (int)
                hosts.all().stream()
                        .map(Host::standing)
                        .filter(
                                standing ->
                                        standing != null
                                                && standing.baseline() != null
                                                && standing.baseline().digest().equals(digest))
                        .count();
    }

    /// Of all channels, by channel and falling serial.
    public List<BaselineRecord> list() {
        return byDigest().values().stream().sorted(NEWEST_FIRST).map(this::record).toList();
    }

    public BaselineRecord find(Digest digest) throws RefusedException {
        return record(kept(digest));
    }

    private Kept kept(Digest digest) throws RefusedException {
        Kept kept = byDigest().get(digest);
        if (kept == null) {
            throw new RefusedException(
                    Refusal.UNKNOWN_BASELINE, "there is no baseline " + digest.brief());
        }
        return kept;
    }

    boolean isKnown(Digest digest) {
        return byDigest().containsKey(digest);
    }

    public Envelope document(Digest digest) throws RefusedException {
        return kept(digest).envelope();
    }

    /// The golden file again, as it was published.
    ///
    /// @param content closed by the caller
    public record Golden(long length, InputStream content) {}

    public Golden goldenFile(Digest digest) throws IOException, RefusedException {
        Kept kept = kept(digest);
        ManifestReference manifest = kept.value().manifest();
        Bytes line = Json.write(kept.envelope()).plus(Bytes.utf8("\n"));
        return new Golden(
                line.length() + manifest.bytes(),
                new SequenceInputStream(
                        new ByteArrayInputStream(line.toArray()), manifests.open(manifest)));
    }

    /// The answer says how many hosts still run it: they become outdated.
    public BaselineRecord retire(Digest digest, Principal by) throws RefusedException {
        writing.lock();
        try {
            Kept kept = kept(digest);
            if (kept.retiredAt() == null) {
                Event event = event(kept, EventType.BASELINE_RETIRED, by);
                store.retireBaseline(digest, event);
                kept =
                        new Kept(
                                kept.verified(),
                                kept.envelope(),
                                kept.publishedAt(),
                                event.at(),
                                kept.expiryTold());
                byDigest().put(digest, kept);
                journal.committed(event);
            }
            return record(kept);
        } finally {
            writing.unlock();
        }
    }

    /// Lets hosts of a channel prove older serials until `expires`.
    public void allowRollback(
            String channel, long toSerial, String reason, Instant expires, Principal by)
            throws RefusedException {
        Instant now = clock.instant();
        boolean known =
                byDigest().values().stream().anyMatch(k -> k.value().channel().equals(channel));
        if (!known) {
            throw new RefusedException(
                    Refusal.UNKNOWN_BASELINE, "channel " + channel + " has no baselines");
        }
        if (!expires.isAfter(now) || expires.isAfter(now.plus(MAX_ROLLBACK_WINDOW))) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "a rollback window ends within 30 days");
        }
        if (reason.isBlank() || reason.length() > 512 || toSerial < 1) {
            throw new RefusedException(
                    Refusal.OUT_OF_BOUNDS, "a rollback window needs a serial and a reason");
        }
        RollbackWindow window = new RollbackWindow(channel, toSerial, reason, expires);
        Event event =
                new Event(
                        0,
                        now,
                        EventType.ROLLBACK_ALLOWED,
                        null,
                        null,
                        new TreeMap<>(
                                Map.of(
                                        "by", by.tokenId(),
                                        "channel", channel,
                                        "serial", Long.toString(toSerial),
                                        "reason", reason,
                                        "expires", expires.toString())));
        store.saveRollbackWindow(window, by.tokenId(), event);
        rollbacks.put(channel, window);
        journal.committed(event);
    }

    /// The lowest serial that an open window allows.
    Optional<Long> rollbackTo(String channel, Instant now) {
        return Optional.ofNullable(rollbacks.get(channel))
                .filter(window -> now.isBefore(window.expires()))
                .map(RollbackWindow::toSerial);
    }

    /// All of a channel, retired ones too.
    List<KnownBaseline> ofChannel(String channel) {
        return byDigest().values().stream()
                .filter(kept -> kept.value().channel().equals(channel))
                .sorted(NEWEST_FIRST)
                .map(
                        kept ->
                                new KnownBaseline(
                                        kept.verified(),
                                        kept.retiredAt() != null,
                                        kept.publishedAt()))
                .toList();
    }

    /// What a host of the channel is to measure by: those in their window, the highest serial
    /// first; where there are none, the newest of the expired, so that its hosts are outdated and
    /// say why.
    List<Verified<Baseline>> active(String channel, Instant now) {
        List<Verified<Baseline>> kept =
                ofChannel(channel).stream()
                        .filter(known -> !known.retired() && !known.value().isYetToComeAt(now))
                        .map(KnownBaseline::verified)
                        .toList();
        List<Verified<Baseline>> valid =
                kept.stream().filter(one -> !one.value().isExpiredAt(now)).toList();
        return valid.isEmpty() ? kept.stream().limit(1).toList() : valid;
    }

    /// Those that expire within `ahead`, for a warning.
    public List<BaselineRecord> expiringWithin(Duration ahead, Instant now) {
        return byDigest().values().stream()
                .filter(kept -> kept.retiredAt() == null)
                .filter(kept -> kept.value().isExpiredAt(now.plus(ahead)))
                .sorted(NEWEST_FIRST)
                .map(this::record)
                .toList();
    }

    /// Tells of each that expires within {@link #EXPIRY_WARNING}, once in its life.
    public void tellExpiring() {
        Instant soon = clock.instant().plus(EXPIRY_WARNING);
        for (Kept kept : byDigest().values()) {
            if (kept.retiredAt() == null && !kept.expiryTold() && kept.value().isExpiredAt(soon)) {
                tellExpiry(kept);
            }
        }
    }

    private void tellExpiry(Kept kept) {
        writing.lock();
        try {
            Map<String, String> details = new TreeMap<>();
            details.put("channel", kept.value().channel());
            details.put("serial", Long.toString(kept.value().serial()));
            details.put("digest", kept.verified().digest().hex());
            details.put("notAfter", kept.value().notAfter().toString());
            details.put(
                    "because",
                    "baseline " + kept.name() + " expires at " + kept.value().notAfter());
            Event event =
                    new Event(
                            0,
                            clock.instant(),
                            EventType.BASELINE_EXPIRES,
                            null,
                            null,
                            new TreeMap<>(details));
            boolean first = store.tellExpiry(kept.verified().digest(), event);
            byDigest()
                    .computeIfPresent(
                            kept.verified().digest(),
                            (digest, present) ->
                                    new Kept(
                                            present.verified(),
                                            present.envelope(),
                                            present.publishedAt(),
                                            present.retiredAt(),
                                            true));
            if (first) {
                journal.committed(event);
            }
        } finally {
            writing.unlock();
        }
    }

    /// By channel, how long until the newest that is golden now expires; negative where it has.
    public SortedMap<String, Duration> expiry() {
        Instant now = clock.instant();
        SortedMap<String, Duration> left = new TreeMap<>();
        for (Kept kept : byDigest().values()) {
            String channel = kept.value().channel();
            if (!left.containsKey(channel)) {
                active(channel, now).stream()
                        .findFirst()
                        .ifPresent(
                                newest ->
                                        left.put(
                                                channel,
                                                Duration.between(now, newest.value().notAfter())));
            }
        }
        return left;
    }
}
