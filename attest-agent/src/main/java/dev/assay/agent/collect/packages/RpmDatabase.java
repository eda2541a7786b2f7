package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// RPM's database in its SQLite format: the table `Packages` has a header for each package.
final class RpmDatabase {
    private static final List<String> FILES =
            List.of("usr/lib/sysimage/rpm/rpmdb.sqlite", "var/lib/rpm/rpmdb.sqlite");

    private static final String WORD = "[!-~]{1,255}";

    private static final int TYPE_COLUMN = 0;
    private static final int NAME_COLUMN = 1;
    private static final int ROOT_PAGE_COLUMN = 3;
    private static final int BLOB_COLUMN = 1;

    private final HostFiles host;

    RpmDatabase(HostFiles host) {
        this.host = host;
    }

    /// By canonical path; what was found before the database turned out malformed stays.
    Map<Bytes, String> lookup(Wanted wanted) {
        Map<Bytes, String> owners = new HashMap<>();
        for (String name : FILES) {
            try (FileChannel file = host.open(name)) {
                lookup(file, wanted, owners);
                break;
            } catch (IOException | MalformedInputException e) {
                // No database here, or one that cannot be read on.
            }
        }
        return owners;
    }

    private static void lookup(FileChannel file, Wanted wanted, Map<Bytes, String> owners)
            throws IOException, MalformedInputException {
        SqliteTable database = SqliteTable.open(file);
        long root = rootOfPackages(database);
        Map<Bytes, Map<Bytes, Bytes>> byDirectory = byDirectory(wanted);
        database.read(
                root,
                row -> {
                    Bytes blob = SqliteTable.column(row, BLOB_COLUMN);
                    if (blob != null) {
                        packageOf(blob, wanted, byDirectory, owners);
                    }
                });
    }

    private static long rootOfPackages(SqliteTable database)
            throws IOException, MalformedInputException {
        List<Long> roots = new ArrayList<>();
        Bytes table = Bytes.utf8("table");
        Bytes packages = Bytes.utf8("Packages");
        database.read(
                1,
                row -> {
                    Bytes root = SqliteTable.column(row, ROOT_PAGE_COLUMN);
                    boolean found =
                            Objects.equals(SqliteTable.column(row, TYPE_COLUMN), table)
                                    && Objects.equals(
                                            SqliteTable.column(row, NAME_COLUMN), packages);
                    if (found && root != null && root.length() <= 4) {
                        roots.add(unsigned(root));
                    }
                });
        if (roots.size() != 1) {
            throw new MalformedInputException("RPM database has no one table of packages");
        }
        return roots.getFirst();
    }

    private static long unsigned(Bytes bytes) {
        long value = 0;
        for (int i = 0; i < bytes.length(); i++) {
            value = value << 8 | bytes.at(i) & 0xff;
        }
        return value;
    }

    /// The canonical paths by directory (with its last `/`, as RPM writes it) and name.
    private static Map<Bytes, Map<Bytes, Bytes>> byDirectory(Wanted wanted) {
        Map<Bytes, Map<Bytes, Bytes>> byDirectory = new HashMap<>();
        for (Bytes path : wanted.canonical()) {
            int end = afterLastSlash(path);
            byDirectory
                    .computeIfAbsent(path.slice(0, end), absent -> new HashMap<>())
                    .put(path.slice(end, path.length()), path);
        }
        return byDirectory;
    }

    private static void packageOf(
            Bytes blob,
            Wanted wanted,
            Map<Bytes, Map<Bytes, Bytes>> byDirectory,
            Map<Bytes, String> owners) {
        try {
            header(RpmHeader.parse(blob), wanted, byDirectory, owners);
        } catch (MalformedInputException e) {
            // This package's files have no owner.
        }
    }

    private static void header(
            RpmHeader header,
            Wanted wanted,
            Map<Bytes, Map<Bytes, Bytes>> byDirectory,
            Map<Bytes, String> owners)
            throws MalformedInputException {
        int files = header.count(RpmHeader.BASE_NAMES);
        String label = label(header);
        if (files == 0 || label == null) {
            return;
        }
        RpmHeader.Strings directories = header.strings(RpmHeader.DIR_NAMES);
        // Looked up once for each directory: joining each name to its directory would let a header
        // of a few megabytes ask for hours of copying.
        List<Map<Bytes, Bytes>> wantedIn = new ArrayList<>();
        for (int i = 0; i < directories.count(); i++) {
            wantedIn.add(byDirectory.getOrDefault(wanted.canonical(directories.next()), Map.of()));
        }
        ByteBuffer indexes = header.numbers(RpmHeader.DIR_INDEXES);
        RpmHeader.Strings names = header.strings(RpmHeader.BASE_NAMES);
        for (int i = 0; i < names.count() && indexes.hasRemaining(); i++) {
            Bytes name = names.next();
            int index = indexes.getInt();
            if (index >= 0 && index < wantedIn.size()) {
                Bytes path = wantedIn.get(index).get(name);
                if (path != null) {
                    owners.putIfAbsent(path, label);
                }
            }
        }
    }

    /// `openssh-clients 8.7p1-38.el9.x86_64`; null where a part is missing or would not print.
    private static @Nullable String label(RpmHeader header) throws MalformedInputException {
        String name = header.string(RpmHeader.NAME);
        String version = header.string(RpmHeader.VERSION);
        String release = header.string(RpmHeader.RELEASE);
        String arch = header.string(RpmHeader.ARCH);
        Long epoch = header.number(RpmHeader.EPOCH);
        if (name == null || version == null || release == null || !name.matches(WORD)) {
            return null;
        }
        String full =
                (epoch == null ? "" : epoch + ":")
                        + version
                        + "-"
                        + release
                        + (arch == null ? "" : "." + arch);
        return full.matches(WORD) ? name + " " + full : null;
    }

    private static int afterLastSlash(Bytes path) {
        int end = path.length();
        while (end > 0 && path.at(end - 1) != '/') {
            end--;
        }
        return end;
    }
}
