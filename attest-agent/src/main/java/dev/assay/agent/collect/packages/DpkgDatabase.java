package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// dpkg's database (dpkg(1), FILES): `info/PACKAGE.list` or, for packages that are installed for
/// several architectures, `info/PACKAGE:ARCH.list`; versions from `status`; files that one package
/// moved out of another's way from `diversions`.
final class DpkgDatabase {
    static final String FOLDER = "var/lib/dpkg";

    private static final int MAX_LISTS = 100_000;
    private static final long MAX_LIST_BYTES = 256L << 20;
    private static final long MAX_STATUS_BYTES = 256L << 20;
    private static final String SUFFIX = ".list";
    private static final String NAME = "[a-z0-9][a-z0-9+.-]{0,255}(:[a-z0-9-]{1,64})?";
    private static final String VERSION = "[A-Za-z0-9.+:~-]{1,255}";

    private final HostFiles host;

    DpkgDatabase(HostFiles host) {
        this.host = host;
    }

    /// By canonical path.
    Map<Bytes, String> lookup(Wanted wanted) {
        DpkgDiversions diversions = DpkgDiversions.read(host, wanted);
        Map<Bytes, String> packages = owners(wanted, diversions);
        Map<String, String> versions =
                packages.isEmpty() ? Map.of() : versions(new HashSet<>(packages.values()));
        Map<Bytes, String> owners = new TreeMap<>();
        packages.forEach(
                (path, name) -> {
                    String bare = name.replaceFirst(":.*", "");
                    String version = versions.get(name);
                    owners.put(path, version == null ? bare : bare + " " + version);
                });
        return owners;
    }

    private Map<Bytes, String> owners(Wanted wanted, DpkgDiversions diversions) {
        Map<Bytes, Set<Bytes>> wantedByListed = diversions.wantedByListed(wanted.canonical());
        Map<Bytes, String> packages = new HashMap<>();
        long left = MAX_LIST_BYTES;
        for (Path list : host.list(FOLDER + "/info", SUFFIX, MAX_LISTS)) {
            String file = list.getFileName().toString();
            String name = file.substring(0, file.length() - SUFFIX.length());
            if (!name.matches(NAME)) {
                continue;
            }
            try (InputStream in = host.stream(list)) {
                BoundedLines lines = new BoundedLines(in, left);
                for (Bytes line = lines.next(); line != null; line = lines.next()) {
                    left -= line.length() + 1;
                    Bytes listed = wanted.canonical(line);
                    for (Bytes path : wantedByListed.getOrDefault(listed, Set.of())) {
                        if (diversions.isOwner(name, listed, path)) {
                            packages.putIfAbsent(path, name);
                        }
                    }
                }
            } catch (IOException e) {
                // This package's files have no owner.
            }
        }
        return packages;
    }

    /// By the names of the lists, with and without architecture.
    private Map<String, String> versions(Set<String> names) {
        Map<String, String> versions = new HashMap<>();
        try (InputStream in = host.stream(FOLDER + "/status")) {
            BoundedLines lines = new BoundedLines(in, MAX_STATUS_BYTES);
            Map<String, String> fields = new HashMap<>();
            for (Bytes line = lines.next(); line != null; line = lines.next()) {
                if (line.isEmpty()) {
                    add(versions, names, fields);
                    fields.clear();
                } else {
                    field(fields, line);
                }
            }
            add(versions, names, fields);
        } catch (IOException e) {
            // An owner without a version is still an owner.
        }
        return versions;
    }

    private static final List<String> FIELDS = List.of("Package: ", "Architecture: ", "Version: ");

    private static void field(Map<String, String> fields, Bytes line) {
        if (line.at(0) == 'P' || line.at(0) == 'A' || line.at(0) == 'V') {
            String text = line.lossyText();
            for (String field : FIELDS) {
                if (text.startsWith(field)) {
                    fields.putIfAbsent(field, text.substring(field.length()).strip());
                }
            }
        }
    }

    private static void add(
            Map<String, String> versions, Set<String> names, Map<String, String> fields) {
        @Nullable String name = fields.get("Package: ");
        @Nullable String version = fields.get("Version: ");
        if (name == null || version == null || !version.matches(VERSION)) {
            return;
        }
        String qualified = name + ":" + fields.get("Architecture: ");
        if (names.contains(qualified)) {
            versions.putIfAbsent(qualified, version);
        }
        if (names.contains(name)) {
            versions.putIfAbsent(name, version);
        }
    }
}
