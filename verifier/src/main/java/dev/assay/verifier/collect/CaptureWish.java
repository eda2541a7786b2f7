package dev.assay.verifier.collect;

import dev.assay.baseline.Baseline;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is asked of a host's agent, and what the answer has to be of.
///
/// @param root absolute; the host's own is `/`
/// @param kernelFrom absolute; null for where the root is
/// @param facts that expectations refer to
public record CaptureWish(
        String channel,
        long serial,
        Instant notBefore,
        Instant notAfter,
        Scope scope,
        String root,
        @Nullable String kernelFrom,
        SortedMap<String, String> facts) {
    private static final String NO_KERNEL = "none";

    public CaptureWish {
        facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    }

    /// Of the agent.
    List<String> arguments(String scopeFile, String out, String leftOut) {
        List<String> words = new ArrayList<>();
        words.add("capture");
        Collections.addAll(words, "--channel", channel, "--serial", Long.toString(serial));
        Collections.addAll(words, "--not-before", notBefore.toString());
        Collections.addAll(words, "--not-after", notAfter.toString());
        Collections.addAll(words, "--root", root, "--scope", scopeFile);
        if (kernelFrom != null) {
            Collections.addAll(words, "--kernel-from", kernelFrom);
        }
        facts.forEach((name, value) -> Collections.addAll(words, "--facts", name + "=" + value));
        Collections.addAll(words, "--out", out, "--leave-out", leftOut);
        Collections.addAll(words, "--attended", "--json");
        return words;
    }

    /// Every way in which a capture is not the one that was asked for. A host that answers with an
    /// older file of its own, or with one for another channel, would else have it signed.
    public List<String> differences(Baseline captured) {
        List<String> differences = new ArrayList<>();
        different(differences, "channel", channel, captured.channel());
        different(differences, "serial", serial, captured.serial());
        different(differences, "not-before", notBefore, captured.notBefore());
        different(differences, "not-after", notAfter, captured.notAfter());
        different(
                differences,
                "measurement version",
                MeasurementSet.MEASUREMENT_VERSION,
                captured.measurementVersion());
        if (!captured.scope().equals(scope)) {
            differences.add("another scope than " + scope.name());
        }
        different(differences, "root", root, captured.captured().root());
        String kernel = kernelFrom == null ? root : kernelFrom;
        if (!captured.captured().kernelFrom().equals(NO_KERNEL)) {
            different(differences, "kernel's folder", kernel, captured.captured().kernelFrom());
        }
        if (!captured.amends().isEmpty()) {
            differences.add("it amends incidents");
        }
        return differences;
    }

    private static void different(List<String> all, String what, Object asked, Object got) {
        if (!asked.equals(got)) {
            all.add(what + " " + got + ", not " + asked);
        }
    }
}
