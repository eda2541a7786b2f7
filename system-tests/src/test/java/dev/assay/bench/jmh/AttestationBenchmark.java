package dev.assay.bench.jmh;

import dev.assay.agent.attest.EvidenceAssembly;
import dev.assay.agent.attest.Finding;
import dev.assay.agent.attest.HostMeasurement;
import dev.assay.agent.tpm.KernelLogs;
import dev.assay.baseline.Coverage;
import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Evidence;
import dev.assay.evidence.Freshness;
import dev.assay.evidence.Protocol.LogsWanted;
import dev.assay.evidence.Protocol.Submission;
import dev.assay.evidence.Quote;
import dev.assay.ima.ImaList;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.measurement.MeasurementSet;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What an agent does for one attestation besides measuring, the TPM and the network: assembles and
/// signs the evidence, reads the logs, writes what is sent. The whole lists are read and sent, as
/// after a boot.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SingleShotTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class AttestationBenchmark {
    private static final BootId BOOT = new BootId("01234567-89ab-cdef-0123-456789abcdef");
    private static final Bytes NONCE = Bytes.utf8("a nonce of thirty-two characters");

    private final EvidenceAssembly assembly =
            new EvidenceAssembly("web-1", SigningKey.generate(KeyType.ECDSA_P256), "bench");
    private Path folder = Path.of("");
    private @Nullable KernelLogs logs;
    private @Nullable Finding finding;
    private @Nullable Quote quote;

    @Setup
    public void prepare() throws Exception {
        Bytes bootLog = QuoteBenchmark.read("eventlogs/tpm2-tools/event-gce-ubuntu-2104-log.bin");
        ImaList list =
                ImaList.parse(QuoteBenchmark.read("ima/rust-keylime/ascii_runtime_measurements"));
        folder = Files.createTempDirectory("attestation");
        Path security = folder.resolve("sys/kernel/security");
        Files.createDirectories(security.resolve("tpm0"));
        Files.createDirectories(security.resolve("ima"));
        Files.write(security.resolve("tpm0/binary_bios_measurements"), bootLog.toArray());
        Files.write(
                security.resolve("ima/binary_runtime_measurements"),
                QuoteBenchmark.binary(list).toArray());
        logs = new KernelLogs(folder);
        MeasurementSet set =
                MeasurementSet.of(
                        List.of(
                                Entry.of(
                                        NodePath.of("kernel/release"),
                                        Leaf.ofValue(Bytes.utf8("6.1.0")))));
        finding =
                new Finding(
                        QuoteBenchmark.golden(list, EventLog.parse(bootLog).replay(Quote.BANK)),
                        new HostMeasurement(
                                set,
                                set.roots(),
                                Coverage.NONE,
                                0,
                                new TreeMap<>(),
                                0.1,
                                100,
                                Freshness.FULL),
                        true);
        TreeMap<Integer, Bytes> pcrs = new TreeMap<>();
        for (int pcr = 0; pcr < Quote.PCRS; pcr++) {
            pcrs.put(pcr, Quote.BANK.zeros());
        }
        quote = new Quote(Bytes.copyOf(new byte[150]), Bytes.copyOf(new byte[262]), pcrs);
    }

    @TearDown
    public void remove() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    @Benchmark
    public Bytes ownShare() {
        Envelope evidence =
                assembly.assemble(
                        BOOT,
                        1,
                        NONCE,
                        new Evidence.Source("/", "/", "kernel", false),
                        finding,
                        null,
                        null);
        Quote.qualifyingData(NONCE, evidence.payload());
        return Json.write(
                new Submission(evidence, quote, logs == null ? null : logs.read(LogsWanted.ALL)));
    }
}
