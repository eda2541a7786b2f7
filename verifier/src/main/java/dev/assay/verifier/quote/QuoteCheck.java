package dev.assay.verifier.quote;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmsPcrSelection;
import dev.assay.tpm.TpmtSignature;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Holds a quote against the key, the nonce and the values that belong to it.
public final class QuoteCheck {
    private QuoteCheck() {}

    /// @param attest what was signed; worth nothing where there is a refusal
    /// @param refusals every reason why the quote proves nothing; none where it does
    public record Result(TpmsAttest attest, List<String> refusals) {
        public Result {
            refusals = List.copyOf(refusals);
        }

        public boolean isGood() {
            return refusals.isEmpty();
        }
    }

    /// @param message TPMS_ATTEST, the very bytes that were signed
    /// @param nonce what the TPM was to sign with it; an empty one proves no freshness and is
    ///   refused
    /// @param values of the quoted PCRs, as the host tells them
    /// @throws MalformedInputException where the message is no quote
    public static Result run(
            AttestationKey ak,
            Bytes message,
            TpmtSignature signature,
            Bytes nonce,
            List<PcrBank> values)
            throws MalformedInputException {
        TpmsAttest attest = TpmsAttest.parse(message);
        List<String> refusals = new ArrayList<>();
        if (!signature.isGood(ak.key(), message)) {
            refusals.add("the signature is not this key's over this quote");
        }
        if (signature.hash() == HashAlgorithm.SHA1) {
            refusals.add("the signature is over SHA-1, which proves nothing any more");
        }
        ak.area()
                .ifPresent(
                        area -> area.faults().forEach(fault -> refusals.add("the key " + fault)));
        if (attest.extraData().isEmpty()) {
            refusals.add("the quote has no nonce");
        } else if (nonce.isEmpty() || !attest.extraData().equalsInConstantTime(nonce)) {
            refusals.add("the quote has another nonce");
        }
        if (attest.pcrSelect().isEmpty()) {
            refusals.add("the quote is of no PCR");
        }
        refuseValues(attest, signature.hash(), values, refusals);
        return new Result(attest, refusals);
    }

    private static void refuseValues(
            TpmsAttest attest, HashAlgorithm hash, List<PcrBank> values, List<String> refusals) {
        List<TpmsPcrSelection> told =
                values.stream()
                        .map(
                                bank ->
                                        new TpmsPcrSelection(
                                                bank.algorithm(),
                                                new TreeSet<>(bank.values().keySet())))
                        .toList();
        if (!told.equals(attest.pcrSelect())) {
            refusals.add("the values are of " + told + ", the quote is of " + attest.pcrSelect());
            return;
        }
        // Over all values, in the order of the selection, by the signature's hash (TPM 2.0 Library,
        // part 3, section 18.4).
        MessageDigest hasher = hash.hasher();
        values.forEach(bank -> bank.values().values().forEach(v -> v.updateInto(hasher)));
        if (!Bytes.copyOf(hasher.digest()).equals(attest.pcrDigest())) {
            refusals.add("the values are not those that were quoted");
        }
    }
}
