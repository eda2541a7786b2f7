package dev.assay.agent.cli;

import dev.assay.baseline.Coverage;
import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/// What `capture --json` prints.
///
/// @param baseline the digest of the statement: names the baseline, whoever signs it
/// @param digest of the tree
/// @param platform what its TPM is to vouch for, a line each
record CaptureDocument(
        String file,
        String channel,
        long serial,
        Digest baseline,
        boolean signed,
        Instant notBefore,
        Instant notAfter,
        Digest digest,
        SortedMap<String, Digest> subtrees,
        String root,
        String kernelFrom,
        boolean simulated,
        long entries,
        long files,
        long bytes,
        double seconds,
        Coverage coverage,
        long notMeasured,
        List<String> platform) {}
