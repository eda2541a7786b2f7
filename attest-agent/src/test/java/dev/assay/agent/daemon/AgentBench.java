package dev.assay.agent.daemon;

import dev.assay.agent.reset.ResetAction;
import dev.assay.agent.stub.StubVerifier;
import dev.assay.agent.stub.TestBaseline;
import dev.assay.agent.stub.TestHost;
import dev.assay.agent.stub.TestTrust;
import dev.assay.agent.verifierclient.VerifierClient.Deadlines;
import dev.assay.evidence.ResetOrder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// One host, one stub verifier, one state folder.
final class AgentBench implements AutoCloseable {
    /// Long enough for a machine that does ten other things.
    static final Deadlines USUAL =
            new Deadlines(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

    final Path folder;
    final Path state;
    final Path token;
    final Path pinned;
    final TestTrust trust = new TestTrust();
    final TestHost host = new TestHost();
    final StubVerifier verifier = new StubVerifier(trust);
    final List<ResetOrder> resets = new CopyOnWriteArrayList<>();
    final ResetAction reset = (order, signed) -> resets.add(order);
    InstantSource clock = InstantSource.system();
    Deadlines deadlines = USUAL;

    AgentBench(Path folder) throws IOException {
        this.folder = folder;
        this.state = folder.resolve("state");
        this.token = Files.writeString(folder.resolve("token"), "s3cret\n");
        this.pinned = trust.pinnedFile(folder);
    }

    TestBaseline publishHost(long serial) {
        TestBaseline baseline =
                TestBaseline.of(host.set(), StubVerifier.CHANNEL, serial, trust.baselineKey);
        verifier.publish(baseline);
        return baseline;
    }

    Agent open() throws StartException, IOException {
        return open(verifier.url(), pinned);
    }

    Agent open(@Nullable URI url, @Nullable Path trustRoot) throws StartException, IOException {
        return Agent.open(
                new Agent.Settings(
                        state,
                        false,
                        url,
                        trustRoot,
                        "agent test",
                        deadlines,
                        clock,
                        new Random(7),
                        null),
                host);
    }

    Bootstrap.Outcome bootstrap(Duration patience) throws StartException, IOException {
        return bootstrap(patience, Bootstrap.WhenUnreachable.BLOCK);
    }

    Bootstrap.Outcome bootstrap(Duration patience, Bootstrap.WhenUnreachable when)
            throws StartException, IOException {
        try (Agent agent = open()) {
            return agent.bootstrap(
                    "web-1", null, Files.exists(token) ? token : null, patience, when);
        }
    }

    Bootstrap.Outcome once() throws StartException, IOException {
        try (Agent agent = open(null, null)) {
            return agent.once(reset);
        }
    }

    @Override
    public void close() {
        verifier.close();
    }
}
