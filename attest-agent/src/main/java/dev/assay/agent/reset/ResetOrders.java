package dev.assay.agent.reset;

import dev.assay.agent.log.EventLog;
import dev.assay.agent.reset.ResetLedger.Obeyed;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Obeys a reset order only where everything about it is right, and at most one an hour: whoever
/// holds an order key, or the verifier, must not be able to keep a fleet rebooting.
public final class ResetOrders {
    /// Between two resets that this host obeys.
    public static final Duration AT_MOST_ONE_IN = Duration.ofHours(1);

    /// Orders live for minutes; one that could be kept for later is none.
    public static final Duration LONGEST_LIFE = Duration.ofMinutes(15);

    private static final Duration NOTABLE_SKEW = Duration.ofSeconds(5);
    private static final EventLog LOG = EventLog.of(ResetOrders.class);

    private final ResetLedger ledger;
    private final ResetAction action;
    private final InstantSource clock;
    private volatile @Nullable Thread underWay;

    /// What became of an order.
    public sealed interface Outcome {
        /// Written down and begun.
        record Accepted(ResetOrder order) implements Outcome {}

        record Refused(Refusal reason, String detail) implements Outcome {}
    }

    public enum Refusal {
        NOT_SIGNED,
        MALFORMED,
        OTHER_HOST,
        OTHER_BOOT,
        EXPIRED,
        LIVES_TOO_LONG,
        ALREADY_OBEYED,
        TOO_SOON,
        NOT_RECORDED
    }

    /// @param ledger the file of obeyed orders, in the state folder
    public ResetOrders(Path ledger, ResetAction action, InstantSource clock) {
        this.ledger = new ResetLedger(ledger);
        this.action = action;
        this.clock = clock;
    }

    /// Judges the order and, where it is to be obeyed, writes it down and starts the reset on a
    /// thread of its own: the host goes on attesting while it goes down.
    public Outcome receive(Envelope envelope, TrustRoot root, String host, BootId boot) {
        return receive(envelope, root, host, boot, List.of());
    }

    /// The same.
    ///
    /// @param before done in this order before the reset; none of it can stop it
    public Outcome receive(
            Envelope envelope, TrustRoot root, String host, BootId boot, List<Deed> before) {
        Outcome outcome = judge(envelope, root, host, boot);
        switch (outcome) {
            case Outcome.Accepted accepted ->
                    start(accepted.order(), envelope, List.copyOf(before));
            case Outcome.Refused refused -> {
                if (refused.reason() == Refusal.ALREADY_OBEYED) {
                    LOG.info("order-known", "detail", refused.detail());
                } else {
                    LOG.warn(
                            "order-refused",
                            "reason",
                            refused.reason(),
                            "detail",
                            refused.detail());
                }
            }
        }
        return outcome;
    }

    private Outcome judge(Envelope envelope, TrustRoot root, String host, BootId boot) {
        Instant now = clock.instant();
        ResetOrder order;
        try {
            if (root.isExpiredAt(now)) {
                return new Outcome.Refused(Refusal.NOT_SIGNED, "the trust root is expired");
            }
            order =
                    root.verify(envelope, TrustRole.ORDER, ResetOrder.PAYLOAD_TYPE)
                            .parse(ResetOrder::parse)
                            .value();
        } catch (NotSignedException e) {
            return new Outcome.Refused(Refusal.NOT_SIGNED, String.valueOf(e.getMessage()));
        } catch (MalformedInputException e) {
            return new Outcome.Refused(Refusal.MALFORMED, String.valueOf(e.getMessage()));
        }
        Optional<Outcome> unfit = unfit(order, host, boot, now);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        try {
            return record(order, now);
        } catch (IOException e) {
            return new Outcome.Refused(Refusal.NOT_RECORDED, e.toString());
        }
    }

    private static Optional<Outcome> unfit(
            ResetOrder order, String host, BootId boot, Instant now) {
        if (!order.host().equals(host)) {
            return refused(Refusal.OTHER_HOST, "order is for " + order.host());
        }
        if (!order.boot().equals(boot)) {
            return refused(
                    Refusal.OTHER_BOOT,
                    "order is for boot " + order.boot().brief() + ", this is " + boot.brief());
        }
        if (Duration.between(order.issued(), order.expires()).compareTo(LONGEST_LIFE) > 0) {
            return refused(Refusal.LIVES_TOO_LONG, "order lives until " + order.expires());
        }
        Duration ahead = Duration.between(now, order.issued());
        if (ahead.compareTo(NOTABLE_SKEW) > 0) {
            LOG.warn("clock-skew", "order", order.id(), "verifierAheadSeconds", ahead.toSeconds());
        }
        if (!now.isBefore(order.expires())) {
            return refused(
                    Refusal.EXPIRED,
                    "order expired at " + order.expires() + ", this host's clock says " + now);
        }
        return Optional.empty();
    }

    private static Optional<Outcome> refused(Refusal reason, String detail) {
        return Optional.of(new Outcome.Refused(reason, detail));
    }

    private synchronized Outcome record(ResetOrder order, Instant now) throws IOException {
        Optional<List<Obeyed>> known = ledger.read();
        Obeyed entry = new Obeyed(order.id(), order.boot(), now);
        if (known.isEmpty()) {
            ledger.add(new Obeyed("unknown", order.boot(), now));
            return new Outcome.Refused(
                    Refusal.TOO_SOON, "the ledger of resets is damaged: none for an hour");
        }
        for (Obeyed before : known.get()) {
            if (before.id().equals(order.id())) {
                return new Outcome.Refused(
                        Refusal.ALREADY_OBEYED, order.id() + " was obeyed at " + before.at());
            }
        }
        if (known.get().stream().anyMatch(before -> before.at().isAfter(now))) {
            // The clock was ahead then: without a time of now, none would be obeyed until it is
            // there.
            ledger.replace(known.get().stream().map(before -> before.noLaterThan(now)).toList());
            return new Outcome.Refused(
                    Refusal.TOO_SOON, "a reset was obeyed in the future: none for an hour");
        }
        for (Obeyed before : known.get()) {
            if (now.isBefore(before.at().plus(AT_MOST_ONE_IN))) {
                return new Outcome.Refused(
                        Refusal.TOO_SOON, "the last reset was obeyed at " + before.at());
            }
        }
        ledger.add(entry);
        return new Outcome.Accepted(order);
    }

    private void start(ResetOrder order, Envelope signed, List<Deed> before) {
        LOG.warn("reset-obeyed", "order", order.id(), "reason", order.reason(), "by", action);
        underWay =
                Thread.ofPlatform()
                        .name("reset")
                        .daemon(true)
                        .start(() -> carryOut(order, signed, before));
    }

    /// Waits for a reset that is being carried out: a process that ends takes it along.
    public void awaitUnderWay() throws InterruptedException {
        @Nullable Thread reset = underWay;
        if (reset != null) {
            reset.join();
        }
    }

    private void carryOut(ResetOrder order, Envelope signed, List<Deed> before) {
        try {
            for (Deed deed : before) {
                carryOut(deed, order);
            }
            action.reset(order, signed);
            LOG.info("reset-command-ended", "order", order.id());
        } catch (IOException e) {
            LOG.error("reset-failed", "order", order.id(), "reason", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// On a thread that is left behind when the time is over.
    private static void carryOut(Deed deed, ResetOrder order) throws InterruptedException {
        try {
            Thread thread =
                    Thread.ofPlatform()
                            .name(deed.name())
                            .daemon(true)
                            .start(() -> attempt(deed, order));
            if (!thread.join(deed.limit())) {
                LOG.error("deed-given-up", "deed", deed.name(), "order", order.id());
                thread.interrupt();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("deed-not-begun", "deed", deed.name(), "order", order.id(), "reason", e);
        }
    }

    private static void attempt(Deed deed, ResetOrder order) {
        try {
            deed.carryOut(order);
            LOG.info("deed-done", "deed", deed.name(), "order", order.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("deed-failed", "deed", deed.name(), "order", order.id(), "reason", e);
        }
    }
}
