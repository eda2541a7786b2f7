package dev.assay.agent.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.tpm.Marshal;
import dev.assay.tpm.TpmtPublic;

/// TPMT_PUBLIC templates. A primary key made of the same template is the same key, also after the
/// disk was emptied: it comes from the TPM's own seed alone.
final class Templates {
    private static final int RSA = 0x0001;
    private static final int AES = 0x0006;
    private static final int SHA256 = 0x000b;
    private static final int NULL = 0x0010;
    private static final int RSASSA = 0x0014;
    private static final int ECDSA = 0x0018;
    private static final int ECC = 0x0023;
    private static final int CFB = 0x0043;
    private static final int P256 = 0x0003;
    private static final int USER_WITH_AUTH = 1 << 6;
    private static final int ADMIN_WITH_POLICY = 1 << 7;

    /// Its authorization is no secret: where the power of a machine is cut a few times, a TPM would
    /// refuse it for hours as if somebody had guessed (TPM 2.0 Library, part 1, section 19.8).
    private static final int NO_DA = 1 << 10;

    private static final long ENDORSEMENT =
            TpmtPublic.FIXED_TPM
                    | TpmtPublic.FIXED_PARENT
                    | TpmtPublic.SENSITIVE_DATA_ORIGIN
                    | ADMIN_WITH_POLICY
                    | TpmtPublic.RESTRICTED
                    | TpmtPublic.DECRYPT;
    private static final long ATTESTATION =
            TpmtPublic.FIXED_TPM
                    | TpmtPublic.FIXED_PARENT
                    | TpmtPublic.SENSITIVE_DATA_ORIGIN
                    | USER_WITH_AUTH
                    | NO_DA
                    | TpmtPublic.RESTRICTED
                    | TpmtPublic.SIGN;

    /// PolicySecret of the endorsement hierarchy (TCG EK Credential Profile, section B.6.2).
    private static final Bytes ENDORSEMENT_POLICY =
            Bytes.ofHex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");

    private static final Bytes ZEROS_32 = Bytes.copyOf(new byte[32]);
    private static final Bytes ZEROS_256 = Bytes.copyOf(new byte[256]);

    /// Sets this program's key apart from any other of the same shape.
    private static final Bytes UNIQUE = Bytes.utf8("assay attestation key v1");

    private Templates() {}

    /// L-1 (TCG EK Credential Profile, section B.3.3).
    static Bytes endorsementRsa() {
        return begin(RSA, ENDORSEMENT, ENDORSEMENT_POLICY)
                .u16(AES)
                .u16(128)
                .u16(CFB)
                .u16(NULL)
                .u16(2048)
                .u32(0)
                .sized(ZEROS_256)
                .done();
    }

    /// L-2 (section B.3.4).
    static Bytes endorsementEcc() {
        return begin(ECC, ENDORSEMENT, ENDORSEMENT_POLICY)
                .u16(AES)
                .u16(128)
                .u16(CFB)
                .u16(NULL)
                .u16(P256)
                .u16(NULL)
                .sized(ZEROS_32)
                .sized(ZEROS_32)
                .done();
    }

    static Bytes attestationEcc() {
        return begin(ECC, ATTESTATION, Bytes.EMPTY)
                .u16(NULL)
                .u16(ECDSA)
                .u16(SHA256)
                .u16(P256)
                .u16(NULL)
                .sized(UNIQUE)
                .empty()
                .done();
    }

    static Bytes attestationRsa() {
        return begin(RSA, ATTESTATION, Bytes.EMPTY)
                .u16(NULL)
                .u16(RSASSA)
                .u16(SHA256)
                .u16(2048)
                .u32(0)
                .sized(UNIQUE)
                .done();
    }

    private static Marshal begin(int type, long attributes, Bytes policy) {
        return new Marshal().u16(type).u16(SHA256).u32(attributes).sized(policy);
    }
}
