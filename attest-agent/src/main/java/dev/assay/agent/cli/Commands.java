package dev.assay.agent.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// What every command is given by the parser before it is called.
final class Commands {
    private Commands() {}

    static CommandLine of(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec, "the parser injects it").commandLine();
    }
}
