package dev.assay.scope;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The scopes of `baselines/scopes/`, which operators review, and scopes of files.
public final class ShippedScopes {
    public static final List<String> NAMES =
            List.of("tree", "debian-host", "immutable-host", "kubernetes-node");

    private ShippedScopes() {}

    public static Optional<Scope> named(String name) {
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        try (InputStream in =
                ShippedScopes.class.getResourceAsStream("shipped/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("scope " + name + " is missing from the jar");
            }
            return Optional.of(Scope.parse(Bytes.copyOf(in.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedInputException e) {
            throw new IllegalStateException("shipped scope " + name + ": " + e.getMessage(), e);
        }
    }

    /// A shipped scope by its name, or else a file.
    public static Scope load(String nameOrFile) throws IOException, MalformedInputException {
        Optional<Scope> shipped = named(nameOrFile);
        if (shipped.isPresent()) {
            return shipped.get();
        }
        Path file = Path.of(nameOrFile);
        if (Files.size(file) > Scope.MAX_JSON_BYTES) {
            throw new MalformedInputException(file + " is larger than a scope may be");
        }
        return Scope.parse(Bytes.copyOf(Files.readAllBytes(file)));
    }
}
