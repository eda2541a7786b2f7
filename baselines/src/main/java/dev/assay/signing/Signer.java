package dev.assay.signing;

import dev.assay.bytes.Bytes;

/// Whoever holds a private key: a file, a token, a TPM.
public interface Signer {
    VerificationKey verificationKey();

    Bytes sign(Bytes message);
}
