package dev.assay.verifier.fleet;

import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.scope.Facts;
import dev.assay.verifier.enrol.Endorsements;
import dev.assay.verifier.enrol.ProvenTpm;
import dev.assay.verifier.enrol.Registrar;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.fleet.FleetStore.Liveness;
import dev.assay.verifier.fleet.FleetStore.StoredEnrolment;
import dev.assay.verifier.fleet.FleetStore.StoredHost;
import dev.assay.verifier.intake.HostDirectory;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The hosts as they are now, in memory over the store. A change is computed from the host that is
/// there, written, and only then seen by anybody; two changes of one host never overlap. Liveness
/// alone is written later, in one batch.
public final class Hosts implements HostDirectory, Registrar {
    private static final int MAX_ATTEMPTS = 3;

    private final FleetStore store;
    private final Groups groups;
    private final TpmBindings tpms;
    private final Journal journal;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    private static final class Slot {
        final ReentrantLock lock = new ReentrantLock();
        volatile Host host;
        volatile boolean livenessIsUnwritten;
        volatile boolean gone;
        long revision;

        Slot(StoredHost stored) {
            this.host = stored.host();
            this.revision = stored.revision();
        }
    }

    /// Computes what becomes of a host. It may run more than once.
    public interface Change<X extends Exception> {
        Transition of(Host current) throws X;
    }

    public Hosts(FleetStore store, Groups groups, Endorsements endorsements, Journal journal) {
        this.store = store;
        this.tpms = new TpmBindings(store, endorsements);
        this.groups = groups;
        this.journal = journal;
        store.loadHosts().forEach(stored -> slots.put(stored.host().name(), new Slot(stored)));
    }

    /// Sorted by name.
    public List<Host> all() {
        return slots.values().stream()
                .map(slot -> slot.host)
                .sorted(Comparator.comparing(Host::name))
                .toList();
    }

    public List<Host> unsorted() {
        return slots.values().stream().map(slot -> slot.host).toList();
    }

    public Optional<Host> named(String name) {
        return Optional.ofNullable(slots.get(name)).map(slot -> slot.host);
    }

    @Override
    public Optional<Registered> find(String host) {
        return named(host)
                .map(
                        known ->
                                new Registered(
                                        known.name(),
                                        known.key(),
                                        TpmBindings.attestationKey(known),
                                        known.banned(),
                                        groups.of(known).allowSimulated()));
    }

    /// Applies a change to the host, durable when this returns; empty where there is no such host.
    public <X extends Exception> Optional<Host> change(String name, Change<X> change) throws X {
        Slot slot = slots.get(name);
        if (slot == null) {
            return Optional.empty();
        }
        slot.lock.lock();
        try {
            for (int attempt = 1; !slot.gone; attempt++) {
                Transition transition = change.of(slot.host);
                if (!transition.durable()) {
                    boolean changed = !transition.host().equals(slot.host);
                    slot.host = transition.host();
                    // After the host: a flush in between would write the old one and unmark it.
                    slot.livenessIsUnwritten |= changed;
                    return Optional.of(slot.host);
                }
                if (store.commit(transition, slot.revision)) {
                    slot.revision++;
                    slot.host = transition.host();
                    slot.livenessIsUnwritten = false;
                    transition.events().forEach(journal::committed);
                    return Optional.of(slot.host);
                }
                if (attempt == MAX_ATTEMPTS || !reload(slot)) {
                    throw new IllegalStateException(name + " is changed by somebody else");
                }
            }
            return Optional.empty();
        } finally {
            slot.lock.unlock();
        }
    }

    private boolean reload(Slot slot) {
        Optional<StoredHost> stored = store.loadHost(slot.host.name());
        if (stored.isEmpty()) {
            slot.gone = true;
            slots.remove(slot.host.name(), slot);
            return true;
        }
        slot.host = stored.get().host();
        slot.revision = stored.get().revision();
        return true;
    }

    @Override
    public Optional<EnrolmentResponse> answerAgain(
            EnrolmentRequest request, Token token, Instant now) throws NotAuthenticException {
        StoredEnrolment before = store.enrolment(request.host()).orElse(null);
        if (before == null
                || !before.host().key().equals(request.key())
                || !before.host().group().equals(token.group())
                || !Objects.equals(before.host().platformId(), request.platformId())
                || !(token.isGoodAt(now) || token.id().equals(before.token()))) {
            return Optional.empty();
        }
        if (before.host().banned()) {
            throw banned();
        }
        return Optional.of(answer(before.host()));
    }

    private static NotAuthenticException banned() {
        return new NotAuthenticException(Reason.BANNED, "the host's name or key is banned");
    }

    private EnrolmentResponse answer(Host host) {
        String channel = groups.of(host).channel();
        return new EnrolmentResponse(host.name(), host.group(), channel, host.facts(), host.tier());
    }

    @Override
    public synchronized Optional<EnrolmentResponse> recognize(
            EnrolmentRequest request, ProvenTpm tpm, Instant now) throws NotAuthenticException {
        Host named = named(request.host()).orElse(null);
        if (named == null || named.tpm() == null) {
            return Optional.empty();
        }
        tpms.requireSame(named, tpm);
        requireFreeKey(request);
        return change(named.name(), current -> TpmBindings.rekeyed(current, request, tpm, now))
                .map(this::answer);
    }

    private void requireFreeKey(EnrolmentRequest request) throws NotAuthenticException {
        for (Host other : unsorted()) {
            if (other.key().equals(request.key()) && !other.name().equals(request.host())) {
                throw new NotAuthenticException(
                        Reason.KEY_TAKEN, "another host is enrolled with this key");
            }
        }
    }

    /// One at a time, so that of two that bring the same platform id one loses.
    @Override
    public synchronized EnrolmentResponse register(
            EnrolmentRequest request, Token token, Optional<ProvenTpm> tpm, Instant now)
            throws NotAuthenticException {
        requireFreePlatformId(request);
        String group = Objects.requireNonNull(token.group(), "enrolment token without group");
        @Nullable TpmBinding binding = tpms.of(request, groups.named(group), tpm, unsorted(), now);
        Host asked =
                new Host(
                        request.host(),
                        group,
                        request.platformId(),
                        request.key(),
                        binding,
                        facts(request, group),
                        token.labels(),
                        now,
                        false,
                        null,
                        null,
                        History.NONE,
                        null,
                        null,
                        null,
                        null,
                        null);
        Event event = Event.of(now, EventType.ENROLLED, asked, enrolledBy(token, request, binding));
        FleetStore.Enrolling enrolling = store.enrol(asked, token, event);
        Host host = enrolling.host();
        switch (enrolling.end()) {
            case DONE -> {}
            case NAME_TAKEN -> {
                // The same enrolment may have been written down a moment ago.
                return answerAgain(request, token, now)
                        .orElseThrow(
                                () ->
                                        new NotAuthenticException(
                                                Reason.NAME_TAKEN,
                                                host.name()
                                                        + " is enrolled; forget it before"
                                                        + " it enrols again"));
            }
            case KEY_TAKEN ->
                    throw new NotAuthenticException(
                            Reason.KEY_TAKEN, "another host is enrolled with this key");
            case BANNED -> throw banned();
            case TOKEN_USED ->
                    throw new NotAuthenticException(
                            Reason.TOKEN_USED, "the enrolment token was used before");
        }
        slots.put(host.name(), new Slot(new StoredHost(host, 0)));
        obeyBan(host.name());
        journal.committed(event);
        return answer(host);
    }

    private static Map<String, String> enrolledBy(
            Token token, EnrolmentRequest request, @Nullable TpmBinding tpm) {
        Map<String, String> details = new TreeMap<>();
        details.put("token", token.id());
        details.put("key", request.key().keyId());
        details.put("tier", (tpm == null ? Tier.SOFTWARE : Tier.HARDWARE).wire());
        if (tpm != null) {
            details.put("endorsement", tpm.endorsement().hex());
            details.put("ekTrust", tpm.trust().wire());
        }
        return details;
    }

    /// A ban of the moment between the enrolment's commit and its slot found no host to mark.
    private void obeyBan(String name) {
        if (store.loadHost(name).filter(stored -> stored.host().banned()).isPresent()) {
            change(name, host -> Transition.unchanged(host.withBanned(true)));
        }
    }

    /// A group's command resets the machine that the platform id names: a host that enrolled with
    /// another's would have that one reset for its own drift.
    private void requireFreePlatformId(EnrolmentRequest request) throws NotAuthenticException {
        for (Host other : unsorted()) {
            if (request.platformId() != null
                    && request.platformId().equals(other.platformId())
                    && !request.host().equals(other.name())) {
                throw new NotAuthenticException(
                        Reason.PLATFORM_ID_TAKEN, "another host is enrolled with this platform id");
            }
        }
    }

    private static Facts facts(EnrolmentRequest request, String group) {
        Map<String, String> facts = new TreeMap<>();
        facts.put(Facts.HOST_NAME, request.host());
        facts.put(Facts.GROUP, group);
        if (request.platformId() != null) {
            facts.put(Facts.PLATFORM_ID, request.platformId());
        }
        return Facts.of(facts);
    }

    /// Deletes the host; false where there is none.
    ///
    /// @param withName whether what belongs to the name goes too
    boolean remove(String name, Predicate<Host> withName, Event event) {
        Slot slot = slots.get(name);
        if (slot == null) {
            return false;
        }
        slot.lock.lock();
        try {
            Reset open = slot.host.openReset();
            Reset last =
                    open == null
                            ? slot.host.reset()
                            : open.finished(
                                    Reset.Status.WITHDRAWN,
                                    event.at(),
                                    "the host was " + event.type().wire());
            store.remove(name, last, withName.test(slot.host), event);
            slot.gone = true;
            slots.remove(name, slot);
        } finally {
            slot.lock.unlock();
        }
        journal.committed(event);
        return true;
    }

    /// Writes down who was heard of since the last time.
    public void flushLiveness() {
        List<Slot> unwritten = new ArrayList<>();
        List<Liveness> batch = new ArrayList<>();
        for (Slot slot : slots.values()) {
            if (slot.livenessIsUnwritten) {
                slot.livenessIsUnwritten = false;
                unwritten.add(slot);
                liveness(slot.host).ifPresent(batch::add);
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            store.saveLiveness(batch);
        } catch (RuntimeException e) {
            unwritten.forEach(slot -> slot.livenessIsUnwritten = true);
            throw e;
        }
    }

    private static Optional<Liveness> liveness(Host host) {
        Boot boot = host.boot();
        Standing standing = host.standing();
        return boot == null || standing == null
                ? Optional.empty()
                : Optional.of(
                        new Liveness(
                                host.name(),
                                boot.id(),
                                boot.sequence(),
                                boot.lastSeen(),
                                standing.at(),
                                standing.expiresAt()));
    }
}
