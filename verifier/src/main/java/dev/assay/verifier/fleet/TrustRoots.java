package dev.assay.verifier.fleet;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.Verified;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The pinned trust root and its versions since, each signed by the one before it.
public final class TrustRoots {
    private final Archive archive;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile State state;

    /// Where the versions are kept.
    public interface Archive {
        /// The pinned one.
        Envelope pinned() throws IOException, MalformedInputException;

        /// Those that follow it, in order.
        List<Envelope> followers() throws IOException, MalformedInputException;

        /// Durable when this returns.
        void add(int version, Envelope envelope) throws IOException;
    }

    private record State(Verified<TrustRoot> current, List<Envelope> envelopes) {}

    public TrustRoots(Archive archive)
            throws IOException, MalformedInputException, NotSignedException {
        this.archive = archive;
        Envelope pinned = archive.pinned();
        Verified<TrustRoot> current = TrustRoot.pinned(pinned);
        List<Envelope> envelopes = new ArrayList<>(List.of(pinned));
        for (Envelope next : archive.followers()) {
            current = current.value().advance(next);
            envelopes.add(next);
        }
        this.state = new State(current, List.copyOf(envelopes));
    }

    public Verified<TrustRoot> current() {
        return state.current();
    }

    /// The envelope of one version, for agents that follow.
    public Envelope version(int version) throws RefusedException {
        State now = state;
        int first = now.current().value().version() - now.envelopes().size() + 1;
        int index = version - first;
        if (index < 0 || index >= now.envelopes().size()) {
            throw new RefusedException(
                    Refusal.UNKNOWN_TRUST_ROOT, "there is no trust root of version " + version);
        }
        return now.envelopes().get(index);
    }

    /// Takes the next version, signed by the old and the new threshold.
    public Verified<TrustRoot> advance(Envelope next)
            throws IOException, NotSignedException, MalformedInputException {
        writing.lock();
        try {
            State now = state;
            Verified<TrustRoot> advanced = now.current().value().advance(next);
            archive.add(advanced.value().version(), next);
            List<Envelope> envelopes = new ArrayList<>(now.envelopes());
            envelopes.add(next);
            state = new State(advanced, List.copyOf(envelopes));
            return advanced;
        } finally {
            writing.unlock();
        }
    }
}
