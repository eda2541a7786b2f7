package dev.assay.agent.exhibit;

import dev.assay.agent.collect.files.FileFaultException;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.OneFile;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.baseline.Drift;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.evidence.Exhibits.Omitted;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Copies files that drifted, as they are now: programs first, and set-id ones before all others,
/// because whoever adds thousands of harmless files wants the one that matters to find no room.
final class DriftedFiles {
    private static final NodePath FILES = NodePath.of("fs");
    private static final int SET_ID_BITS = FileStat.SET_UID | FileStat.SET_GID;

    private final Path root;
    private final ExhibitPatterns patterns;
    private final Gathered<FileExhibit> files = new Gathered<>(Exhibits.MAX_FILES);
    private final Gathered<Omitted> omitted = new Gathered<>(Exhibits.MAX_OMITTED);

    DriftedFiles(Path root, ExhibitPatterns patterns) {
        this.root = root;
        this.patterns = patterns;
    }

    Gathered<FileExhibit> files() {
        return files;
    }

    Gathered<Omitted> omitted() {
        return omitted;
    }

    void collect(Drifted drifted, Deadline deadline) {
        omitted.countMore(Math.max(0, drifted.total() - drifted.listed().size()));
        List<Drift> inOrder =
                drifted.listed().stream()
                        .filter(drift -> drift.path().startsWith(FILES))
                        .sorted(Comparator.comparingInt(DriftedFiles::rank))
                        .toList();
        int left = Exhibits.MAX_ALL_FILES_BYTES;
        for (Drift drift : inOrder) {
            Optional<String> refusal = refusal(drift, left, deadline);
            if (refusal.isPresent()) {
                omit(drift, refusal.get());
                continue;
            }
            try {
                FileExhibit file = read(drift.path(), Math.min(left, Exhibits.MAX_FILE_BYTES));
                left -= file.content().length();
                files.add(file);
            } catch (FileFaultException e) {
                omit(drift, e.reason());
            }
        }
    }

    private Optional<String> refusal(Drift drift, int bytesLeft, Deadline deadline) {
        Leaf measured = drift.measured();
        if (measured == null) {
            return Optional.of("it is gone");
        }
        Optional<String> unwanted = patterns.refusal(drift.path().relativeTo(FILES));
        if (unwanted.isPresent()) {
            return unwanted;
        }
        if (measured.kind() == Kind.DIRECTORY || measured.kind() == Kind.SYMLINK) {
            return Optional.of("a " + measured.kind().wire());
        }
        if (files.size() >= Exhibits.MAX_FILES || bytesLeft <= 0) {
            return Optional.of("no room is left");
        }
        return deadline.isOver() ? Optional.of("no time is left") : Optional.empty();
    }

    private void omit(Drift drift, String why) {
        if (drift.path().value().length() > Exhibits.MAX_PATH_BYTES) {
            omitted.countMore(1);
        } else {
            omitted.add(new Omitted(drift.path(), why));
        }
    }

    private FileExhibit read(NodePath path, int maxBytes) throws FileFaultException {
        try (OpenFile file = OneFile.open(root, path.relativeTo(FILES))) {
            Bytes content = file.start(maxBytes);
            FileStat after = file.now();
            return new FileExhibit(
                    path,
                    after.modeText().lossyText(),
                    after.uid(),
                    after.gid(),
                    after.size(),
                    after.modified().seconds(),
                    after.changed().seconds(),
                    content.length() < after.size(),
                    !after.isUnchangedSince(file.stat()),
                    content);
        }
    }

    private static int rank(Drift drift) {
        Leaf measured = drift.measured();
        String mode =
                measured == null ? "" : measured.attribute("mode").map(Bytes::lossyText).orElse("");
        if (!mode.matches("[0-7]{4}")) {
            return 2;
        }
        int bits = Integer.parseInt(mode, 8);
        return (bits & SET_ID_BITS) != 0 ? 0 : (bits & FileStat.ANY_EXECUTE) != 0 ? 1 : 2;
    }
}
