package dev.assay.agent.daemon;

import dev.assay.agent.collect.files.OneFile;
import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.ResetAction;
import dev.assay.agent.reset.ResetHandover;
import dev.assay.agent.reset.ResetOrders;
import dev.assay.agent.reset.ResetOrders.Outcome;
import dev.assay.agent.reset.ResetOrders.Refusal;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/// Obeys an order that the agent left in its folder, for an agent that may not reboot. All that is
/// taken from that folder is two signed documents: who took the agent over can withhold an order,
/// or show one that the verifier did sign for this host and this boot, and no other. Host name,
/// boot, trust root and ledger are this program's own.
public final class HandedOver {
    private static final EventLog LOG = EventLog.of(HandedOver.class);
    private static final int MAX_ORDER_BYTES = 64 << 10;
    private static final int MAX_ROOT_BYTES = 2 * TrustRoot.MAX_BYTES;

    private HandedOver() {}

    /// @param from the agent's folder
    /// @param state this program's own, with its ledger and the trust root that it follows
    /// @param pinned the trust root of the installation
    public record Settings(
            Path from, Path state, Path pinned, String host, BootId boot, InstantSource clock) {}

    /// Returns when the reset command did; empty where nothing was handed over.
    public static Optional<Outcome> obey(Settings settings, ResetAction action)
            throws StartException, IOException, InterruptedException {
        requireGuarded(settings.pinned());
        try (StateFolder state = StateFolder.open(settings.state(), true)) {
            TrustStore trust = TrustStore.open(state.trustRoot(), settings.pinned());
            follow(trust, settings.from());
            Optional<Bytes> handed = read(settings.from(), ResetHandover.ORDER, MAX_ORDER_BYTES);
            if (handed.isEmpty()) {
                return Optional.empty();
            }
            Envelope order;
            try {
                order = Envelope.parse(handed.get(), MAX_ORDER_BYTES);
            } catch (MalformedInputException e) {
                LOG.warn("order-refused", "reason", Refusal.MALFORMED, "detail", e);
                return Optional.of(
                        new Outcome.Refused(Refusal.MALFORMED, String.valueOf(e.getMessage())));
            }
            ResetOrders orders = new ResetOrders(state.resets(), action, settings.clock());
            Outcome outcome =
                    orders.receive(order, trust.current(), settings.host(), settings.boot());
            orders.awaitUnderWay();
            return Optional.of(outcome);
        }
    }

    /// The agent follows the trust root version by version and keeps the last: where that is the
    /// next one for this program too, it is taken.
    private static void follow(TrustStore trust, Path from) throws IOException {
        Optional<Bytes> offered = read(from, "trust-root.json", MAX_ROOT_BYTES);
        if (offered.isEmpty()) {
            return;
        }
        try {
            Envelope next = Envelope.parse(offered.get(), MAX_ROOT_BYTES);
            if (TrustRoot.pinned(next).value().version() > trust.current().version()) {
                trust.take(next);
            }
        } catch (MalformedInputException | NotSignedException e) {
            LOG.warn("trust-root-refused", "reason", e);
        }
    }

    /// Through no link and from no FIFO: the folder is another user's.
    private static Optional<Bytes> read(Path from, String name, int maxBytes) {
        return OneFile.start(from, NodePath.of(name), maxBytes + 1)
                .filter(content -> content.length() <= maxBytes);
    }

    /// Who can write the pinned trust root says who may order a reset.
    private static void requireGuarded(Path pinned) throws StartException, IOException {
        Path self = Path.of("/proc/self");
        for (Path one : new Path[] {pinned, pinned.toAbsolutePath().getParent()}) {
            if (one == null || !Files.exists(one)) {
                throw StartException.ofUsage("cannot read the trust root " + pinned);
            }
            Object owner = Files.getAttribute(one, "unix:uid");
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(one);
            boolean own = owner.equals(0) || owner.equals(Files.getAttribute(self, "unix:uid"));
            if (!own
                    || Files.isSymbolicLink(one)
                    || mode.contains(PosixFilePermission.GROUP_WRITE)
                    || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw StartException.ofState(
                        one + " can be replaced by others: give it to root, mode go-w");
            }
        }
        if (!Files.isRegularFile(pinned, LinkOption.NOFOLLOW_LINKS)) {
            throw StartException.ofUsage(pinned + " is no regular file");
        }
    }
}
