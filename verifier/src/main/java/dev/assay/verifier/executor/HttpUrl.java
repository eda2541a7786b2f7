package dev.assay.verifier.executor;

import dev.assay.bytes.MalformedInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// Addresses that the site names.
final class HttpUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private HttpUrl() {}

    static URI parse(String text) throws MalformedInputException {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new MalformedInputException("url is none: " + e.getReason(), e);
        }
        if (url.getHost() == null
                || !Set.of("http", "https").contains(String.valueOf(url.getScheme()))) {
            throw new MalformedInputException("url has to begin with https://HOST or http://HOST");
        }
        if (url.getRawUserInfo() != null) {
            throw new MalformedInputException("url holds a user's name: it would be in every log");
        }
        if (url.getRawFragment() != null) {
            throw new MalformedInputException("url has a fragment, which is never sent");
        }
        return url;
    }

    /// For answers that count as proof.
    static URI parseGuarded(String text) throws MalformedInputException {
        URI url = parse(text);
        if (url.getScheme().equals("http") && !LOOPBACK.contains(url.getHost())) {
            throw new MalformedInputException(
                    "url is not https: anybody on the way could answer that a host was restarted");
        }
        return url;
    }
}
