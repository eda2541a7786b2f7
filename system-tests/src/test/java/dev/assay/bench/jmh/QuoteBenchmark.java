package dev.assay.bench.jmh;

import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.PcrsFile;
import dev.assay.tpm.TpmtSignature;
import dev.assay.verifier.quote.QuoteCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;

/// What a verifier does with a quote and its logs, on one core: an RSA quote, a boot log of about
/// 150 events, 780 entries of an IMA list. Needs the test vectors beside the project.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class QuoteBenchmark {
    private static final int ENTRIES = 780;
    private static final int MAX_JSON_BYTES = 1 << 20;

    private Bytes ak = Bytes.EMPTY;
    private Bytes message = Bytes.EMPTY;
    private Bytes signature = Bytes.EMPTY;
    private Bytes nonce = Bytes.EMPTY;
    private Bytes pcrs = Bytes.EMPTY;
    private Bytes bootLog = Bytes.EMPTY;
    private Bytes imaList = Bytes.EMPTY;
    private Bytes pcr10 = Bytes.EMPTY;

    private static Bytes read(String name) throws IOException {
        return Bytes.copyOf(
                Files.readAllBytes(
                        Path.of(
                                System.getProperty("assay.vectors", "../../shared/vectors"),
                                name)));
    }

    @Setup
    public void read() throws IOException, MalformedInputException {
        JsonNode json =
                Json.parseTree(read("quotes/keylime/keylime-checkquote.json"), MAX_JSON_BYTES);
        ak = Bytes.utf8(json.get("ak_pub_pem").asString());
        message = Bytes.ofBase64(json.get("quote_TPMS_ATTEST_b64").asString());
        signature = Bytes.ofBase64(json.get("signature_TPMT_SIGNATURE_b64").asString());
        nonce = Bytes.utf8(json.get("nonce_ascii").asString());
        pcrs = Bytes.ofBase64(json.get("pcrs_tpm2tools_blob_b64").asString());
        bootLog = read("eventlogs/tpm2-tools/event-gce-ubuntu-2104-log.bin");
        ImaList list = ImaList.parse(read("ima/rust-keylime/ascii_runtime_measurements"));
        ImaList first = new ImaList(list.entries().subList(0, ENTRIES));
        pcr10 = first.replay(HashAlgorithm.SHA256, ImaList.PCR);
        imaList = binary(first);
    }

    /// As the kernel writes it, which is what an agent would send.
    private static Bytes binary(ImaList list) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ImaEntry entry : list.entries()) {
            out.writeBytes(new byte[] {(byte) entry.pcr(), 0, 0, 0});
            entry.templateHash().writeTo(out);
            framed(Bytes.utf8(entry.template().wire()), out);
            framed(entry.templateData(), out);
        }
        return Bytes.copyOf(out.toByteArray());
    }

    private static void framed(Bytes field, ByteArrayOutputStream out) {
        out.writeBytes(
                new byte[] {(byte) field.length(), (byte) (field.length() >> Byte.SIZE), 0, 0});
        field.writeTo(out);
    }

    @Benchmark
    public QuoteCheck.Result quote() throws MalformedInputException {
        return QuoteCheck.run(
                AttestationKey.parse(ak),
                message,
                TpmtSignature.parse(signature),
                nonce,
                PcrsFile.parse(pcrs));
    }

    @Benchmark
    public PcrBank bootLog() throws MalformedInputException {
        return EventLog.parse(bootLog).replay(HashAlgorithm.SHA256);
    }

    @Benchmark
    public Optional<ImaList.Reached> imaList() throws MalformedInputException {
        return ImaList.parse(imaList).reach(HashAlgorithm.SHA256, ImaList.PCR, pcr10);
    }

    /// All three.
    @Benchmark
    public List<Object> evidence() throws MalformedInputException {
        return List.of(quote(), bootLog(), imaList());
    }
}
