package dev.assay.agent.reset;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.signing.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The orders that this host obeyed, on disk before they are carried out, so that neither a crash
/// nor the reset itself makes it forget one.
final class ResetLedger {
    private static final int MAX_BYTES = 256 << 10;

    /// An order is bound to its boot, so that old ones only tell the hour.
    private static final int KEPT = 256;

    private final Path file;

    record Obeyed(String id, BootId boot, Instant at) {
        Obeyed {
            Objects.requireNonNull(id, "obeyed order without id");
            Objects.requireNonNull(boot, "obeyed order without boot");
            Objects.requireNonNull(at, "obeyed order without time");
        }

        Obeyed noLaterThan(Instant now) {
            return at.isAfter(now) ? new Obeyed(id, boot, now) : this;
        }
    }

    private record Content(List<Obeyed> obeyed) {
        Content {
            obeyed = List.copyOf(obeyed);
        }
    }

    ResetLedger(Path file) {
        this.file = file;
    }

    /// Empty where the file is there and cannot be understood: then nobody knows what was obeyed.
    Optional<List<Obeyed>> read() throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            Bytes json = Bytes.copyOf(Files.readAllBytes(file));
            return Optional.of(Json.parse(json, Content.class, MAX_BYTES).obeyed());
        } catch (NoSuchFileException none) {
            return Optional.of(List.of());
        } catch (MalformedInputException torn) {
            return Optional.empty();
        }
    }

    /// On disk when this returns.
    void add(Obeyed order) throws IOException {
        List<Obeyed> all = new ArrayList<>(read().orElse(List.of()));
        all.add(order);
        replace(all);
    }

    /// On disk when this returns.
    void replace(List<Obeyed> all) throws IOException {
        List<Obeyed> kept = all.subList(Math.max(0, all.size() - KEPT), all.size());
        PrivateFiles.replace(file, Json.write(new Content(kept)));
    }
}
