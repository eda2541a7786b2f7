package dev.assay.quote;

import dev.assay.bytes.Bytes;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.Replay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A boot as firmware and kernel tell it: each event is extended into a real TPM and written to the
/// logs, in their own formats.
final class MeasuredBoot {
    private static final HashAlgorithm BANK = HashAlgorithm.SHA256;
    private static final int IPL = 0xd;
    private static final int SEPARATOR = 0x4;
    private static final int IMA_PCR = 10;

    private final List<String> extensions = new ArrayList<>();
    private final Replay replay = new Replay(BANK);
    private Bytes bootLog = header();
    private Bytes imaList = Bytes.EMPTY;

    /// @param commandLine of the kernel
    static MeasuredBoot golden(String commandLine) {
        MeasuredBoot boot = new MeasuredBoot();
        boot.event(0, SEPARATOR, "firmware");
        boot.event(4, IPL, "loader");
        boot.event(8, IPL, "kernel_cmdline: " + commandLine);
        boot.event(9, IPL, "initrd");
        return boot;
    }

    /// After the last event: the kernel begins its list with what was measured before it.
    MeasuredBoot kernelStarts() {
        Bytes all = Bytes.EMPTY;
        for (int pcr = 0; pcr < IMA_PCR; pcr++) {
            all = all.plus(replay.value(pcr));
        }
        return ran("boot_aggregate", BANK.digest(all));
    }

    MeasuredBoot event(int pcr, int type, String says) {
        Bytes data = Bytes.utf8(says);
        Bytes digest = BANK.digest(data);
        ByteBuffer event = ByteBuffer.allocate(50 + data.length()).order(ByteOrder.LITTLE_ENDIAN);
        event.putInt(pcr).putInt(type).putInt(1).putShort((short) BANK.id());
        event.put(digest.toArray()).putInt(data.length()).put(data.toArray());
        bootLog = bootLog.plus(Bytes.copyOf(event.array()));
        extend(pcr, digest);
        return this;
    }

    /// @param content digest of the program
    MeasuredBoot ran(String path, Bytes content) {
        Bytes digestField = Bytes.utf8("sha256:\0").plus(content);
        Bytes pathField = Bytes.utf8(path + "\0");
        Bytes data = framed(digestField).plus(framed(pathField));
        ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(IMA_PCR).put(HashAlgorithm.SHA1.digest(data).toArray());
        imaList =
                imaList.plus(Bytes.copyOf(head.array()))
                        .plus(framed(Bytes.utf8("ima-ng")))
                        .plus(framed(data));
        extend(IMA_PCR, BANK.digest(data));
        return this;
    }

    private void extend(int pcr, Bytes digest) {
        replay.extend(pcr, digest);
        extensions.add(pcr + ":sha256=" + digest.hex());
    }

    private static Bytes framed(Bytes field) {
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        length.putInt(field.length());
        return Bytes.copyOf(length.array()).plus(field);
    }

    /// TCG_EfiSpecIDEvent.
    private static Bytes header() {
        ByteBuffer header = ByteBuffer.allocate(65).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0).putInt(3).put(new byte[20]).putInt(33);
        header.put("Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII));
        header.putInt(0).put((byte) 0).put((byte) 2).put((byte) 0).put((byte) 2);
        header.putInt(1).putShort((short) BANK.id()).putShort((short) BANK.bytes());
        header.put((byte) 0);
        return Bytes.copyOf(header.array());
    }

    /// Extends what the TPM was not extended with yet.
    void extend(SoftwareTpm tpm) throws Exception {
        for (String extension : extensions) {
            tpm.run("tpm2_pcrextend", extension);
        }
        extensions.clear();
    }

    /// @param kernel the folder with the host's `sys`
    void writeLogs(Path kernel) throws IOException {
        Path security = kernel.resolve("sys/kernel/security");
        Files.createDirectories(security.resolve("tpm0"));
        Files.createDirectories(security.resolve("ima"));
        Files.write(security.resolve("tpm0/binary_bios_measurements"), bootLog.toArray());
        Files.write(security.resolve("ima/binary_runtime_measurements"), imaList.toArray());
    }
}
