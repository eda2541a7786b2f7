package dev.assay.agent.cli;

import dev.assay.baseline.Baseline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// By which name a host is known: the one that was given, or its kernel's.
final class HostName {
    private HostName() {}

    static String of(@Nullable String name, Path kernelFrom, CommandLine command)
            throws IOException {
        String given = name;
        if (given == null) {
            Path file = kernelFrom.resolve("proc/sys/kernel/hostname");
            given = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            given = given.toLowerCase(Locale.ROOT);
        }
        if (!Baseline.isChannelName(given)) {
            throw new ParameterException(
                    command,
                    "'" + given + "' cannot be a host's name: give --host NAME of [a-z0-9.-]");
        }
        return given;
    }
}
