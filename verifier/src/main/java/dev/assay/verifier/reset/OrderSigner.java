package dev.assay.verifier.reset;

import dev.assay.bytes.Json;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.Signer;
import dev.assay.verifier.fleet.Boot;
import dev.assay.verifier.fleet.Host;
import dev.assay.verifier.fleet.Orders;
import dev.assay.verifier.fleet.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// Signs the order that a host's own agent gets, anew each time it asks: bound to the host and to
/// the very boot that has to go, and good for minutes, so that one that is kept orders nothing
/// later.
public final class OrderSigner implements Orders {
    public static final Duration LIFE = Duration.ofMinutes(5);

    private static final int MAX_REASON_CHARS = 1024;

    private final Signer signer;
    private final Runnable wake;

    /// @param wake wakes the ticker
    public OrderSigner(Signer signer, Runnable wake) {
        this.signer = signer;
        this.wake = wake;
    }

    @Override
    public Optional<Envelope> orderFor(Host host, Instant now) {
        Reset reset = host.openReset();
        Boot boot = host.boot();
        if (reset == null
                || boot == null
                || reset.status() != Reset.Status.ORDERED
                || !reset.isOn(Reset.AGENT)
                || !boot.id().equals(reset.boot())) {
            return Optional.empty();
        }
        // Not beyond the agent's turn: a host that obeys late would go down again for the next
        // rung.
        Instant turnEnds = Objects.requireNonNull(reset.lastAttempt()).deadline();
        Instant expires = now.plus(LIFE).isBefore(turnEnds) ? now.plus(LIFE) : turnEnds;
        if (!now.isBefore(expires)) {
            return Optional.empty();
        }
        ResetOrder order =
                new ResetOrder(
                        reset.id(),
                        host.name(),
                        boot.id(),
                        now,
                        expires,
                        reset.reason()
                                .substring(0, Math.min(reset.reason().length(), MAX_REASON_CHARS)));
        return Optional.of(Envelope.sign(ResetOrder.PAYLOAD_TYPE, Json.write(order), signer));
    }

    @Override
    public void lookNow() {
        wake.run();
    }
}
