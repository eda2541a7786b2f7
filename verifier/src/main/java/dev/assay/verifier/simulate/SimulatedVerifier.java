package dev.assay.verifier.simulate;

import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.ResetOrder;
import dev.assay.scope.Facts;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.verifier.enrol.Endorsements;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.fleet.Attested;
import dev.assay.verifier.fleet.Fleet;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.History;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Hosts;
import dev.assay.verifier.fleet.Journal;
import dev.assay.verifier.fleet.Lifecycle;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.fleet.Standing;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.reset.Archive;
import dev.assay.verifier.reset.BreakerState;
import dev.assay.verifier.reset.Chore;
import dev.assay.verifier.reset.Dispatcher;
import dev.assay.verifier.reset.OrderSigner;
import dev.assay.verifier.reset.Resets;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.reset.Ticker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The verifier's own hosts, ticker, dispatcher and order signer over a store in memory and a
/// simulated clock. What it lacks is the wire and the measurement: evidence comes appraised.
final class SimulatedVerifier {
    static final Principal ON_DUTY = new Principal("anna", Role.OPERATOR);
    static final String GROUP = "fleet";
    static final String CHANNEL = "fleet";

    /// Of nobody: a simulated host signs nothing, and an order of this key moves no real one.
    private static final SigningKey KEY = SigningKey.generate(KeyType.ECDSA_P256);

    /// While something is under way, and else.
    private static final long BUSY_MILLIS = 1_000;

    private static final long CALM_MILLIS = 10_000;

    private final Agenda agenda;
    private final Agenda.AgendaClock clock;
    private final MemoryStore store;
    private final Sidelines sidelines;
    private final Rungs rungs;
    private final RandomGenerator chance;
    private final Journal journal;
    private final Observer observer;
    private Running running;
    private boolean up = true;
    private boolean tickIsDue;
    private int generation;

    /// What is lost in a crash.
    private record Running(
            Hosts hosts,
            Groups groups,
            Dispatcher dispatcher,
            Ticker ticker,
            OrderSigner orders,
            Resets resets,
            Fleet fleet) {}

    SimulatedVerifier(
            Agenda agenda,
            Agenda.AgendaClock clock,
            MemoryStore store,
            Sidelines sidelines,
            Rungs rungs,
            RandomGenerator chance,
            Journal journal,
            Observer observer) {
        this.agenda = agenda;
        this.clock = clock;
        this.store = store;
        this.sidelines = sidelines;
        this.rungs = rungs;
        this.chance = chance;
        this.journal = journal;
        this.observer = observer;
        this.running = start();
        plan(CALM_MILLIS);
    }

    static Host enrolled(Machine machine, String zoneLabel) {
        return new Host(
                machine.name,
                GROUP,
                null,
                KEY.verificationKey(),
                null,
                Facts.NONE,
                new TreeMap<>(Map.of(zoneLabel, "zone-" + machine.zone)),
                Agenda.START,
                false,
                null,
                null,
                History.NONE,
                null,
                null,
                null,
                null,
                null);
    }

    private Running start() {
        Groups groups =
                new Groups(store, rungs.executorNames(), rungs.blockerNames(), journal, clock);
        Hosts hosts =
                new Hosts(store, groups, new Endorsements(Path.of("/nonexistent"), clock), journal);
        Dispatcher dispatcher =
                new Dispatcher(
                        store, store, hosts, rungs, sidelines, chance, journal, observer, clock);
        Ticker ticker =
                new Ticker(
                        hosts,
                        groups,
                        dispatcher,
                        List.of(new Chore("archive", new Archive(hosts, groups, clock)::putAway)),
                        observer,
                        clock);
        return new Running(
                hosts,
                groups,
                dispatcher,
                ticker,
                new OrderSigner(KEY, this::wake),
                new Resets(store, hosts, groups, dispatcher, this::wake, clock),
                new Fleet(store, hosts, groups, journal, clock));
    }

    boolean isUp() {
        return up;
    }

    /// @param crash whether it forgets what was not durable
    void stop(boolean crash) {
        up = false;
        generation++;
        if (crash) {
            sidelines.stop();
        }
    }

    void startAgain(boolean crash) {
        if (crash) {
            running = start();
        }
        up = true;
        plan(0);
    }

    private void plan(long millis) {
        int mine = generation;
        agenda.after(
                millis,
                () -> {
                    if (up && mine == generation) {
                        tick();
                        plan(isBusy() ? BUSY_MILLIS : CALM_MILLIS);
                    }
                });
    }

    private void wake() {
        if (!tickIsDue) {
            tickIsDue = true;
            agenda.after(
                    0,
                    () -> {
                        tickIsDue = false;
                        if (up) {
                            tick();
                        }
                    });
        }
    }

    private void tick() {
        running.ticker().tick();
    }

    private boolean isBusy() {
        return hosts().stream().anyMatch(SimulatedVerifier::isUnderWay);
    }

    private static boolean isUnderWay(Host host) {
        Reset open = host.openReset();
        return open != null && open.status() != Reset.Status.WAITING;
    }

    @Nullable BreakerState breaker() {
        return running.dispatcher().breaker(GROUP);
    }

    GroupSettings group() {
        return running.groups().list().getFirst();
    }

    Host host(String name) {
        return running.hosts().named(name).orElseThrow();
    }

    List<Host> hosts() {
        return running.hosts().unsorted();
    }

    Instant now() {
        return clock.instant();
    }

    /// As the intake does it with evidence that was appraised.
    Host attested(Machine machine, Attested evidence) throws NotAuthenticException {
        Host before = host(machine.name);
        GroupSettings group = group();
        Host after =
                running.hosts()
                        .change(
                                machine.name,
                                current -> Lifecycle.attested(current, group, evidence, now()))
                        .orElseThrow();
        Standing was = before.standing();
        Standing is = after.standing();
        boolean same =
                was != null
                        && is != null
                        && was.verdict() == is.verdict()
                        && was.since().equals(is.since());
        if (!same) {
            wake();
        }
        return after;
    }

    boolean hasSeen(Machine machine) {
        Host host = host(machine.name);
        return host.boot() != null && host.boot().id().equals(machine.boot)
                || store.hasSeenBoot(machine.name, machine.boot);
    }

    /// The order that the host gets with its answer.
    Optional<ResetOrder> order(Host host) {
        Optional<Envelope> signed = running.orders().orderFor(host, now());
        return signed.map(SimulatedVerifier::read);
    }

    private static ResetOrder read(Envelope envelope) {
        try {
            return ResetOrder.parse(envelope.payload());
        } catch (MalformedInputException e) {
            throw new IllegalStateException("an order that cannot be read", e);
        }
    }

    /// What somebody asks of the verifier.
    interface Request {
        void of(Resets resets, Fleet fleet) throws RefusedException;
    }

    /// @return false where it was refused, or nobody is there to be asked
    boolean ask(Request request) {
        if (!up) {
            return false;
        }
        try {
            request.of(running.resets(), running.fleet());
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }
}
