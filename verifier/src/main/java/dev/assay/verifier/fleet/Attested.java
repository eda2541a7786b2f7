package dev.assay.verifier.fleet;

import dev.assay.baseline.Coverage;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An authentic evidence and what it came to, as the lifecycle takes it.
///
/// @param bootSeenBefore whether this boot id was ever seen for the host's name
/// @param channel of the host's group
/// @param root of the measured tree; null where nothing was measured
/// @param reported whether it brought a list of what drifted
/// @param freshness null where nothing was measured
/// @param observed what the agent saw happen; null where it does not tell
/// @param amends the incidents that the baseline it was measured by calls false alarms
/// @param resetCount of the host's TPM; null for a host of the software tier
/// @param vouched what the kernel's own measurements were held against
public record Attested(
        BootId boot,
        boolean bootSeenBefore,
        long sequence,
        Appraisal appraisal,
        String channel,
        @Nullable BaselineName baseline,
        @Nullable Coverage coverage,
        boolean simulated,
        double seconds,
        String agent,
        @Nullable Digest root,
        boolean reported,
        @Nullable Freshness freshness,
        @Nullable Observed observed,
        List<Digest> amends,
        @Nullable Long resetCount,
        Set<Vouched> vouched) {
    public Attested {
        amends = List.copyOf(amends);
        vouched = Collections.unmodifiableSet(new TreeSet<>(vouched));
    }

    /// Of a host of the software tier.
    public Attested(
            BootId boot,
            boolean bootSeenBefore,
            long sequence,
            Appraisal appraisal,
            String channel,
            @Nullable BaselineName baseline,
            @Nullable Coverage coverage,
            boolean simulated,
            double seconds,
            String agent,
            @Nullable Digest root,
            boolean reported,
            @Nullable Freshness freshness,
            @Nullable Observed observed,
            List<Digest> amends) {
        this(
                boot,
                bootSeenBefore,
                sequence,
                appraisal,
                channel,
                baseline,
                coverage,
                simulated,
                seconds,
                agent,
                root,
                reported,
                freshness,
                observed,
                amends,
                null,
                Set.of());
    }
}
