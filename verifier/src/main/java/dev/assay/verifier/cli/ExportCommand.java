package dev.assay.verifier.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description = "Groups, baselines, hosts, incidents, resets and events, as JSON Lines.")
final class ExportCommand extends OnlineCommand {
    @Option(names = "--out", paramLabel = "FILE", description = "Instead of standard output.")
    private @Nullable Path out;

    private record Written(String file, long bytes) {}

    @Override
    void run(ApiClient api) throws IOException, InterruptedException, CommandFailure {
        try (InputStream in = api.stream("/v1/export")) {
            if (out == null) {
                printing().out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                printing().out().flush();
                return;
            }
            if (Files.exists(out)) {
                throw CommandFailure.operation(out + " exists: choose another file");
            }
            long bytes = Files.copy(in, out);
            printing()
                    .print(new Written(out.toString(), bytes), List.of(bytes + " bytes in " + out));
        }
    }
}
