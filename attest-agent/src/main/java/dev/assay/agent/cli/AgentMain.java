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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    /// By their names, in the order in which the help shows them.
    private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("capture", CaptureCommand::new);
        COMMANDS.put("check", CheckCommand::new);
        COMMANDS.put("measure", MeasureCommand::new);
        COMMANDS.put("bootstrap", BootstrapCommand::new);
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("reset-order", ResetOrderCommand::new);
    }

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
        commands(arguments).forEach(command -> agent.addSubcommand(command.get()));
        agent.setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(AgentMain::usage)
                .setExecutionExceptionHandler(AgentMain::failure)
                .setCaseInsensitiveEnumValuesAllowed(true);
        return execute(agent, arguments);
    }

    /// The one that is called, where one is: to read what all of them declare takes the parser
    /// longer than some of them run.
    private static Collection<Supplier<Object>> commands(String[] arguments) {
        Supplier<Object> called = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        return called == null ? COMMANDS.values() : List.of(called);
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
