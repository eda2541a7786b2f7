package dev.assay.tpm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;

/// What a TPM or its tools wrote is read or refused, and nothing else happens.
final class TpmFuzzTest {
    @FuzzTest
    void attest(byte[] file) {
        try {
            TpmsAttest.parse(Bytes.copyOf(file));
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    @FuzzTest
    void publicArea(byte[] file) {
        try {
            TpmtPublic.parse(Bytes.copyOf(file));
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    @FuzzTest
    void signature(byte[] file) {
        try {
            TpmtSignature.parse(Bytes.copyOf(file));
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    @FuzzTest
    void attestationKey(byte[] file) {
        try {
            AttestationKey.parse(Bytes.copyOf(file));
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    @FuzzTest
    void pcrsFile(byte[] file) {
        try {
            PcrsFile.parse(Bytes.copyOf(file));
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }
}
