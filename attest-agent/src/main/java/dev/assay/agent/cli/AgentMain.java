package dev.assay.agent.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// The agent: composition root and exit codes.
@Command(
        name = "attest-agent",
        description = "Measures a host and attests that it is golden.",
        mixinStandardHelpOptions = true,
        versionProvider = AgentVersion.class,
        synopsisSubcommandLabel = "COMMAND")
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int exit = run(arguments, out, err);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /// UTF-8 whatever the locale: a service has none, and file names are not to become question
    /// marks.
    static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        CommandLine agent = new CommandLine(new AgentMain());
        agent.addSubcommand(new CaptureCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new MeasureCommand())
                .addSubcommand(new BootstrapCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new ResetOrderCommand())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(AgentMain::usage)
                .setExecutionExceptionHandler(AgentMain::failure)
                .setCaseInsensitiveEnumValuesAllowed(true);
        return execute(agent, arguments);
    }

    /// The runtime ends with 1 for an error that nobody catches, and 1 says that the host drifted:
    /// a host with more files than memory would be reset for it.
    static int execute(CommandLine agent, String... arguments) {
        try {
            return agent.execute(arguments);
        } catch (OutOfMemoryError e) {
            agent.getErr().println(agent.getCommandName() + ": memory does not suffice (-Xmx)");
        } catch (Error e) {
            agent.getErr().println(agent.getCommandName() + ": cannot run here: " + e);
        }
        return ExitCode.OPERATION;
    }

    private static int usage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + e.getMessage() + " (see " + name + " --help)");
        return ExitCode.USAGE;
    }

    private static int failure(
            Exception e, CommandLine command, CommandLine.ParseResult parseResult) {
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + reason(e));
        return ExitCode.OPERATION;
    }

    private static String reason(Exception e) {
        return switch (e) {
            case NoSuchFileException file -> file.getFile() + " does not exist";
            case NotDirectoryException file -> file.getFile() + " is not a directory";
            case AccessDeniedException file ->
                    file.getFile() + " may not be read or written: run as its owner or root";
            case CommandFailedException failed -> String.valueOf(failed.getMessage());
            case MalformedInputException malformed -> String.valueOf(malformed.getMessage());
            case NotSignedException unsigned ->
                    unsigned.getMessage() + ": give --trust the key that signed it";
            case IOException io -> String.valueOf(io.getMessage());
            default -> "internal error, please report it: " + e;
        };
    }
}
