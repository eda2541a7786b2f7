package dev.assay.verifier;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.SigningKey;
import dev.assay.signing.TrustRole;
import dev.assay.verifier.challenge.Challenges;
import dev.assay.verifier.enrol.Endorsements;
import dev.assay.verifier.enrol.Enrolment;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.exhibit.ExhibitArchive;
import dev.assay.verifier.exhibit.ExhibitRetention;
import dev.assay.verifier.exhibit.ExhibitRoom;
import dev.assay.verifier.feed.Feed;
import dev.assay.verifier.fleet.Attestation;
import dev.assay.verifier.fleet.Baselines;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.Fleet;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Journal;
import dev.assay.verifier.fleet.ManifestArchive;
import dev.assay.verifier.fleet.ManifestClaims;
import dev.assay.verifier.fleet.ManifestFiles;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Reference;
import dev.assay.verifier.fleet.Results;
import dev.assay.verifier.fleet.TrustRoots;
import dev.assay.verifier.incident.Incidents;
import dev.assay.verifier.intake.Authenticator;
import dev.assay.verifier.intake.Intake;
import dev.assay.verifier.platform.PlatformAppraisal;
import dev.assay.verifier.reset.Archive;
import dev.assay.verifier.reset.Background;
import dev.assay.verifier.reset.Chore;
import dev.assay.verifier.reset.Dispatcher;
import dev.assay.verifier.reset.OrderSigner;
import dev.assay.verifier.reset.Resets;
import dev.assay.verifier.reset.Retention;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.reset.Ticker;
import dev.assay.verifier.store.Database;
import dev.assay.verifier.store.ExhibitFolder;
import dev.assay.verifier.store.ManifestFolder;
import dev.assay.verifier.store.SqlBreakerStore;
import dev.assay.verifier.store.SqlEventStore;
import dev.assay.verifier.store.SqlFleetStore;
import dev.assay.verifier.store.SqlIncidentStore;
import dev.assay.verifier.store.SqlTokenStore;
import dev.assay.verifier.store.TrustRootFolder;
import dev.assay.verifier.store.VerifierData;
import dev.assay.verifier.verdict.EarSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/// A verifier's services over one data folder. Its clock, its folder and its observer are handed
/// in; there is no other way to the outside.
public final class Verifier implements AutoCloseable {
    private static final String CHALLENGE_KEY = "challenge-key";

    private final Database database;
    private final Challenges challenges;
    private final Enrolment enrolment;
    private final Intake intake;
    private final PlatformAppraisal platform;
    private final Reference reference;
    private final ExhibitRoom exhibits;
    private final Hosts hosts;
    private final Fleet fleet;
    private final Incidents incidents;
    private final Groups groups;
    private final Baselines baselines;
    private final Tokens tokens;
    private final Resets resets;
    private final Results results;
    private final Feed feed;
    private final TrustRoots trustRoots;
    private final Background background;
    private final Ticker ticker;
    private final Observer observer;

    private Verifier(
            VerifierData data,
            String build,
            Clock clock,
            Observer observer,
            Database database,
            SigningKey orderKey,
            SigningKey resultKey,
            Rungs rungs)
            throws IOException, MalformedInputException, NotSignedException {
        this.database = database;
        this.observer = observer;
        this.trustRoots = new TrustRoots(new TrustRootFolder(data));
        requireRole(orderKey, TrustRole.ORDER, data.orderKey());
        requireRole(resultKey, TrustRole.RESULT, data.resultKey());
        this.feed = new Feed(new SqlEventStore(database));
        Journal journal = this::committed;
        SqlFleetStore store = new SqlFleetStore(database);
        ManifestArchive manifests = new ManifestFolder(data.manifests());

        this.challenges =
                new Challenges(database.secret(CHALLENGE_KEY, Challenges.KEY_BYTES), clock);
        this.groups =
                new Groups(store, rungs.executorNames(), rungs.blockerNames(), journal, clock);
        this.hosts =
                new Hosts(store, groups, new Endorsements(data.endorsements(), clock), journal);
        this.baselines = new Baselines(store, manifests, trustRoots, hosts, journal, clock);
        this.tokens = new Tokens(new SqlTokenStore(database), clock);
        this.enrolment = new Enrolment(challenges, tokens, hosts, clock);
        this.fleet = new Fleet(store, hosts, groups, journal, clock);
        this.incidents = new Incidents(new SqlIncidentStore(database), store, hosts, groups, clock);
        this.results =
                new Results(hosts, groups, trustRoots, new EarSigner(resultKey, build), clock);
        this.background = new Background();
        Dispatcher dispatcher =
                new Dispatcher(
                        store,
                        new SqlBreakerStore(database),
                        hosts,
                        rungs,
                        background,
                        new SecureRandom(),
                        journal,
                        observer,
                        clock);
        ExhibitArchive exhibitArchive =
                new ExhibitFolder(data.exhibits(), ExhibitRetention.MAX_BYTES);
        this.ticker =
                new Ticker(
                        hosts,
                        groups,
                        dispatcher,
                        List.of(
                                new Chore("warn of expiry", baselines::tellExpiring),
                                new Chore("prune incidents", incidents::prune),
                                new Chore("prune", new Retention(feed, store, clock)::prune),
                                new Chore("archive", new Archive(hosts, groups, clock)::putAway),
                                new Chore(
                                        "prune exhibits",
                                        new ExhibitRetention(exhibitArchive, clock)::prune)),
                        observer,
                        clock);
        this.resets = new Resets(store, hosts, groups, dispatcher, ticker::wake, clock);
        this.platform = new PlatformAppraisal(new ManifestFiles(manifests));
        Authenticator authenticator = new Authenticator(challenges, hosts, clock);
        this.reference =
                new Reference(
                        authenticator, hosts, groups, baselines, manifests, trustRoots, clock);
        this.exhibits =
                new ExhibitRoom(
                        authenticator, hosts, groups, exhibitArchive, store, journal, clock);
        this.intake =
                new Intake(
                        authenticator,
                        new Attestation(
                                store,
                                hosts,
                                groups,
                                baselines,
                                trustRoots,
                                new ManifestClaims(manifests),
                                platform,
                                results,
                                new OrderSigner(orderKey, ticker::wake),
                                observer,
                                clock));
    }

    /// Opens what `init` made: keys, trust root and database, which is made or migrated here. The
    /// ticker runs until {@link #close}.
    ///
    /// @param build name and version of this program, for results
    /// @param rungs executors and blockers of the site file
    public static Verifier open(
            VerifierData data, String build, Clock clock, Observer observer, Rungs rungs)
            throws IOException, MalformedInputException, NotSignedException {
        Verifier verifier = openWithoutTicker(data, build, clock, observer, rungs);
        verifier.ticker.start();
        return verifier;
    }

    /// For tests that move the time by hand, and for commands that only look.
    static Verifier openWithoutTicker(
            VerifierData data, String build, Clock clock, Observer observer, Rungs rungs)
            throws IOException, MalformedInputException, NotSignedException {
        SigningKey orderKey = SigningKey.read(data.orderKey());
        SigningKey resultKey = SigningKey.read(data.resultKey());
        Database database = Database.open(data.database());
        try {
            return new Verifier(data, build, clock, observer, database, orderKey, resultKey, rungs);
        } catch (IOException | MalformedInputException | NotSignedException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /// A key that the trust root does not name would sign what every agent refuses.
    private void requireRole(SigningKey key, TrustRole role, Path file) throws NotSignedException {
        if (!trustRoots.current().value().keysOf(role).contains(key.verificationKey())) {
            throw new NotSignedException(
                    file + " is not a key of the trust root's role " + role.wire());
        }
    }

    private void committed(Event event) {
        feed.wake();
        observer.happened(event);
    }

    public Challenges challenges() {
        return challenges;
    }

    public PlatformAppraisal platform() {
        return platform;
    }

    public Enrolment enrolment() {
        return enrolment;
    }

    public Intake intake() {
        return intake;
    }

    public Reference reference() {
        return reference;
    }

    public ExhibitRoom exhibits() {
        return exhibits;
    }

    public Fleet fleet() {
        return fleet;
    }

    public Incidents incidents() {
        return incidents;
    }

    public Groups groups() {
        return groups;
    }

    public Baselines baselines() {
        return baselines;
    }

    public Tokens tokens() {
        return tokens;
    }

    public Resets resets() {
        return resets;
    }

    public Results results() {
        return results;
    }

    public Feed feed() {
        return feed;
    }

    public TrustRoots trustRoots() {
        return trustRoots;
    }

    Ticker ticker() {
        return ticker;
    }

    /// Whether the database takes a write.
    public boolean isReady() {
        return database.isWritable();
    }

    /// Writes down what is kept in memory and stops.
    @Override
    public void close() {
        ticker.close();
        background.close();
        try {
            hosts.flushLiveness();
        } catch (RuntimeException e) {
            observer.failed("write liveness", e);
        }
        database.close();
    }
}
