package dev.assay.agent.collect.packages;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `diversions` of dpkg-divert(1): three lines each, the path, where the other packages' file of
/// that name lies instead, and the package whose own file keeps the path (`:` for the
/// administrator).
final class DpkgDiversions {
    private static final int MAX_DIVERSIONS = 100_000;
    private static final long MAX_BYTES = 16L << 20;

    private record Diversion(Bytes from, Bytes to, String by) {}

    private final Map<Bytes, Diversion> byFrom = new HashMap<>();
    private final Map<Bytes, Diversion> byTo = new HashMap<>();

    private DpkgDiversions(List<Diversion> diversions) {
        for (Diversion diversion : diversions) {
            byFrom.putIfAbsent(diversion.from(), diversion);
            byTo.putIfAbsent(diversion.to(), diversion);
        }
    }

    static DpkgDiversions read(HostFiles host, Wanted wanted) {
        List<Diversion> diversions = new ArrayList<>();
        try (InputStream in = host.stream(DpkgDatabase.FOLDER + "/diversions")) {
            BoundedLines lines = new BoundedLines(in, MAX_BYTES);
            while (diversions.size() < MAX_DIVERSIONS) {
                Bytes from = lines.next();
                Bytes to = lines.next();
                Bytes by = lines.next();
                if (from == null || to == null || by == null) {
                    break;
                }
                diversions.add(
                        new Diversion(
                                wanted.canonical(from), wanted.canonical(to), by.lossyText()));
            }
        } catch (IOException e) {
            // Without diversions a few owners are the other package of two.
        }
        return new DpkgDiversions(diversions);
    }

    /// The wanted paths by the path under which a list has them.
    Map<Bytes, Set<Bytes>> wantedByListed(Set<Bytes> wanted) {
        Map<Bytes, Set<Bytes>> result = new HashMap<>();
        for (Bytes path : wanted) {
            result.computeIfAbsent(path, absent -> new HashSet<>()).add(path);
            Diversion diversion = byTo.get(path);
            if (diversion != null) {
                result.computeIfAbsent(diversion.from(), absent -> new HashSet<>()).add(path);
            }
        }
        return result;
    }

    /// Whether the file at `path` is the one that the package lists as `listed`.
    boolean isOwner(String list, Bytes listed, Bytes path) {
        Diversion diversion = byFrom.get(listed);
        if (diversion == null || list.replaceFirst(":.*", "").equals(diversion.by())) {
            return path.equals(listed);
        }
        return path.equals(diversion.to());
    }
}
