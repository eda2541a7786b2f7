package dev.assay.verifier.cli;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Exhibits;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exhibits",
        description =
                "What a host showed before a reset, unattested: saved (--out), or listed (--list).")
final class ExhibitsCommand extends OnlineCommand {
    @Parameters(index = "0", paramLabel = "RESET", description = "The reset's id.")
    private String reset;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Save the document as it was sent, packed by gzip, for you alone.")
    private @Nullable Path out;

    @Option(names = "--list", description = "Print what is in it, without the files' content.")
    private boolean list;

    private record Saved(String reset, String file, long bytes) {}

    @Override
    void run(ApiClient api)
            throws IOException, MalformedInputException, InterruptedException, CommandFailure {
        if (out == null && !list) {
            throw CommandFailure.usage("say what for: --out FILE, --list, or both");
        }
        if (out != null && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(out.toString());
        }
        Bytes packed = api.text("/v1/resets/" + ApiClient.encoded(reset) + "/exhibits");
        if (packed.length() > Exhibits.MAX_PACKED_BYTES) {
            throw CommandFailure.operation(
                    "the verifier sent more than " + Exhibits.MAX_PACKED_BYTES + " bytes");
        }
        if (out != null) {
            PrivateFiles.writeNew(out, packed);
        }
        if (list) {
            ExhibitsText text = new ExhibitsText(Exhibits.unpack(packed));
            printing().print(text.summary(), text.lines());
        } else if (out != null) {
            printing()
                    .print(
                            new Saved(reset, out.toString(), packed.length()),
                            List.of(packed.length() + " bytes in " + out));
        }
    }
}
