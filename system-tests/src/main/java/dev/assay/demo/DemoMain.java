package dev.assay.demo;

import dev.assay.bytes.Json;
import dev.assay.rig.Fleet;
import dev.assay.rig.Folders;
import dev.assay.rig.Programs;
import dev.assay.rig.TreeScope;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./assay demo`.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Plays the whole loop on copies of this machine's own files.")
public final class DemoMain implements Callable<Integer> {
    private static final int NOT_AS_PLANNED = 1;
    private static final int FAILED = 70;
    private static final List<String> HOSTS = List.of("web-1", "web-2", "web-3");
    private static final String SHIPPED_SCOPE = "immutable-host";

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "The tree whose files are copied (default: this machine's).")
    private Path root = Path.of("/");

    @Option(names = "--keep", description = "Keep everything running to look around.")
    private boolean keep;

    @Option(names = "--json", description = "Print one document instead of the story.")
    private boolean json;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DemoMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("assay-demo");
        Programs programs = Programs.ofSystemProperties();
        try (Fleet fleet = prepare(programs, folder)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(fleet, folder)));
            progress("Starting a verifier and " + HOSTS.size() + " hosts ...");
            fleet.start(Demo.GROUP_SETTINGS);
            fleet.addHosts(HOSTS);
            progress("");
            Demo.Outcome outcome = new Demo(fleet, new Story(json ? null : out), folder).play();
            if (json) {
                out.println(Json.pretty(outcome));
            }
            if (!outcome.isComplete()) {
                System.err.println(
                        "assay: planted " + outcome.planted() + " but found " + outcome.found());
                return NOT_AS_PLANNED;
            }
            lookAround(fleet, folder);
            return 0;
        } catch (IOException e) {
            progress("");
            System.err.println("assay: the demo failed: " + e.getMessage());
            keep = true;
            return FAILED;
        } finally {
            if (!keep) {
                Folders.delete(folder);
            }
        }
    }

    private Fleet prepare(Programs programs, Path folder) throws IOException {
        progress("Copying files of " + root + " as the golden image ...");
        boolean host = root.equals(root.getRoot());
        String scope = host ? SHIPPED_SCOPE : TreeScope.write(folder).toString();
        return new Fleet(programs, folder, root.toAbsolutePath(), scope);
    }

    private void lookAround(Fleet fleet, Path folder) throws IOException, InterruptedException {
        if (!keep) {
            if (!json) {
                out.println("\nLook around: ./assay demo --keep leaves it all running.");
            }
            return;
        }
        Path token = fleet.viewerToken();
        out.printf(
                "%nLook around at %s, until Ctrl-C:%n"
                        + "  curl --cacert %s -H \"Authorization: Bearer $(cat %s)\" %s/v1/hosts%n",
                fleet.verifier().url(),
                fleet.verifier().data().resolve("tls.pem"),
                token,
                fleet.verifier().url());
        out.println("  everything is below " + folder + " and goes with it");
        keep = false;
        Thread.sleep(Long.MAX_VALUE);
    }

    private void stop(Fleet fleet, Path folder) {
        try {
            fleet.close();
            if (!keep) {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            System.err.println("assay: could not clean up " + folder + ": " + e.getMessage());
        }
    }

    /// On a terminal only, and never between the story's lines.
    private static void progress(String text) {
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
            System.err.print("\r\033[K" + text);
            System.err.flush();
        }
    }
}
