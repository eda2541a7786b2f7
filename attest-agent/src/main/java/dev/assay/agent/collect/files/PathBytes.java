package dev.assay.agent.collect.files;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;

/// The bytes of paths, which the runtime shows as text in an encoding that need not hold them. Only
/// a `file:` URI has them all; it is made of a path below nothing, because making one asks the
/// kernel what the path leads to.
final class PathBytes {
    private static final Path NOTHING = Path.of("/dev/null/x");
    private static final int NOTHING_BYTES = "/dev/null/x/".length();

    private PathBytes() {}

    /// Of a relative or absolute path.
    static byte[] of(Path path) {
        String text = path.toString();
        if (isAscii(text)) {
            return Listing.ascii(text);
        }
        int slashes = 0;
        while (slashes < text.length() && text.charAt(slashes) == '/') {
            slashes++;
        }
        Path relative = slashes > 0 ? path.subpath(0, path.getNameCount()) : path;
        byte[] below = unescaped(NOTHING.resolve(relative).toUri().getRawPath());
        byte[] bytes = new byte[slashes + below.length - NOTHING_BYTES];
        Arrays.fill(bytes, 0, slashes, (byte) '/');
        System.arraycopy(below, NOTHING_BYTES, bytes, slashes, below.length - NOTHING_BYTES);
        return bytes;
    }

    /// The path of one name.
    static Path name(byte[] name) {
        StringBuilder uri = new StringBuilder("file:///");
        for (byte b : name) {
            uri.append('%');
            uri.append(Character.forDigit((b & 0xff) >> 4, 16));
            uri.append(Character.forDigit(b & 0xf, 16));
        }
        Path absolute = Path.of(URI.create(uri.toString()));
        return absolute.subpath(0, 1);
    }

    /// What stands escaped in a URI's path.
    static byte[] unescaped(String rawPath) {
        StringBuilder bytes = new StringBuilder(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            if (rawPath.charAt(i) == '%') {
                bytes.append((char) Integer.parseInt(rawPath.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.append(rawPath.charAt(i));
            }
        }
        return Listing.ascii(bytes.toString());
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }
}
