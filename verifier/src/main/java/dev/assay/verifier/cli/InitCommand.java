package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import dev.assay.signing.VerificationKey;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.store.VerifierData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "init",
        description = "Make a verifier: keys, trust root, TLS certificate, database, first token.")
final class InitCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A new folder.")
    private Path data;

    @Option(
            names = "--name",
            paramLabel = "DNS|IP",
            description = "A name in the TLS certificate, besides localhost. May be repeated.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--baseline-key",
            paramLabel = "PUB.pem",
            description = "Whose signature makes a baseline. May be repeated; none makes a key.")
    private List<Path> baselineKeys = new ArrayList<>();

    @Option(
            names = "--root-key",
            paramLabel = "ROOT.key",
            description = "Private key that signs the trust root; it is read, not copied.")
    private @Nullable Path rootKey;

    @Mixin private Printing printing;

    private record Initialised(
            String data,
            String trustRoot,
            int version,
            Instant expires,
            String operatorTokenFile,
            List<String> moveOffline) {}

    @Override
    public Integer call()
            throws IOException,
                    MalformedInputException,
                    NotSignedException,
                    RefusedException,
                    CommandFailure {
        List<VerificationKey> signers = new ArrayList<>();
        for (Path file : baselineKeys) {
            signers.add(KeyFiles.publicKey(file));
        }
        Set<String> all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        all.addAll(names);
        NewVerifier.Made made =
                new NewVerifier(
                                data,
                                List.copyOf(all),
                                signers,
                                rootKey == null ? null : KeyFiles.signingKey(rootKey),
                                Clock.systemUTC())
                        .make();
        print(made);
        return Exit.CLEAN;
    }

    private void print(NewVerifier.Made made) {
        VerifierData folder = new VerifierData(data);
        List<String> offline = new ArrayList<>();
        if (made.rootKeyMade()) {
            offline.add(folder.rootKey().toString());
        }
        if (made.baselineKeyMade()) {
            offline.add(folder.baselineKey().toString());
        }
        List<String> lines = new ArrayList<>();
        lines.add("a verifier in " + data);
        lines.add(
                "  trust root      "
                        + folder.trustRoot()
                        + "  pin it in every agent; version 1 expires "
                        + made.trustRoot().expires());
        lines.add("  operator token  " + folder.operatorToken());
        if (made.baselineKeyMade()) {
            lines.add("No --baseline-key was given, so one was made here.");
        }
        if (!offline.isEmpty()) {
            lines.add("Move offline: who has these keys says what is golden, and who may say so:");
            offline.forEach(key -> lines.add("  " + key));
        }
        lines.add("Next: serve --data " + data);
        printing.print(
                new Initialised(
                        data.toString(),
                        folder.trustRoot().toString(),
                        made.trustRoot().version(),
                        made.trustRoot().expires(),
                        folder.operatorToken().toString(),
                        offline),
                lines);
    }
}
