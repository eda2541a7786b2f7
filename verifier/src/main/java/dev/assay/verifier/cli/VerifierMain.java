package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.KeyType;
import dev.assay.signing.NotSignedException;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/// The program `attest-verifier`. Ends with 0 for done or clean, 1 for drift, 2 for could not
/// determine, 64 for a command that cannot be meant, 70 for one that failed; errors are one line.
@Command(
        name = "attest-verifier",
        mixinStandardHelpOptions = true,
        versionProvider = VerifierMain.class,
        description = "Appraises what agents send and resets hosts that have drifted.",
        subcommands = {
            InitCommand.class,
            ServeCommand.class,
            KeygenCommand.class,
            BaselineCommand.class,
            GroupCommands.class,
            TokenCommands.class,
            HostCommands.class,
            ResetCommands.class,
            IncidentCommands.class,
            EventsCommand.class,
            ExportCommand.class,
            SimulateCommand.class,
            QuoteCommand.class,
            EventLogCommand.class,
            ImaCommand.class,
            TrustRootCommands.class,
            KubernetesControllerCommand.class
        })
public final class VerifierMain implements IVersionProvider {
    private static final String NAME = "attest-verifier";

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /// Runs one command to its end; `serve` returns when the machine stops.
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commands = new CommandLine(new VerifierMain());
        commands.setOut(out);
        commands.setErr(err);
        commands.setParameterExceptionHandler(VerifierMain::usage);
        commands.setExecutionExceptionHandler((failure, command, parsed) -> failed(err, failure));
        commands.registerConverter(KeyType.class, KeyType::of);
        commands.getSubcommands().values().forEach(VerifierMain::addHelp);
        return commands.execute(arguments);
    }

    static String version() {
        String version = VerifierMain.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /// Name and version, as results tell them.
    static String build() {
        return NAME + " " + version();
    }

    @Override
    public String[] getVersion() {
        return new String[] {build()};
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getSubcommands().values().forEach(VerifierMain::addHelp);
    }

    private static int usage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(oneLine(e.getMessage()) + " (see " + name + " --help)");
        return Exit.USAGE;
    }

    private static int failed(PrintWriter err, Exception failure) throws Exception {
        return switch (failure) {
            case CommandFailure known -> {
                err.println(NAME + ": " + oneLine(known.getMessage()));
                yield known.exit();
            }
            case NoSuchFileException e -> operation(err, "there is no file " + e.getMessage());
            case AccessDeniedException e ->
                    operation(err, e.getMessage() + " is not yours to use: check owner and mode");
            case FileAlreadyExistsException e ->
                    operation(err, e.getMessage() + " exists: choose another name");
            case BindException e ->
                    operation(err, "cannot listen there: " + e.getMessage() + " (see --listen)");
            case MalformedInputException e -> operation(err, e.getMessage());
            case NotSignedException e -> operation(err, e.getMessage());
            case RefusedException e -> operation(err, e.getMessage());
            case IOException e -> operation(err, e.getMessage());
            case InterruptedException e -> operation(err, "interrupted");
            default -> throw failure;
        };
    }

    private static int operation(PrintWriter err, @Nullable String message) {
        err.println(NAME + ": " + oneLine(message));
        return Exit.OPERATION;
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "failed" : message.replaceAll("\\s*[\r\n]+\\s*", " ");
    }
}
