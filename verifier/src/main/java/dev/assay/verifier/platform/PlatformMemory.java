package dev.assay.verifier.platform;

import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Quote;
import dev.assay.tree.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How far the logs of each host's present boot were followed. In memory alone: what is forgotten
/// is asked for again.
final class PlatformMemory {
    private static final int MAX_HOSTS = 1 << 17;

    private final Map<String, Boot> boots = new LinkedHashMap<>(16, 0.75f, true);

    /// @param entries of the IMA list that the value stands for
    /// @param value of PCR 10
    /// @param isPadded whether the kernel extends SHA-1 and zeros
    /// @param drifts of those entries
    record Progress(int entries, Bytes value, boolean isPadded, List<Drift> drifts) {
        static final Progress NONE = new Progress(0, Quote.BANK.zeros(), false, List.of());

        Progress {
            drifts = List.copyOf(drifts);
        }
    }

    /// @param reference the baseline that the drifts are against
    record Boot(BootId boot, Digest reference, Progress progress) {
        static Boot begin(BootId boot, Digest reference) {
            return new Boot(boot, reference, Progress.NONE);
        }

        boolean isOf(BootId otherBoot, Digest otherReference) {
            return boot.equals(otherBoot) && reference.equals(otherReference);
        }

        Boot with(Progress next) {
            return new Boot(boot, reference, next);
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
