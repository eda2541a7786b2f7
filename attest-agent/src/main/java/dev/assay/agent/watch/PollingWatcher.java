package dev.assay.agent.watch;

import java.time.Duration;
import java.util.Optional;

/// Sees nothing: after the time, everything is to be looked at.
final class PollingWatcher implements Watcher {
    private final String why;
    private final Pending pending = new Pending(1);

    PollingWatcher(String why) {
        this.why = why;
        pending.setBlind(true);
    }

    @Override
    public Means means() {
        return Means.POLLING;
    }

    @Override
    public Optional<String> weakness() {
        return Optional.of(why);
    }

    @Override
    public Hints await(Duration atMost) throws InterruptedException {
        return pending.await(atMost);
    }

    @Override
    public void close() {}
}
