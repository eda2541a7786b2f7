package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The dm-verity devices that are mapped (`/sys/block/dm-*`), each with its root digest.
///
/// `/sys` says that a device is dm-verity and its name, not its digest. The digest is the one that
/// the command line asked for: `roothash=` for the device `root` and `usrhash=` for `usr`
/// (systemd-veritysetup-generator(8)), or the table of `dm-mod.create=`
/// (Documentation/admin-guide/device-mapper/dm-init). That the device was mapped with that digest
/// is the initrd's doing, which is measured by the boot, not here. A device whose digest is not on
/// the command line is unreadable, not golden.
final class VerityDevices {
    static final NodePath BELOW = NodePath.of("verity");

    private static final int MAX_BYTES = 512;
    private static final String UUID_PREFIX = "CRYPT-VERITY-";

    /// Of a verity table line: start, length, `verity`, version, two devices, two block sizes,
    /// number of blocks, hash start, algorithm, digest, salt.
    private static final int TYPE_WORD = 2;

    private static final int DIGEST_WORD = 11;

    private final KernelFiles files;
    private final CommandLine commandLine;
    private final Nodes nodes;

    VerityDevices(KernelFiles files, CommandLine commandLine, Nodes nodes) {
        this.files = files;
        this.commandLine = commandLine;
        this.nodes = nodes;
    }

    /// @return the devices' names by `MAJOR:MINOR`
    Map<String, Bytes> collect() {
        Map<String, Bytes> byDevice = new HashMap<>();
        for (Path device : files.childrenOrNone("sys/block")) {
            if (!FileNames.of(device).lossyText().startsWith("dm-")) {
                continue;
            }
            String uuid = read(device.resolve("dm/uuid"));
            if (uuid != null && uuid.startsWith(UUID_PREFIX)) {
                String name = read(device.resolve("dm/name"));
                String number = read(device.resolve("dev"));
                device(name == null ? "" : name);
                if (name != null && number != null) {
                    byDevice.put(number, Bytes.utf8(name));
                }
            }
        }
        return byDevice;
    }

    private void device(String name) {
        NodePath path = BELOW.child(Segment.of(name));
        Optional<String> digest =
                switch (name) {
                    case "root" -> argument("roothash").or(() -> created(name));
                    case "usr" -> argument("usrhash").or(() -> created(name));
                    default -> created(name);
                };
        digest.ifPresentOrElse(
                hex -> {
                    nodes.basis("verity", "proc/cmdline");
                    nodes.addValue(path, Bytes.utf8(hex));
                },
                () -> nodes.addUnreadable(path, "no root digest on the command line"));
    }

    private Optional<String> argument(String key) {
        return commandLine.single(key).map(Bytes::lossyText).flatMap(VerityDevices::digest);
    }

    /// `name,uuid,minor,flags,table[,table]*[;name,…]*`.
    private Optional<String> created(String name) {
        String devices = commandLine.single("dm-mod.create").map(Bytes::lossyText).orElse("");
        for (String device : devices.split(";", -1)) {
            List<String> fields = List.of(device.split(",", -1));
            if (fields.size() != 5 || !fields.getFirst().strip().equals(name)) {
                continue;
            }
            List<String> words = List.of(fields.getLast().strip().split(" +", -1));
            if (words.size() > DIGEST_WORD && words.get(TYPE_WORD).equals("verity")) {
                return digest(words.get(DIGEST_WORD));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> digest(String hex) {
        return hex.matches("([0-9a-fA-F]{2}){20,64}")
                ? Optional.of(hex.toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    private @Nullable String read(Path file) {
        return files.read(file, MAX_BYTES) instanceof Reading.Content content
                ? content.value().lossyText()
                : null;
    }
}
