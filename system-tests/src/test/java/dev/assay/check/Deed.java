package dev.assay.check;

import java.io.IOException;
import java.util.List;

/// What an intruder does to a host, and the paths at which it must show, with their changes.
///
/// @param shows as {@link AgentRun#drifts()} tells it
record Deed<H>(String what, Doing<H> doing, List<String> shows) {
    /// Done to a host.
    interface Doing<H> {
        void to(H host) throws IOException;
    }

    static <H> Deed<H> of(String what, Doing<H> doing, String... shows) {
        return new Deed<>(what, doing, List.of(shows));
    }

    @Override
    public String toString() {
        return what;
    }
}
