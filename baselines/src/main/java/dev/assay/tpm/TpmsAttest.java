package dev.assay.tpm;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import java.util.List;

/// TPMS_ATTEST of a quote (TPM 2.0 Library, part 2, section 10.12.12): what the TPM signed, where
/// the signature over these very bytes is good.
///
/// @param signer the qualified name of the key
/// @param extraData what the TPM was asked to sign with it
public record TpmsAttest(
        Bytes signer,
        Bytes extraData,
        TpmsClockInfo clockInfo,
        long firmwareVersion,
        List<TpmsPcrSelection> pcrSelect,
        Bytes pcrDigest) {
    /// TPM_GENERATED_VALUE, section 6.2: a restricted key signs nothing else that begins with it.
    private static final long MAGIC = 0xff544347L;

    /// TPM_ST_ATTEST_QUOTE, section 6.9.
    private static final int QUOTE = 0x8018;

    /// The largest digest and its algorithm: TPM2B_NAME and TPM2B_DATA hold no more.
    private static final int MAX_NAME_BYTES = 66;

    private static final int MAX_DIGEST_BYTES = 64;

    public TpmsAttest {
        pcrSelect = List.copyOf(pcrSelect);
    }

    /// @throws MalformedInputException where it is no structure of a TPM, another attestation than
    ///   a quote, or has bytes that nothing explains
    public static TpmsAttest parse(Bytes attest) throws MalformedInputException {
        Cursor cursor = new Cursor(attest, "quote");
        if (cursor.readU32("magic") != MAGIC) {
            throw cursor.refused("magic", "is not that of a TPM");
        }
        int type = cursor.readU16("type");
        if (type != QUOTE) {
            throw cursor.refused("type", String.format("is 0x%04x, a quote has 0x8018", type));
        }
        TpmsAttest parsed =
                new TpmsAttest(
                        cursor.readFrame16("qualifiedSigner", MAX_NAME_BYTES),
                        cursor.readFrame16("extraData", MAX_NAME_BYTES),
                        TpmsClockInfo.read(cursor),
                        cursor.readU64("firmwareVersion"),
                        TpmsPcrSelection.readList(cursor),
                        cursor.readFrame16("pcrDigest", MAX_DIGEST_BYTES));
        cursor.requireEnd();
        return parsed;
    }
}
