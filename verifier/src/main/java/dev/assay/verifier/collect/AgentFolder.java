package dev.assay.verifier.collect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The agent as it is installed (`attest-agent/target/dist`), on this machine: what is brought
/// along to a host that has none.
///
/// @param folders below the root, each before what lies in it
/// @param machine for which its Java runtime was made, as uname(1) says it
public record AgentFolder(
        Path root, List<Path> folders, List<Path> files, long bytes, String machine) {
    private static final long MAX_BYTES = 512L << 20;
    private static final int MAX_FILES = 4096;
    private static final String LAUNCHER = "bin/attest-agent";
    private static final String JAVA = "runtime/bin/java";

    /// Of an ELF file: where its machine stands, little-endian as all machines that we are for.
    private static final int ELF_MACHINE = 18;

    private static final int ELF_X86_64 = 62;
    private static final int ELF_AARCH64 = 183;

    public AgentFolder {
        folders = List.copyOf(folders);
        files = List.copyOf(files);
    }

    /// @throws IOException where it is none, fit to print
    public static AgentFolder of(Path root) throws IOException {
        if (!Files.isExecutable(root.resolve(LAUNCHER))
                || !Files.isRegularFile(root.resolve(JAVA))) {
            throw new IOException(
                    root
                            + " is not the agent's folder: it has no "
                            + LAUNCHER
                            + " or no "
                            + JAVA
                            + " (attest-agent/target/dist of a build)");
        }
        List<Path> folders = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        long bytes = 0;
        Path real = root.toRealPath();
        try (Stream<Path> all = Files.walk(real)) {
            for (Path one : (Iterable<Path>) all.sorted()::iterator) {
                if (Files.isDirectory(one)) {
                    if (!one.equals(real)) {
                        folders.add(real.relativize(one));
                    }
                } else if (one.toRealPath().startsWith(real)) {
                    files.add(real.relativize(one));
                    bytes += Files.size(one);
                }
                if (bytes > MAX_BYTES || files.size() + folders.size() > MAX_FILES) {
                    throw new IOException(root + " holds more than an agent does");
                }
            }
        }
        return new AgentFolder(real, folders, files, bytes, machine(real.resolve(JAVA)));
    }

    private static String machine(Path program) throws IOException {
        byte[] header;
        try (InputStream in = Files.newInputStream(program)) {
            header = in.readNBytes(ELF_MACHINE + 2);
        }
        if (header.length < ELF_MACHINE + 2) {
            return "no machine";
        }
        int machine = (header[ELF_MACHINE] & 0xff) | (header[ELF_MACHINE + 1] & 0xff) << 8;
        return switch (machine) {
            case ELF_X86_64 -> "x86_64";
            case ELF_AARCH64 -> "aarch64";
            default -> "machine " + machine;
        };
    }
}
