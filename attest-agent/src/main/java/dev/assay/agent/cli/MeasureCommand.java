package dev.assay.agent.cli;

import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurement;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.ShippedScopes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "measure",
        description = "Measures a host and prints its digests; compares with nothing.",
        mixinStandardHelpOptions = true)
final class MeasureCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private HostOptions host = new HostOptions();

    @Option(
            names = "--scope",
            required = true,
            paramLabel = "NAME|FILE",
            description =
                    "what is measured: tree, debian-host, immutable-host, kubernetes-node or a"
                            + " file")
    private String scope = "";

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = {
                "read again only what changed since the tree in this file, if it is of this boot",
                "and scope, and keep the new tree there (default: read everything)"
            })
    private @Nullable Path index;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Option(names = "--coverage", description = "also list what was measured how, and what was not")
    private boolean coverage;

    @Override
    public Integer call() throws IOException, MalformedInputException {
        var command = Commands.of(spec);
        CompiledScope compiled = host.compile(ShippedScopes.load(scope), command);
        Measurement measurement;
        try (ProgressLine progress = ProgressLine.on(command.getErr())) {
            measurement = host.measure(compiled, List.of(), index, progress);
        }
        MeasureDocument document = MeasureDocument.of(measurement, compiled, host);
        PrintWriter out = command.getOut();
        if (json) {
            out.println(Json.pretty(document));
        } else {
            MeasureText.print(document, measurement, coverage, out);
        }
        return measurement.undetermined() > 0 ? ExitCode.UNDETERMINED : ExitCode.GOLDEN;
    }
}
