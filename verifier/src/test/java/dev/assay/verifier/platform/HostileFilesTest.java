package dev.assay.verifier.platform;

import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.fixture.Mutations;
import dev.assay.ima.ImaList;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrsFile;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmtPublic;
import dev.assay.tpm.TpmtSignature;
import dev.assay.verifier.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What is nearly a quote, a log or a list: refused, or read, and nothing else.
final class HostileFilesTest {
    private static final int TIMES = 3000;

    @Test
    void aMutatedQuote() throws Exception {
        Bytes good = Vectors.read("quotes/keylime/quote.out");
        new Mutations("quote").run(good, TIMES, TpmsAttest::parse);
    }

    @Test
    void aMutatedSignature() throws Exception {
        Bytes good = Vectors.read("quotes/keylime/quotesig.out");
        Bytes message = Vectors.read("quotes/keylime/quote.out");
        AttestationKey ak = AttestationKey.parse(Vectors.read("quotes/keylime/akpub.pem"));
        new Mutations("signature")
                .run(
                        good,
                        TIMES,
                        mutated -> TpmtSignature.parse(mutated).isGood(ak.key(), message));
    }

    @Test
    void aMutatedPublicArea() throws Exception {
        Bytes good = Vectors.read("quotes/keylime/ek.pub");
        new Mutations("public area")
                .run(good, TIMES, mutated -> TpmtPublic.parseSized(mutated).faults());
        new Mutations("attestation key").run(good, TIMES, AttestationKey::parse);
        new Mutations("attestation key in PEM")
                .run(Vectors.read("quotes/keylime/akpub.pem"), TIMES, AttestationKey::parse);
    }

    @Test
    void mutatedValues() throws Exception {
        Bytes json = Vectors.read("quotes/keylime/keylime-checkquote.json");
        Bytes good =
                Bytes.ofBase64(
                        JsonMapper.shared()
                                .readTree(json.toArray())
                                .get("pcrs_tpm2tools_blob_b64")
                                .asString());
        new Mutations("PCR values").run(good, TIMES, PcrsFile::parse);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tpm2-tools/event-uefivar.bin",
                "tpm2-tools/event-uefi-sha1-log.bin",
                "tpm2-tools/event-gce-ubuntu-2104-log.bin",
                "odd/short_no_action_eventlog"
            })
    void aMutatedBootLog(String name) throws Exception {
        new Mutations("boot log " + name)
                .run(
                        Vectors.read("eventlogs/" + name),
                        TIMES / 3,
                        mutated -> {
                            EventLog log = EventLog.parse(mutated);
                            log.banks().forEach(log::replay);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"MEASUREMENTS", "SIGNATURES", "KEYRINGS"})
    void aMutatedImaList(String name) throws Exception {
        Bytes json = Vectors.read("ima/keylime/keylime-ima.json");
        Bytes good = Bytes.utf8(JsonMapper.shared().readTree(json.toArray()).get(name).asString());
        new Mutations("IMA list " + name)
                .run(
                        good,
                        TIMES,
                        mutated -> ImaList.parse(mutated).replay(HashAlgorithm.SHA256, 10));
    }
}
