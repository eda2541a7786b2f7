package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which package owns a file, as `openssh-client 1:9.2p1-2+deb12u7`: by dpkg's lists, or by RPM's
/// SQLite database (older formats of it are not read).
///
/// Descriptive, never a verdict: both databases are files that an intruder can write. What is
/// malformed, too large or unreadable gives no owner; nothing throws. Nothing is read before
/// somebody asks, and then streamed, so that a clean host pays nothing.
public final class PackageOwners {
    private final HostFiles host;

    private PackageOwners(HostFiles host) {
        this.host = host;
    }

    public static PackageOwners of(Path hostRoot) {
        return new PackageOwners(new HostFiles(hostRoot));
    }

    /// The owners of those paths that have one.
    ///
    /// @param paths absolute on the host, as `/usr/bin/ssh`
    public SortedMap<Bytes, String> lookup(Set<Bytes> paths) {
        if (paths.isEmpty()) {
            return Collections.emptySortedMap();
        }
        Wanted wanted = new Wanted(paths, MergedUsr.of(host));
        SortedMap<Bytes, String> owners = new TreeMap<>();
        new RpmDatabase(host)
                .lookup(wanted)
                .forEach((path, owner) -> add(owners, wanted, path, owner));
        new DpkgDatabase(host)
                .lookup(wanted)
                .forEach((path, owner) -> add(owners, wanted, path, owner));
        return Collections.unmodifiableSortedMap(owners);
    }

    private static void add(
            SortedMap<Bytes, String> owners, Wanted wanted, Bytes canonical, String owner) {
        wanted.asked(canonical).forEach(asked -> owners.put(asked, owner));
    }
}
