package dev.assay.bench;

import dev.assay.bench.Contender.Absent;
import dev.assay.bench.Contender.Present;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Our own contenders: whole processes of `attest-agent measure`, from a cold program to its
/// printed document, all files and all attributes of one tree.
final class Measuring {
    static final String FULL = "attest-agent measure, full";
    static final String UNCHANGED = "attest-agent measure, nothing changed";
    static final String ONE_CHANGED = "attest-agent measure, one file changed";

    /// The shipped scope that measures a tree whole and no kernel.
    private static final String SCOPE = "tree";

    private static final String INDEX = "--index";

    /// Golden, and where something could not be read: a machine that works has such files.
    private static final Set<Integer> MEASURED = Set.of(0, 2);

    private final AgentProgram agent;
    private final Path root;

    Measuring(AgentProgram agent, Path root) {
        this.agent = agent;
        this.root = root;
    }

    Present full() {
        return Present.of(FULL, command()).exiting(MEASURED);
    }

    /// @param folder for the index
    /// @param changing writes below the root
    List<Contender> incremental(Path folder, ChangingFile changing)
            throws IOException, InterruptedException {
        if (!agent.has("measure", INDEX)) {
            String reason = "this attest-agent has no measure " + INDEX;
            return List.of(new Absent(UNCHANGED, reason), new Absent(ONE_CHANGED, reason));
        }
        Path index = folder.resolve("index");
        List<String> command = command(INDEX, index.toString());
        Present unchanged = Present.of(UNCHANGED, command).exiting(MEASURED);
        Contender changed =
                Files.isWritable(root)
                        ? Present.of(ONE_CHANGED, command)
                                .exiting(MEASURED)
                                .after(changing::rewrite)
                        : new Absent(ONE_CHANGED, "nobody may write below " + root);
        return List.of(unchanged, changed);
    }

    private List<String> command(String... more) {
        List<String> command =
                agent.command("measure", "--root", root.toString(), "--scope", SCOPE, "--json");
        command.addAll(List.of(more));
        return command;
    }
}
