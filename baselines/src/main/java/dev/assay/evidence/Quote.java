package dev.assay.evidence;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Framing;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tree.Digest;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the host's TPM says beside its evidence (FORMAT.md, section 16). It vouches for itself: the
/// attestation key signed `attest`, and `attest` names the evidence.
///
/// @param attest TPMS_ATTEST, the very bytes that were signed
/// @param signature TPMT_SIGNATURE
/// @param pcrs the quoted PCRs' values in the SHA-256 bank, by index
public record Quote(Bytes attest, Bytes signature, SortedMap<Integer, Bytes> pcrs) {
    /// Which PCRs are quoted, each of the bank {@link #BANK}: firmware, boot loader, IMA, the
    /// unified kernel image's.
    public static final int PCRS = 16;

    public static final HashAlgorithm BANK = HashAlgorithm.SHA256;

    private static final int MAX_PART_BYTES = 2048;

    public Quote {
        Objects.requireNonNull(attest, "quote without attest");
        Objects.requireNonNull(signature, "quote without signature");
        if (attest.length() > MAX_PART_BYTES || signature.length() > MAX_PART_BYTES) {
            throw new IllegalArgumentException("quote is too long");
        }
        pcrs = Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
        if (pcrs.size() != PCRS || pcrs.firstKey() != 0 || pcrs.lastKey() != PCRS - 1) {
            throw new IllegalArgumentException("quote needs the values of PCRs 0 to 15");
        }
        if (pcrs.values().stream().anyMatch(value -> value.length() != BANK.bytes())) {
            throw new IllegalArgumentException("quote has a value that is no SHA-256");
        }
    }

    /// What the TPM has to sign with the PCRs: which evidence it is that they belong to, and when
    /// they were asked for.
    ///
    /// @param payload of the evidence's envelope
    public static Bytes qualifyingData(Bytes nonce, Bytes payload) {
        MessageDigest hasher = Digest.hasher();
        Framing.into(hasher, "assay.quote.v1")
                .frame(nonce)
                .frame(Digest.ofContent(payload).bytes());
        return Digest.finish(hasher).bytes();
    }

    public PcrBank bank() {
        return new PcrBank(BANK, pcrs);
    }

    /// A stretch of the kernel's measurement list, as `binary_runtime_measurements` has it.
    ///
    /// @param offset how many entries come before
    public record ImaPart(int offset, Bytes entries) {
        public static final int MAX_BYTES = 1 << 20;

        public ImaPart {
            Objects.requireNonNull(entries, "IMA part without entries");
            if (offset < 0 || entries.length() > MAX_BYTES) {
                throw new IllegalArgumentException("IMA part breaks a limit");
            }
        }
    }

    /// @param bootLog the firmware's event log, where it was asked for and there is one
    /// @param ima where the kernel measures
    public record Logs(@Nullable Bytes bootLog, @Nullable ImaPart ima) {
        public static final int MAX_BOOT_LOG_BYTES = 512 << 10;

        public Logs {
            if (bootLog != null && bootLog.length() > MAX_BOOT_LOG_BYTES) {
                throw new IllegalArgumentException("boot log is too long");
            }
        }
    }
}
