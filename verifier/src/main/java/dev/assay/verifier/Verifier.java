package dev.assay.verifier;

import dev.assay.verifier.refusal.NotBuilt;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import dev.assay.verifier.challenge.Challenges;
import dev.assay.verifier.enrol.Enrolment;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.feed.Feed;
import dev.assay.verifier.fleet.Baselines;
import dev.assay.verifier.fleet.Fleet;
import dev.assay.verifier.fleet.Groups;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Reference;
import dev.assay.verifier.fleet.Results;
import dev.assay.verifier.fleet.TrustRoots;
import dev.assay.verifier.intake.Intake;
import dev.assay.verifier.reset.Resets;
import dev.assay.verifier.store.VerifierData;
import java.io.IOException;
import java.time.Clock;

/// A verifier's services over one data folder. Its clock, its folder and its observer are handed in;
/// there is no other way to the outside.
public final class Verifier implements AutoCloseable {
    /// Opens what `init` made: keys, trust root and database, which is made or migrated here. The
    /// ticker runs until {@link #close}.
    ///
    /// @param version of this program, for results
    public static Verifier open(VerifierData data, String version, Clock clock, Observer observer)
            throws IOException, MalformedInputException, NotSignedException { return NotBuilt.yet(); }

    public Challenges challenges() { return NotBuilt.yet(); }

    public Enrolment enrolment() { return NotBuilt.yet(); }

    public Intake intake() { return NotBuilt.yet(); }

    public Reference reference() { return NotBuilt.yet(); }

    public Fleet fleet() { return NotBuilt.yet(); }

    public Groups groups() { return NotBuilt.yet(); }

    public Baselines baselines() { return NotBuilt.yet(); }

    public Tokens tokens() { return NotBuilt.yet(); }

    public Resets resets() { return NotBuilt.yet(); }

    public Results results() { return NotBuilt.yet(); }

    public Feed feed() { return NotBuilt.yet(); }

    public TrustRoots trustRoots() { return NotBuilt.yet(); }

    /// Whether the database answers a write.
    public boolean isReady() { return NotBuilt.yet(); }

    /// Writes down what is kept in memory and stops.
    @Override
    public void close() { NotBuilt.yet(); }
}
