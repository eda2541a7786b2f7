package dev.assay.verifier.platform;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Quote;
import dev.assay.tpm.PcrBank;
import dev.assay.tree.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How far the logs of each host's present boot were followed. In memory alone: what is forgotten
/// is asked for again.
final class PlatformMemory {
    private static final int MAX_HOSTS = 1 << 17;

    private final Map<String, Boot> boots = new LinkedHashMap<>(16, 0.75f, true);

    /// PCR 10 so far, of a kernel that extends so.
    ///
    /// @param isPadded whether SHA-1 and zeros, as before 5.8
    record Candidate(Bytes value, boolean isPadded) {}

    /// @param entries of the IMA list that were followed
    /// @param candidates one once a quoted value was met, else one for each way of a kernel
    /// @param drifts of those entries
    record Progress(int entries, List<Candidate> candidates, List<Drift> drifts) {
        static final Progress NONE =
                new Progress(
                        0,
                        List.of(
                                new Candidate(Quote.BANK.zeros(), false),
                                new Candidate(Quote.BANK.zeros(), true)),
                        List.of());

        Progress {
            candidates = List.copyOf(candidates);
            drifts = List.copyOf(drifts);
        }
    }

    /// How a boot differs, for as long as the PCRs stay.
    ///
    /// @param byEvent whether its log told
    record BootDrifts(PcrBank quoted, List<Drift> drifts, boolean byEvent) {
        BootDrifts {
            drifts = List.copyOf(drifts);
        }

        boolean areOf(PcrBank other, List<Integer> pcrs) {
            return pcrs.stream()
                    .allMatch(
                            pcr ->
                                    Objects.equals(
                                            quoted.values().get(pcr), other.values().get(pcr)));
        }
    }

    /// @param reference the baseline that the drifts are against
    /// @param drifts of the boot; null where it is golden
    record Boot(
            BootId boot, Digest reference, Progress progress, @Nullable BootDrifts drifts) {
        static Boot begin(BootId boot, Digest reference) {
            return new Boot(boot, reference, Progress.NONE, null);
        }

        boolean isOf(BootId otherBoot, Digest otherReference) {
            return boot.equals(otherBoot) && reference.equals(otherReference);
        }

        boolean wantsBootLog() {
            return drifts != null && !drifts.byEvent();
        }
    }

    synchronized Optional<Boot> of(String host) {
        return Optional.ofNullable(boots.get(host));
    }

    synchronized void keep(String host, Boot boot) {
        boots.put(host, boot);
        if (boots.size() > MAX_HOSTS) {
            boots.remove(boots.keySet().iterator().next());
        }
    }
}
