package dev.assay.agent.cli;

import dev.assay.agent.tpm.HostTpm;
import dev.assay.agent.tpm.KernelLogs;
import dev.assay.agent.tpm.PlatformCapture;
import dev.assay.agent.tpm.TpmAddress;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ImaSigner;
import dev.assay.measurement.Entry;
import dev.assay.signing.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What of a golden host its TPM is to vouch for.
final class PlatformOptions {
    @Mixin private TpmOption tpm = new TpmOption();

    @Option(
            names = "--without-platform",
            description = "capture the tree alone: nothing of boot logs and IMA lists")
    private boolean without;

    @Option(
            names = "--ignore-pcr",
            paramLabel = "N=REASON",
            description = "a PCR that differs between golden hosts; again for more")
    private SortedMap<Integer, String> ignored = new TreeMap<>();

    @Option(
            names = "--allow-ima-violations",
            description = "files may be open for writing while they run: nobody knows what ran")
    private boolean violations;

    @Option(
            names = "--ima-signer",
            paramLabel = "FILE",
            description =
                    "a public key (PEM) whose signature on a file makes it golden wherever it"
                            + " lies; again for more")
    private List<Path> signers = List.of();

    /// Null where the host has neither log, or none is to be captured.
    ///
    /// @param isLive whether this machine is the host
    @Nullable PlatformExpectations capture(
            Path kernelFrom, boolean isLive, Iterable<Entry> tree, CommandLine command)
            throws IOException, MalformedInputException {
        if (without) {
            return null;
        }
        KernelLogs logs = new KernelLogs(kernelFrom);
        PlatformCapture capture =
                new PlatformCapture(ignored, violations, signers(), Bytes.utf8(ownFolder()));
        List<Pcr> boot = capture.boot(logs.bootLog(), pcrs(tpm.address(isLive, command)));
        Optional<Bytes> imaList = logs.imaList();
        @Nullable Programs programs =
                imaList.isEmpty() ? null : capture.programs(imaList.get(), tree);
        return boot.isEmpty() && programs == null ? null : new PlatformExpectations(boot, programs);
    }

    private List<ImaSigner> signers() throws IOException, MalformedInputException {
        List<ImaSigner> parsed = new ArrayList<>();
        for (Path file : signers) {
            parsed.add(ImaSigner.of(Pem.parse(Files.readString(file), "PUBLIC KEY")));
        }
        return parsed;
    }

    private static Optional<SortedMap<Integer, Bytes>> pcrs(Optional<TpmAddress> address)
            throws IOException {
        if (address.isEmpty()) {
            return Optional.empty();
        }
        try (HostTpm host = new HostTpm(address.get())) {
            return Optional.of(host.pcrs());
        }
    }

    /// Where an agent that was brought along for this one capture runs from; empty for one that is
    /// installed, and so a part of the host.
    private static String ownFolder() {
        return System.getProperty("assay.brought", "");
    }
}
