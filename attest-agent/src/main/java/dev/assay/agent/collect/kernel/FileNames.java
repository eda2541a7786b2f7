package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/// The bytes of a file's name. Java decodes names by the locale, and what that cannot decode
/// becomes U+FFFD: two interfaces would get one name.
final class FileNames {
    private FileNames() {}

    static Bytes of(Path file) {
        Path name = file.getFileName();
        if (name == null) {
            return Bytes.EMPTY;
        }
        String text = name.toString();
        return text.chars().allMatch(c -> c < 0x80) ? Bytes.utf8(text) : fromUri(file);
    }

    /// The JDK's URI of a Unix path escapes the path's own bytes, whatever the locale.
    private static Bytes fromUri(Path file) {
        String uri = file.toAbsolutePath().toUri().getRawPath();
        String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        String name = path.substring(path.lastIndexOf('/') + 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream(name.length());
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '%') {
                out.write(Integer.parseInt(name, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(name.charAt(i));
            }
        }
        return Bytes.copyOf(out.toByteArray());
    }
}
