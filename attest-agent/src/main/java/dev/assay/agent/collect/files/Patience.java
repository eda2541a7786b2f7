package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.Walk.Visitor;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// How long a walk waits for the answer to one system call.
record Patience(Duration limit) {
    static final Duration USUAL = Duration.ofSeconds(30);

    interface Start {
        void begin() throws IOException;
    }

    /// @throws NoAnswerException where the kernel did not answer in time
    <C> void run(Path root, NodePath as, Visitor<C> visitor, Crew crew, Start start)
            throws IOException {
        Path silentRoot = root.toAbsolutePath();
        AtomicReference<IOException> refused = new AtomicReference<>();
        Runnable first =
                () -> {
                    if (Silence.holds(silentRoot, as)) {
                        SilentNode silent = new SilentNode(as, Bytes.EMPTY);
                        visitor.undetermined(null, silent, Kind.UNREADABLE, SilentNode.REASON);
                        return;
                    }
                    Asking.mine().about(as);
                    try {
                        start.begin();
                    } catch (IOException e) {
                        refused.set(e);
                    }
                };
        Asking stuck = crew.run(first, limit);
        if (stuck != null) {
            NodePath node = stuck.node();
            Silence.add(silentRoot, as, node, stuck.thread(), limit);
            throw new NoAnswerException(root + ": " + node + " does not answer");
        }
        IOException e = refused.get();
        if (e != null) {
            throw e;
        }
    }

    /// The node, or one of which nothing is asked.
    static FoundNode unlessSilent(Path root, FoundNode node) {
        return Silence.holds(root.toAbsolutePath(), node.path())
                ? new SilentNode(node.path(), node.name())
                : node;
    }
}
