package dev.assay.verifier.fleet;

import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Observed;
import dev.assay.scope.Facts;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import dev.assay.verifier.appraise.Appraisal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Hosts, groups and appraisals for tests of the pure parts.
public final class Given {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    public static final BootId FIRST = new BootId("00000000-0000-0000-0000-000000000001");
    public static final BootId SECOND = new BootId("00000000-0000-0000-0000-000000000002");
    public static final BootId THIRD = new BootId("00000000-0000-0000-0000-000000000003");
    public static final BaselineName BASELINE =
            new BaselineName("web", 7, Digest.ofContent(Bytes.utf8("baseline")));

    private static final SigningKey KEY = SigningKey.generate(KeyType.ECDSA_P256);

    private Given() {}

    public static GroupSettings group(Mode mode) {
        return GroupSettings.of("nodes", "web")
                .with(Map.of("mode", mode, "intervalMillis", 60_000, "drainMillis", 30_000));
    }

    public static Host host() {
        return host("web-1");
    }

    public static Host host(String name) {
        return new Host(
                name,
                "nodes",
                null,
                KEY.verificationKey(),
                null,
                Facts.NONE,
                new TreeMap<>(),
                NOON.minusSeconds(600),
                false,
                null,
                null,
                History.NONE,
                null,
                null,
                null,
                null,
                null);
    }

    /// A reset of the host that waits.
    public static Reset reset(Host host, Instant now) {
        return reset(host, now, false);
    }

    public static Reset reset(Host host, Instant now, boolean replacement) {
        return new Reset(
                "r1",
                host.name(),
                host.group(),
                Objects.requireNonNull(host.boot()).id(),
                Cause.DRIFT,
                replacement ? Reset.Remedy.REPLACEMENT : Reset.Remedy.RESET,
                "drifted: 3 changes",
                now.minusSeconds(120),
                now.minusSeconds(60),
                Reset.Status.WAITING,
                "",
                now,
                null,
                null,
                null,
                List.of(),
                null,
                null);
    }

    public static Appraisal golden() {
        return new Appraisal.Golden(BASELINE.serial());
    }

    public static Appraisal drifted(String what) {
        return drifted(what, false);
    }

    public static Appraisal drifted(String what, boolean survivesReset) {
        return new Appraisal.Drifted(
                List.of(),
                List.of(),
                3,
                null,
                true,
                Digest.ofContent(Bytes.utf8(what)),
                survivesReset);
    }

    public static Appraisal undetermined() {
        return Appraisal.Undetermined.paths(List.of(), List.of(), 2);
    }

    public static Attested attested(
            BootId boot, boolean seenBefore, long sequence, Appraisal appraisal) {
        return attested(boot, seenBefore, sequence, appraisal, List.of());
    }

    /// A golden one.
    ///
    /// @param observed what its agent saw happen
    public static Attested attested(
            BootId boot, boolean seenBefore, long sequence, @Nullable Observed observed) {
        return new Attested(
                boot,
                seenBefore,
                sequence,
                golden(),
                "web",
                BASELINE,
                null,
                false,
                0.5,
                "agent 0",
                Digest.ofContent(Bytes.utf8("root")),
                false,
                Freshness.FULL,
                observed,
                List.of());
    }

    /// @param amends what the baseline it was measured by calls false alarms
    public static Attested attested(
            BootId boot,
            boolean seenBefore,
            long sequence,
            Appraisal appraisal,
            List<Digest> amends) {
        return attested(boot, seenBefore, sequence, appraisal, "root", true, amends);
    }

    /// @param root names the measured tree
    /// @param reported whether a list came with it
    public static Attested attested(
            BootId boot,
            boolean seenBefore,
            long sequence,
            Appraisal appraisal,
            String root,
            boolean reported,
            List<Digest> amends) {
        return new Attested(
                boot,
                seenBefore,
                sequence,
                appraisal,
                "web",
                BASELINE,
                null,
                false,
                0.5,
                "agent 0",
                Digest.ofContent(Bytes.utf8(root)),
                reported,
                Freshness.FULL,
                null,
                amends);
    }
}
