package dev.assay.bench;

import dev.assay.bytes.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        description =
                "Measures one tree with find, cat, openssl, AIDE and attest-agent, in turns, and"
                        + " prints medians and ratios.")
final class ScanCommand implements Callable<Integer> {
    private static final int COLD_FILES = 40_000;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private BenchOptions options = new BenchOptions();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "what is measured (default: /usr; cold: a generated tree of 2 GB)")
    private @Nullable Path root;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "how often each one runs (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--cold",
            description = "with nothing in the page cache: root only, slows everything else down")
    private boolean cold;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1) {
            throw new ParameterException(BenchMain.of(spec), "--rounds is at least 1");
        }
        try (Workplace workplace = options.workplace();
                Progress progress = new Progress()) {
            Report report = run(workplace.folder(), progress);
            PrintStream out = BenchMain.out();
            if (options.json()) {
                out.println(Json.pretty(report));
            } else {
                ReportText.print(report, out);
            }
            return 0;
        }
    }

    private Report run(Path folder, Progress progress) throws IOException, InterruptedException {
        AgentProgram agent = AgentProgram.ofSystemProperties();
        if (!cold) {
            Path tree = root == null ? Path.of("/usr") : root;
            return new Scan(agent, tree.toRealPath(), rounds, folder, progress).warm();
        }
        if (root != null) {
            return new Scan(agent, root.toRealPath(), rounds, folder, progress).cold();
        }
        GeneratedTree tree = new GeneratedTree(folder.resolve("tree"), GeneratedTree.Sizes.IMAGE);
        tree.growTo(COLD_FILES, progress);
        return new Scan(agent, tree.root(), rounds, folder, progress).cold();
    }
}
