package dev.assay.agent.daemon;

import dev.assay.baseline.Baseline;
import dev.assay.bytes.Json;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.scope.Facts;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the verifier wrote down of this host, as the agent keeps it.
///
/// @param verifier its address
/// @param keyId of the host's key, so that a folder put together from two hosts shows
/// @param tier whether its TPM speaks for it; null as it was written before there were two
public record Enrolment(
        String verifier,
        String host,
        @Nullable String platformId,
        String group,
        String channel,
        Facts facts,
        String keyId,
        @Nullable Tier tier) {
    private static final int MAX_BYTES = 256 << 10;

    /// @throws IllegalArgumentException where a field is missing
    public Enrolment {
        Objects.requireNonNull(verifier, "enrolment without verifier");
        Objects.requireNonNull(facts, "enrolment without facts");
        Objects.requireNonNull(keyId, "enrolment without key");
        if (!Baseline.isChannelName(host)
                || !Baseline.isChannelName(group)
                || !Baseline.isChannelName(channel)) {
            throw new IllegalArgumentException("enrolment has a malformed name");
        }
    }

    @Override
    public Tier tier() {
        return tier == null ? Tier.SOFTWARE : tier;
    }

    /// Empty where the host did not enrol, or not with this key.
    static Optional<Enrolment> read(StateFolder state, String keyId) throws IOException {
        return StateFolder.read(state.enrolment(), Enrolment.class, MAX_BYTES)
                .filter(enrolment -> enrolment.keyId().equals(keyId));
    }

    void write(StateFolder state) throws IOException {
        PrivateFiles.replace(state.enrolment(), Json.write(this));
    }

    Enrolment withFacts(Facts newFacts) {
        return new Enrolment(verifier, host, platformId, group, channel, newFacts, keyId, tier);
    }

    Enrolment withVerifier(String newVerifier) {
        return new Enrolment(newVerifier, host, platformId, group, channel, facts, keyId, tier);
    }
}
