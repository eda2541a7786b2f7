package dev.assay.verifier.cli;

import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.Envelope;
import dev.assay.signing.TrustRole;
import dev.assay.signing.TrustRoot;
import dev.assay.signing.TrustRoot.RoleKeys;
import dev.assay.signing.VerificationKey;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "next",
        description = "Write the next version, unsigned; sign it with the old and new root keys.")
final class TrustRootNextCommand implements Callable<Integer> {
    @Option(names = "--in", required = true, paramLabel = "FILE", description = "The present one.")
    private Path in;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The next one.")
    private Path out;

    @Option(
            names = "--add",
            paramLabel = "ROLE=PUB.pem",
            description = "Let a key act: root, baseline, order, result; tls for a TLS key.")
    private List<String> added = new ArrayList<>();

    @Option(
            names = "--remove",
            paramLabel = "ROLE=KEYID",
            description = "Let a key act no more; its id, or the beginning of it.")
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--threshold",
            paramLabel = "ROLE=N",
            description = "How many of a role's keys must sign.")
    private Map<String, Integer> thresholds = new LinkedHashMap<>();

    @Option(
            names = "--life",
            paramLabel = "TIME",
            defaultValue = "365d",
            converter = Lives.class,
            description = "Until it expires (default 365d).")
    private Duration life;

    @Mixin private Printing printing;

    private final Map<String, VerificationKey> keys = new LinkedHashMap<>();
    private final Map<TrustRole, List<String>> roles = new EnumMap<>(TrustRole.class);
    private final List<Digest> tls = new ArrayList<>();

    private record Next(int version, Instant expires, String file) {}

    @Override
    public Integer call() throws IOException, MalformedInputException, CommandFailure {
        TrustRoot present = TrustRoot.parse(KeyFiles.trustRoot(in).payload());
        present.keys().forEach(key -> keys.put(key.keyId(), key));
        present.roles().forEach((role, of) -> roles.put(role, new ArrayList<>(of.keyIds())));
        tls.addAll(present.tls());
        for (String addition : added) {
            add(addition);
        }
        for (String removal : removed) {
            remove(removal);
        }
        TrustRoot next = next(present);
        TrustRootCommands.write(out, Envelope.unsigned(TrustRoot.PAYLOAD_TYPE, Json.write(next)));
        List<String> lines = new ArrayList<>(TrustRootCommands.lines(next, "not signed"));
        lines.add("");
        lines.add("sign it with root keys of version " + present.version() + " and of this one:");
        lines.add("  trust-root sign --key ROOT.key --in " + out + " --out " + out);
        printing.print(new Next(next.version(), next.expires(), out.toString()), lines);
        return Exit.CLEAN;
    }

    private static String[] pair(String text) throws CommandFailure {
        String[] pair = text.split("=", 2);
        if (pair.length != 2 || pair[1].isEmpty()) {
            throw CommandFailure.usage("'" + text + "' is not ROLE=KEY");
        }
        return pair;
    }

    private static TrustRole role(String name) throws CommandFailure {
        try {
            return TrustRole.of(name);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage() + ": root, baseline, order, result or tls");
        }
    }

    private void add(String addition) throws IOException, MalformedInputException, CommandFailure {
        String[] pair = pair(addition);
        VerificationKey key = KeyFiles.publicKey(Path.of(pair[1]));
        if (pair[0].equals("tls")) {
            tls.add(Digest.ofHex(key.keyId()));
            return;
        }
        List<String> ids = roles.computeIfAbsent(role(pair[0]), unset -> new ArrayList<>());
        if (!ids.contains(key.keyId())) {
            ids.add(key.keyId());
        }
        keys.put(key.keyId(), key);
    }

    private void remove(String removal) throws CommandFailure {
        String[] pair = pair(removal);
        boolean found =
                pair[0].equals("tls")
                        ? tls.removeIf(pin -> pin.hex().startsWith(pair[1]))
                        : roles.computeIfAbsent(role(pair[0]), unset -> new ArrayList<>())
                                .removeIf(id -> id.startsWith(pair[1]));
        if (!found) {
            throw CommandFailure.usage("there is no key " + removal + " to remove");
        }
    }

    private TrustRoot next(TrustRoot present) throws CommandFailure {
        Map<TrustRole, RoleKeys> wanted = new EnumMap<>(TrustRole.class);
        for (String named : thresholds.keySet()) {
            role(named);
        }
        try {
            roles.forEach(
                    (role, ids) -> {
                        RoleKeys before = present.roles().get(role);
                        int threshold =
                                thresholds.getOrDefault(
                                        role.wire(), before == null ? 1 : before.threshold());
                        wanted.put(role, new RoleKeys(ids, threshold));
                    });
            List<VerificationKey> used =
                    keys.values().stream()
                            .filter(
                                    key ->
                                            roles.values().stream()
                                                    .anyMatch(ids -> ids.contains(key.keyId())))
                            .toList();
            Instant expires =
                    InstantSource.system().instant().plus(life).truncatedTo(ChronoUnit.SECONDS);
            return new TrustRoot(TrustRoot.TYPE, present.version() + 1, expires, used, wanted, tls);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage() + ": see --add, --remove and --threshold");
        }
    }
}
