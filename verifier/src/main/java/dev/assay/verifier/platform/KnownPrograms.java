package dev.assay.verifier.platform;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Drift;
import dev.assay.baseline.PlatformExpectations.Program;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.bytes.Bytes;
import dev.assay.ima.ExecutedPath;
import dev.assay.ima.ImaEntry;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.text.DriftText;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which of the kernel's measurements are of golden programs. A fleet runs the same ones over and
/// over: what was looked up once is remembered, by baseline, under the digest that the kernel
/// extended.
public final class KnownPrograms {
    private static final int MAX_BASELINES = 8;
    private static final int MAX_REMEMBERED = 1 << 15;
    private static final String SHA256 = "sha256";
    private static final String TYPED_SHA256 = "ima:sha256";

    private final FileContents files;

    /// By the document's digest, the one asked for last at the end.
    private final Map<Digest, Map<Bytes, Optional<Drift>>> remembered =
            new LinkedHashMap<>(16, 0.75f, true);

    public KnownPrograms(FileContents files) {
        this.files = files;
    }

    /// A measurement, and what the kernel extended for it.
    record Extended(ImaEntry entry, Bytes digest) {}

    /// The drifts of those that are not golden.
    ///
    /// @param document the baseline's digest
    List<Drift> drifts(Digest document, Baseline baseline, Programs programs, List<Extended> ran)
            throws IOException {
        Map<Bytes, Optional<Drift>> known = known(document);
        List<Drift> drifts = new ArrayList<>();
        List<Extended> unknown = new ArrayList<>();
        synchronized (known) {
            for (Extended one : ran) {
                if (one.entry().isViolation()) {
                    violation(one.entry(), programs).ifPresent(drifts::add);
                    continue;
                }
                Optional<Drift> judged = known.get(one.digest());
                if (judged == null) {
                    unknown.add(one);
                } else {
                    judged.ifPresent(drifts::add);
                }
            }
        }
        if (!unknown.isEmpty()) {
            Map<Bytes, Optional<Drift>> judged = judge(baseline, programs, unknown);
            judged.values().forEach(drift -> drift.ifPresent(drifts::add));
            synchronized (known) {
                if (known.size() + judged.size() <= MAX_REMEMBERED) {
                    known.putAll(judged);
                }
            }
        }
        return drifts;
    }

    /// All violations extend the same, and nothing vouches for their paths.
    private static Optional<Drift> violation(ImaEntry entry, Programs programs) {
        return programs.violations()
                ? Optional.empty()
                : Optional.of(
                        unstable(ExecutedPath.of(entry.path()), "open for writing while it ran"));
    }

    private Map<Bytes, Optional<Drift>> known(Digest document) {
        synchronized (remembered) {
            Map<Bytes, Optional<Drift>> known =
                    remembered.computeIfAbsent(document, absent -> new HashMap<>());
            if (remembered.size() > MAX_BASELINES) {
                remembered.remove(remembered.keySet().iterator().next());
            }
            return known;
        }
    }

    private Map<Bytes, Optional<Drift>> judge(
            Baseline baseline, Programs programs, List<Extended> unknown) throws IOException {
        Set<Program> beyond = new HashSet<>(programs.beyondTree());
        Map<Bytes, Optional<Drift>> judged = new LinkedHashMap<>();
        List<Extended> inTree = new ArrayList<>();
        Set<NodePath> paths = new HashSet<>();
        Set<Digest> contents = new HashSet<>();
        for (Extended one : unknown) {
            ImaEntry entry = one.entry();
            NodePath path = ExecutedPath.of(entry.path());
            if (programs.signers().stream().anyMatch(signer -> signer.signed(entry))) {
                judged.put(one.digest(), Optional.empty());
            } else if (content(entry).isEmpty()) {
                judged.put(
                        one.digest(),
                        Optional.of(unstable(path, "measured by " + entry.algorithm())));
            } else if (beyond.contains(new Program(path, content(entry).get()))) {
                judged.put(one.digest(), Optional.empty());
            } else {
                inTree.add(one);
                paths.add(ExecutedPath.inTree(entry.path()));
                contents.add(content(entry).get());
            }
        }
        if (!inTree.isEmpty()) {
            FileContents.Found found = files.find(baseline, paths, contents);
            inTree.forEach(one -> judged.put(one.digest(), judge(one.entry(), found)));
        }
        return judged;
    }

    private static Optional<Digest> content(ImaEntry entry) {
        return entry.algorithm().equals(SHA256) || entry.algorithm().equals(TYPED_SHA256)
                ? Optional.of(Digest.of(entry.digest()))
                : Optional.empty();
    }

    private static Optional<Drift> judge(ImaEntry entry, FileContents.Found found) {
        Digest content = Digest.of(entry.digest());
        NodePath inTree = ExecutedPath.inTree(entry.path());
        Set<Digest> goldens = found.contents().getOrDefault(inTree, Set.of());
        if (goldens.contains(content)) {
            return Optional.empty();
        }
        Digest golden = goldens.stream().findFirst().orElse(null);
        NodePath elsewhere = found.places().get(content);
        String moved = elsewhere == null ? "" : ", the content of " + DriftText.name(elsewhere);
        return Optional.of(
                new Drift(
                        ExecutedPath.of(entry.path()),
                        golden == null ? null : value(golden.hex()),
                        value(content.hex() + moved),
                        null,
                        false));
    }

    private static Leaf value(String text) {
        return Leaf.ofValue(Bytes.utf8(text));
    }

    /// Nobody knows what ran.
    private static Drift unstable(NodePath path, String why) {
        return new Drift(path, null, Leaf.ofReason(Kind.VALUE, why), null, false);
    }
}
