package dev.assay.agent.tpm;

import dev.assay.agent.verifierclient.VerifierClient;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Protocol.Credential;
import dev.assay.evidence.Protocol.TpmIdentity;
import dev.assay.evidence.Quote;
import java.io.IOException;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The TPM that vouches for this host. Over the kernel's device its attestation key is loaded once
/// and stays so until this is closed: making it takes some TPMs seconds, and the kernel forgets it
/// with the process. A socket is left after each use: others wait for it. A connection that failed
/// is made anew at the next call.
public final class HostTpm implements VerifierClient.TpmProver, AutoCloseable {
    private final TpmAddress address;
    private @Nullable Loaded loaded;

    private record Loaded(Tpm tpm, Tpm.Key attestation) {}

    public HostTpm(TpmAddress address) {
        this.address = address;
    }

    /// Who it is, as an enrolment says it.
    @Override
    public TpmIdentity identity() throws IOException {
        return with(
                (tpm, attestation) -> {
                    Tpm.Endorsement endorsement = tpm.endorsement();
                    Tpm.Key key = tpm.createPrimary(endorsement.template());
                    tpm.flush(key);
                    return new TpmIdentity(
                            key.area().area(),
                            endorsement.certificate().orElse(null),
                            attestation.area().area());
                });
    }

    /// Opens a credential that was made for exactly this TPM's endorsement and attestation key.
    @Override
    public Bytes activate(Credential credential) throws IOException {
        return with(
                (tpm, attestation) -> {
                    Tpm.Key endorsement = tpm.createPrimary(tpm.endorsement().template());
                    try {
                        return tpm.activateCredential(
                                attestation,
                                endorsement,
                                credential.credentialBlob(),
                                credential.secret());
                    } finally {
                        tpm.flush(endorsement);
                    }
                });
    }

    /// @param qualifyingData what the TPM signs beside the PCRs
    public Quote quote(Bytes qualifyingData) throws IOException {
        return with((tpm, attestation) -> tpm.quote(attestation, qualifyingData));
    }

    /// What all quoted PCRs are now, by index.
    public SortedMap<Integer, Bytes> pcrs() throws IOException {
        return with((tpm, attestation) -> tpm.pcrs());
    }

    private interface Use<T> {
        T use(Tpm tpm, Tpm.Key attestation) throws IOException;
    }

    private synchronized <T> T with(Use<T> use) throws IOException {
        Loaded now = loaded();
        try {
            T result = use.use(now.tpm(), now.attestation());
            if (!(address instanceof TpmAddress.Device)) {
                close();
            }
            return result;
        } catch (IOException e) {
            drop();
            throw e;
        }
    }

    private Loaded loaded() throws IOException {
        if (loaded == null) {
            Tpm tpm = new Tpm(new TpmConnection(address.connect()));
            try {
                loaded = new Loaded(tpm, tpm.attestationKey());
            } catch (IOException e) {
                tpm.close();
                throw e;
            }
        }
        return loaded;
    }

    private void drop() {
        try {
            close();
        } catch (IOException e) {
            // The connection is what failed.
        }
    }

    @Override
    public synchronized void close() throws IOException {
        @Nullable Loaded last = loaded;
        loaded = null;
        if (last != null) {
            last.tpm().close();
        }
    }
}
