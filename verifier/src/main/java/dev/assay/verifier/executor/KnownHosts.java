package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.ssh.HostKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys of hosts, in OpenSSH's format (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), by the *names*
/// under which hosts are enrolled, as `ssh -o HostKeyAlias=NAME` looks them up: an address, which
/// comes from a label, cannot send one host's reset to another host.
///
/// Patterns, hashed names and certificate authorities are refused: each would let a key stand for a
/// host that nobody wrote down.
final class KnownHosts {
    private static final int MAX_BYTES = 8 << 20;

    /// Of which a host can be known. It has keys of other types as well, which `ssh-keyscan` tells
    /// too; they are read and never accepted.
    private static final Set<String> ACCEPTED = Set.of("ssh-ed25519", "ssh-rsa");

    private static final Set<String> TYPES =
            Set.of(
                    "ssh-ed25519",
                    "ssh-rsa",
                    "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384",
                    "ecdsa-sha2-nistp521");

    private final List<Pin> pins;

    private KnownHosts(List<Pin> pins) {
        this.pins = pins;
    }

    /// @param blob the public key as on the wire (RFC 4253, section 6.6)
    record Pin(List<String> names, String type, Bytes blob, boolean revoked) {
        Pin {
            names = List.copyOf(names);
        }
    }

    static KnownHosts read(Path file) throws IOException, MalformedInputException {
        List<Pin> pins = new ArrayList<>();
        String[] lines = GuardedFile.readSettings(file, MAX_BYTES).lossyText().split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                pins.add(parse(line));
            } catch (IllegalArgumentException e) {
                throw new MalformedInputException(
                        file + ", line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return new KnownHosts(List.copyOf(pins));
    }

    private static Pin parse(String line) {
        boolean revoked = line.startsWith("@revoked ");
        if (line.startsWith("@") && !revoked) {
            throw new IllegalArgumentException("of the markers only @revoked is understood");
        }
        String rest = revoked ? line.substring("@revoked ".length()).strip() : line;
        String[] words = rest.split("\\s+", 4);
        if (words.length < 3) {
            throw new IllegalArgumentException("a line is: names, type of key, key");
        }
        List<String> names = List.of(words[0].toLowerCase(Locale.ROOT).split(","));
        boolean everyHost = revoked && names.equals(List.of("*"));
        if (!everyHost && !names.stream().allMatch(name -> name.matches("[a-z0-9._:\\[\\]-]+"))) {
            throw new IllegalArgumentException("names are whole and plain, no patterns, no hashes");
        }
        if (!TYPES.contains(words[1])) {
            throw new IllegalArgumentException("the type of key is none of " + sortedTypes());
        }
        return new Pin(names, words[1], Bytes.ofBase64(words[2]), revoked);
    }

    private static List<String> sortedTypes() {
        return TYPES.stream().sorted().toList();
    }

    /// Of one host.
    HostKeys of(String host) {
        return new OfHost(host);
    }

    private final class OfHost implements HostKeys {
        private final String host;

        OfHost(String host) {
            this.host = host;
        }

        @Override
        public List<String> types() {
            return typesOf(host);
        }

        @Override
        public @Nullable String refusalOf(String type, Bytes blob) {
            return KnownHosts.this.refusalOf(host, blob);
        }
    }

    /// The types of the keys that this host may show.
    List<String> typesOf(String host) {
        return pins.stream()
                .filter(pin -> !pin.revoked() && pin.names().contains(host))
                .map(Pin::type)
                .filter(ACCEPTED::contains)
                .distinct()
                .toList();
    }

    /// Null where the key is the host's; else why not, as one line.
    private @Nullable String refusalOf(String host, Bytes blob) {
        if (pins.stream().anyMatch(pin -> pin.revoked() && pin.blob().equals(blob))) {
            return "the host key of " + host + " is revoked";
        }
        boolean known =
                pins.stream()
                        .anyMatch(
                                pin ->
                                        !pin.revoked()
                                                && pin.names().contains(host)
                                                && pin.blob().equals(blob));
        return known ? null : "the host key is not the one that is known for " + host;
    }
}
