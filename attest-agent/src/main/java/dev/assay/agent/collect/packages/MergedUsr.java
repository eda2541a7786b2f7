package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.util.List;

/// Where `/bin` is a link to `usr/bin`, a package may list `/bin/ls` and the walk finds
/// `/usr/bin/ls`: both are the latter. Where it is a folder of its own, they are two files.
final class MergedUsr {
    private static final List<String> DIRECTORIES =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final Bytes USR = Bytes.utf8("/usr");

    private final List<Bytes> prefixes;

    private MergedUsr(List<Bytes> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    static MergedUsr of(HostFiles host) {
        return new MergedUsr(
                DIRECTORIES.stream()
                        .filter(name -> host.isLinkTo(name, "usr/" + name))
                        .map(name -> Bytes.utf8("/" + name + "/"))
                        .toList());
    }

    Bytes canonical(Bytes path) {
        for (Bytes prefix : prefixes) {
            if (path.length() >= prefix.length() && path.slice(0, prefix.length()).equals(prefix)) {
                return USR.plus(path);
            }
        }
        return path;
    }
}
