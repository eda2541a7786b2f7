package dev.assay.bench.jmh;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Program;
import dev.assay.baseline.PlatformExpectations.Sequence;
import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Quote;
import dev.assay.ima.ExecutedPath;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.ShippedScopes;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.signing.Verified;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.PcrsFile;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmtSignature;
import dev.assay.tree.Digest;
import dev.assay.verifier.intake.AuthenticEvidence.Quoted;
import dev.assay.verifier.platform.FileContents;
import dev.assay.verifier.platform.PlatformAppraisal;
import dev.assay.verifier.quote.QuoteCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
    private static final HashAlgorithm BANK = HashAlgorithm.SHA256;
    private static final BootId BOOT = new BootId("01234567-89ab-cdef-0123-456789abcdef");
    private static final int ENTRIES = 780;
    private static final int NEW = 20;
    private static final int MAX_JSON_BYTES = 1 << 20;

    private Bytes ak = Bytes.EMPTY;
    private Bytes message = Bytes.EMPTY;
    private Bytes signature = Bytes.EMPTY;
    private Bytes nonce = Bytes.EMPTY;
    private Bytes pcrs = Bytes.EMPTY;
    private Bytes bootLog = Bytes.EMPTY;
    private Bytes imaList = Bytes.EMPTY;
    private Bytes pcr10 = Bytes.EMPTY;
    private ImaList list = new ImaList(List.of());
    private PcrBank boot = new PcrBank(BANK, new TreeMap<>());
    private final PlatformAppraisal appraisal =
            new PlatformAppraisal(
                    (baseline, paths, contents) -> new FileContents.Found(Map.of(), Map.of()));
    private @Nullable Verified<Baseline> reference;
    private @Nullable Quoted full;
    private @Nullable Quoted before;
    private @Nullable Quoted after;

    static Bytes read(String name) throws IOException {
        return Bytes.copyOf(
                Files.readAllBytes(
                        Path.of(
                                System.getProperty("assay.vectors", "../../shared/vectors"),
                                name)));
    }

    @Setup
    public void read() throws Exception {
        JsonNode json =
                Json.parseTree(read("quotes/keylime/keylime-checkquote.json"), MAX_JSON_BYTES);
        ak = Bytes.utf8(json.get("ak_pub_pem").asString());
        message = Bytes.ofBase64(json.get("quote_TPMS_ATTEST_b64").asString());
        signature = Bytes.ofBase64(json.get("signature_TPMT_SIGNATURE_b64").asString());
        nonce = Bytes.utf8(json.get("nonce_ascii").asString());
        pcrs = Bytes.ofBase64(json.get("pcrs_tpm2tools_blob_b64").asString());
        bootLog = read("eventlogs/tpm2-tools/event-gce-ubuntu-2104-log.bin");
        list = ImaList.parse(read("ima/rust-keylime/ascii_runtime_measurements"));
        ImaList first = new ImaList(list.entries().subList(0, ENTRIES));
        pcr10 = first.replay(HashAlgorithm.SHA256, ImaList.PCR);
        imaList = binary(first);
        boot = EventLog.parse(bootLog).replay(BANK);
        reference = golden(list, boot);
        full = quoted(0, ENTRIES);
        before = quoted(0, ENTRIES - NEW);
        after = quoted(ENTRIES - NEW, ENTRIES);
    }

    /// As the kernel writes it, which is what an agent would send.
    static Bytes binary(ImaList list) {
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

    /// What the kernel measured and the baseline knows.
    static Verified<Baseline> golden(ImaList list, PcrBank boot) throws Exception {
        List<Program> programs = new ArrayList<>();
        for (ImaEntry entry : list.entries()) {
            if (!entry.isBootAggregate() && entry.digest().length() == BANK.bytes()) {
                programs.add(new Program(ExecutedPath.of(entry.path()), Digest.of(entry.digest())));
            }
        }
        List<Pcr> pcrs = new ArrayList<>();
        boot.values()
                .forEach(
                        (pcr, value) -> {
                            if (pcr < ImaList.PCR) {
                                Sequence way = new Sequence(Digest.of(value), List.of());
                                pcrs.add(new Pcr(pcr, List.of(way), null));
                            }
                        });
        Digest none = Digest.ofContent(Bytes.EMPTY);
        Baseline baseline =
                new Baseline(
                        "web",
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(60),
                        MeasurementSet.MEASUREMENT_VERSION,
                        ShippedScopes.load("tree"),
                        none,
                        new TreeMap<>(),
                        Coverage.NONE,
                        List.of(),
                        new Baseline.ManifestReference(none, 1, 1, 1),
                        new Baseline.Captured(Instant.EPOCH, "/", "/", false, "bench"),
                        List.of(),
                        new PlatformExpectations(
                                pcrs,
                                new PlatformExpectations.Programs(programs, true, List.of())));
        SigningKey key = SigningKey.generate(KeyType.ED25519);
        return Envelope.sign(Baseline.PAYLOAD_TYPE, baseline.toStatement(), key)
                .verify(Baseline.PAYLOAD_TYPE, Set.of(key.verificationKey()), 1)
                .parse(Baseline::parseStatement);
    }

    private Quoted quoted(int offset, int to) throws MalformedInputException {
        SortedMap<Integer, Bytes> values = new TreeMap<>();
        for (int pcr = 0; pcr < Quote.PCRS; pcr++) {
            values.put(pcr, boot.values().getOrDefault(pcr, BANK.zeros()));
        }
        ImaList until = new ImaList(list.entries().subList(0, to));
        values.put(ImaList.PCR, until.replay(BANK, ImaList.PCR));
        ImaList part = new ImaList(list.entries().subList(offset, to));
        return new Quoted(
                TpmsAttest.parse(message),
                new PcrBank(BANK, values),
                new Quote.Logs(bootLog, new Quote.ImaPart(offset, binary(part))));
    }

    /// As a thread of its own state would have it before each incremental evidence.
    @State(Scope.Benchmark)
    public static class Known {
        @Setup(Level.Invocation)
        public void follow(QuoteBenchmark of) throws Exception {
            of.appraisal.appraise("web-1", BOOT, Objects.requireNonNull(of.before), of.reference());
        }
    }

    private Verified<Baseline> reference() {
        return Objects.requireNonNull(reference);
    }

    /// A quote, and the logs of a whole boot.
    @Benchmark
    public List<Object> fullEvidence() throws Exception {
        return List.of(
                quote(),
                appraisal.appraise("web-2", BOOT, Objects.requireNonNull(full), reference()));
    }

    /// A quote, and the {@link #NEW} entries since the last one.
    @Benchmark
    public List<Object> incrementalEvidence(Known known) throws Exception {
        return List.of(
                quote(),
                appraisal.appraise("web-1", BOOT, Objects.requireNonNull(after), reference()));
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
