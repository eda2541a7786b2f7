package dev.assay.verifier.fleet;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Protocol.EnrolmentRequest;
import dev.assay.evidence.Protocol.Tier;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.TpmtPublic;
import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.EkTrust;
import dev.assay.verifier.enrol.Endorsements;
import dev.assay.verifier.enrol.ProvenTpm;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which TPM speaks for which host: one host, one TPM.
final class TpmBindings {
    private final FleetStore store;
    private final Endorsements endorsements;

    TpmBindings(FleetStore store, Endorsements endorsements) {
        this.store = store;
        this.endorsements = endorsements;
    }

    /// The TPM as the host's group takes it; null where it trusts none.
    ///
    /// @param hosts all that are enrolled
    @Nullable TpmBinding of(
            EnrolmentRequest request,
            GroupSettings group,
            Optional<ProvenTpm> tpm,
            List<Host> hosts,
            Instant now)
            throws NotAuthenticException {
        if (tpm.isPresent() && group.ekTrust() != EkTrust.NONE) {
            Digest endorsement = tpm.get().endorsement();
            requireNotBanned(endorsement);
            requireFree(request, endorsement, hosts);
            endorsements.require(group.ekTrust(), tpm.get());
            return new TpmBinding(
                    endorsement, tpm.get().attestationKey().area(), group.ekTrust(), now);
        }
        if (group.minTier() == Tier.HARDWARE) {
            throw new NotAuthenticException(
                    Reason.NO_QUOTE, "the group takes hosts with a TPM alone");
        }
        return null;
    }

    private void requireNotBanned(Digest endorsement) throws NotAuthenticException {
        if (store.isEndorsementBanned(endorsement)) {
            throw banned();
        }
    }

    private static NotAuthenticException banned() {
        return new NotAuthenticException(Reason.BANNED, "the host's TPM is banned");
    }

    /// One TPM that spoke for two hosts would let one of them be anything.
    private static void requireFree(
            EnrolmentRequest request, Digest endorsement, List<Host> hosts)
            throws NotAuthenticException {
        for (Host other : hosts) {
            TpmBinding bound = other.tpm();
            if (bound != null
                    && bound.endorsement().equals(endorsement)
                    && !other.name().equals(request.host())) {
                throw new NotAuthenticException(
                        Reason.TPM_TAKEN, "another host is enrolled with this TPM");
            }
        }
    }

    /// @param host that has a TPM
    void requireSame(Host host, ProvenTpm tpm) throws NotAuthenticException {
        requireNotBanned(tpm.endorsement());
        TpmBinding bound = host.tpm();
        if (bound == null || !bound.endorsement().equals(tpm.endorsement())) {
            throw new NotAuthenticException(
                    Reason.TPM_TAKEN,
                    host.name() + " is another TPM's; forget it before it enrols again");
        }
        if (host.banned()) {
            throw banned();
        }
    }

    /// Another attestation key of the same TPM, or another host key that it vouches for: the same
    /// host.
    static Transition rekeyed(Host host, EnrolmentRequest request, ProvenTpm tpm, Instant now) {
        Bytes attestationKey = tpm.attestationKey().area();
        TpmBinding bound = host.tpm();
        if (bound == null
                || host.key().equals(request.key())
                        && bound.attestationKey().equals(attestationKey)) {
            return Transition.unchanged(host);
        }
        Host after =
                host.withKeys(
                        request.key(),
                        new TpmBinding(bound.endorsement(), attestationKey, bound.trust(), now));
        Map<String, String> details =
                Map.of(
                        "key",
                        request.key().keyId(),
                        "attestationKey",
                        tpm.attestationKey().name().hex());
        return Transition.of(after, List.of(Event.of(now, EventType.REKEYED, after, details)));
    }

    /// Of the host's TPM; null in the software tier.
    static @Nullable AttestationKey attestationKey(Host host) {
        TpmBinding tpm = host.tpm();
        try {
            return tpm == null ? null : AttestationKey.of(TpmtPublic.parse(tpm.attestationKey()));
        } catch (MalformedInputException e) {
            throw new IllegalStateException("the stored key of " + host.name() + " is damaged", e);
        }
    }
}
