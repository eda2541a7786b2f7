package dev.assay.agent.exhibit;

import dev.assay.bytes.Bytes;
import dev.assay.scope.Glob;
import dev.assay.scope.PathMatcher;
import dev.assay.scope.PathPattern;
import dev.assay.tree.NodePath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which files may leave the host. Only what a pattern names does, and whatever the patterns say
/// never what looks like a key, a secret or a password file, in any segment of its path: the
/// verifier is not to become the place where a fleet's secrets are gathered.
public final class ExhibitPatterns {
    private static final List<String> USUAL =
            List.of("/usr/**", "/etc/systemd/**", "/etc/cron*/**", "/opt/**");

    /// Held against names in lower case.
    private static final List<Glob> NEVER =
            List.of(
                    Glob.of("*key*"),
                    Glob.of("*secret*"),
                    Glob.of("*shadow*"),
                    Glob.of("*credential*"),
                    Glob.of("*.pem"),
                    Glob.of("*.p12"),
                    Glob.of("*.pfx"),
                    Glob.of("*.jks"),
                    Glob.of("*.kdbx"),
                    Glob.of("id_rsa*"),
                    Glob.of("id_ecdsa*"),
                    Glob.of("id_ed25519*"));

    private final PathMatcher allowed;

    private ExhibitPatterns(PathMatcher allowed) {
        this.allowed = allowed;
    }

    /// @param patterns absolute, as `/opt/app/**`; none for the usual ones
    /// @throws IllegalArgumentException where one is malformed
    public static ExhibitPatterns of(List<String> patterns) {
        return new ExhibitPatterns(
                new PathMatcher(
                        (patterns.isEmpty() ? USUAL : patterns)
                                .stream().map(ExhibitPatterns::pattern).toList()));
    }

    private static PathPattern pattern(String text) {
        if (!text.startsWith("/") || text.length() == 1) {
            throw new IllegalArgumentException("a pattern of exhibits begins with /: " + text);
        }
        return PathPattern.of(text.substring(1));
    }

    /// Why a file does not leave the host; empty where it may.
    ///
    /// @param relative to the host's root
    Optional<String> refusal(NodePath relative) {
        for (Bytes segment : relative.segments()) {
            Bytes name = Bytes.utf8(segment.lossyText().toLowerCase(Locale.ROOT));
            if (NEVER.stream().anyMatch(glob -> glob.matches(name))) {
                return Optional.of("its name looks like a secret's");
            }
        }
        return allowed.root().descend(relative).exact().isPresent()
                ? Optional.empty()
                : Optional.of("no --exhibit-path names it");
    }
}
