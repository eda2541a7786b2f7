package dev.assay.agent.cli;

import dev.assay.agent.tpm.TpmAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Where the host's TPM is.
final class TpmOption {
    private static final String NONE = "none";

    @Option(
            names = "--tpm",
            paramLabel = "WHERE",
            description =
                    "the host's TPM 2.0: a device, unix:PATH, tcp:HOST:PORT or none (default:"
                            + " /dev/tpmrm0 where the live host has it)")
    private @Nullable String tpm;

    /// @param isLive whether this machine is the host
    Optional<TpmAddress> address(boolean isLive, CommandLine command) {
        if (tpm == null) {
            return isLive ? TpmAddress.ofThisMachine() : Optional.empty();
        }
        try {
            return tpm.equals(NONE) ? Optional.empty() : Optional.of(TpmAddress.parse(tpm));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }
}
