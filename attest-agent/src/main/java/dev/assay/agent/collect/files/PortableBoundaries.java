package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// As {@link Boundaries}, by the mount table alone: what is served is left out by its path before
/// it is touched, and the rest by its device. A device that the table does not have, as that of a
/// btrfs subvolume, is the host's own storage.
final class PortableBoundaries {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /// @param point its bytes as ISO 8859-1
    private record Mount(String id, String parent, String point, long device, String type) {
        boolean hides(Mount earlier) {
            return parent.equals(earlier.parent)
                    && earlier.point.startsWith(point.equals("/") ? point : point + "/");
        }
    }

    private final long rootDevice;
    private final Map<String, Mount> served = new HashMap<>();
    private final Map<Long, String> types = new HashMap<>();

    PortableBoundaries(FileStat root) {
        this.rootDevice = root.device();
        load();
    }

    private void load() {
        List<Mount> mounts = new ArrayList<>();
        try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> parse(line).ifPresent(mounts::add));
        } catch (IOException | UncheckedIOException e) {
            // Without /proc every device counts as the host's own storage: too much is measured.
            return;
        }
        served.clear();
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            types.put(mount.device(), mount.type());
            boolean hidden =
                    mounts.subList(i + 1, mounts.size()).stream()
                            .anyMatch(later -> later.hides(mount));
            if (!hidden) {
                served.put(mount.point(), mount);
            }
        }
        served.values().removeIf(mount -> Filesystems.server(mount.type()).isEmpty());
    }

    private static Optional<Mount> parse(String line) {
        List<String> words = List.of(line.split(" ", -1));
        int separator = words.indexOf("-");
        if (separator < 6 || words.size() < separator + 2) {
            return Optional.empty();
        }
        String[] device = words.get(2).split(":", -1);
        long number = Long.parseLong(device[0]) << 32 | Long.parseLong(device[1]);
        return Optional.of(
                new Mount(
                        words.get(0),
                        words.get(1),
                        unescape(words.get(4)),
                        number,
                        words.get(separator + 1)));
    }

    private static String unescape(String point) {
        return point.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    /// Before anything is asked of the path, which a server might never answer.
    ///
    /// @param path absolute and real, its bytes as ISO 8859-1
    void requireAnswers(String path) throws FileFaultException {
        Mount mount = served.get(path);
        if (mount != null && mount.device() != rootDevice) {
            Optional<String> reason = Filesystems.server(mount.type());
            throw new FileFaultException(Fault.LEFT_OUT, reason.orElse(mount.type()));
        }
    }

    void requireMeasurable(FileStat stat) throws FileFaultException {
        if (stat.device() == rootDevice) {
            return;
        }
        if (!types.containsKey(stat.device())) {
            load();
            types.putIfAbsent(stat.device(), "");
        }
        Optional<String> reason =
                Filesystems.reasonToLeaveOut(types.getOrDefault(stat.device(), ""));
        if (reason.isPresent()) {
            throw new FileFaultException(Fault.LEFT_OUT, reason.get());
        }
    }

    boolean hasHonestTimes(long device) {
        String type = types.getOrDefault(device, "");
        return !Filesystems.hidesChanges(type) && Filesystems.server(type).isEmpty();
    }
}
