package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.text.Terminal;
import dev.assay.verifier.executor.GuardedFile;
import dev.assay.verifier.ssh.SshKey;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The private key for SSH. Its passphrase comes from a file or a person, never from an argument,
/// which every user of the machine can read.
final class IdentityOptions {
    private static final int MAX_PASSPHRASE_BYTES = 4096;

    @Option(
            names = "--identity",
            required = true,
            paramLabel = "FILE",
            description = "The private key to log in with (ed25519, OpenSSH's format).")
    private Path identity = Path.of("");

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Its first line is the key's passphrase; else it is asked for.")
    private @Nullable Path passphraseFile;

    SshKey key() throws IOException, MalformedInputException {
        return SshKey.parse(
                identity, GuardedFile.readSecret(identity, SshKey.MAX_BYTES), passphrase());
    }

    private Supplier<char[]> passphrase() throws IOException {
        if (passphraseFile != null) {
            String line =
                    GuardedFile.readSecret(passphraseFile, MAX_PASSPHRASE_BYTES)
                            .lossyText()
                            .split("\r?\n", 2)[0];
            return line::toCharArray;
        }
        return this::ask;
    }

    /// Nothing where there is nobody to ask: no key has an empty passphrase, so that it is refused.
    private char[] ask() {
        Console console = Terminal.isError() ? System.console() : null;
        char[] typed =
                console == null ? null : console.readPassword("Passphrase of %s: ", identity);
        return typed == null ? new char[0] : typed;
    }
}
