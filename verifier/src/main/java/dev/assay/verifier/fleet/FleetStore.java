package dev.assay.verifier.fleet;

import dev.assay.evidence.BootId;
import dev.assay.signing.Envelope;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Token;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the fleet is kept. What a method wrote is durable when it returns; a failure is an
/// unchecked exception, and then nothing of it was written.
public interface FleetStore {
    /// @param revision grows with every change that is not only liveness
    record StoredHost(Host host, long revision) {}

    /// @param expiryTold whether it was told that it expires soon
    record StoredBaseline(
            Envelope envelope,
            Instant publishedAt,
            @Nullable Instant retiredAt,
            boolean expiryTold) {}

    record RollbackWindow(String channel, long toSerial, String reason, Instant expires) {}

    /// @param sequence of the boot's last evidence
    record Liveness(
            String host,
            BootId boot,
            long sequence,
            Instant lastSeen,
            Instant verdictAt,
            Instant expiresAt) {}

    /// @param token that it spent; null where that was not written down
    record StoredEnrolment(Host host, @Nullable String token) {}

    /// How an enrolment ended.
    ///
    /// @param host with what belongs to its name
    record Enrolling(Enrolled end, Host host) {}

    enum Enrolled {
        DONE,
        NAME_TAKEN,
        KEY_TAKEN,
        BANNED,
        TOKEN_USED
    }

    /// Whether a host with this endorsement key was banned.
    boolean isEndorsementBanned(Digest endorsement);

    List<StoredHost> loadHosts();

    Optional<StoredHost> loadHost(String name);

    List<GroupSettings> loadGroups();

    List<StoredBaseline> loadBaselines();

    List<RollbackWindow> loadRollbackWindows();

    boolean hasSeenBoot(String host, BootId boot);

    Optional<StoredDrift> drift(String host);

    List<Reset> resets(int limit);

    Optional<StoredEnrolment> enrolment(String name);

    /// Adds the host and spends the token, both or neither. What belongs to the name is looked up
    /// here: read before, it could be older than what the host that was forgotten left behind.
    Enrolling enrol(Host host, Token token, Event event);

    /// A compare-and-set on the revision.
    ///
    /// @return whether it was the expected one; if not, nothing was written
    boolean commit(Transition transition, long expectedRevision);

    /// Only where boot and a lower sequence are there still.
    void saveLiveness(List<Liveness> liveness);

    /// @param withName whether what belongs to the name goes too; its resets and events stay
    /// @param last the host's last reset, which is over now; null where there is none
    void remove(String host, @Nullable Reset last, boolean withName, Event event);

    void ban(
            String host,
            @Nullable String keyId,
            @Nullable Digest endorsement,
            String reason,
            String by,
            Event event);

    void unban(String host, Event event);

    void saveGroup(GroupSettings settings, Event event);

    void addBaseline(
            Digest digest, String channel, long serial, Envelope envelope, String by, Event event);

    /// The highest that was ever published on the channel; 0 for none.
    long newestSerial(String channel);

    void retireBaseline(Digest digest, Event event);

    /// Once for each baseline.
    ///
    /// @return whether this was the first time; if not, nothing was written
    boolean tellExpiry(Digest digest, Event event);

    /// Removes resets that ended before.
    int pruneResets(Instant before);

    void saveRollbackWindow(RollbackWindow window, String by, Event event);

    void append(Event event);
}
