package dev.assay.agent.collect.files;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The `user` attributes, which are all that the Java runtime reads.
final class PortableAttributes {
    private static final String USER = "user.";

    /// As the runtime decodes names.
    private static final Charset NAMES =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    private static final char REPLACEMENT = '\ufffd';

    private PortableAttributes() {}

    static SortedMap<Bytes, Bytes> read(Path path, Predicate<Bytes> wanted)
            throws FileFaultException {
        if (!wanted.test(Bytes.utf8(USER))) {
            return Collections.emptySortedMap();
        }
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(
                        path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return Collections.emptySortedMap();
        }
        SortedMap<Bytes, Bytes> found = new TreeMap<>();
        try {
            for (String name : view.list()) {
                Bytes whole = Bytes.copyOf((USER + name).getBytes(NAMES));
                if (name.indexOf(REPLACEMENT) >= 0
                        || !new String(whole.toArray(), NAMES).equals(USER + name)) {
                    throw PortableFaults.unreadable("name of an attribute is no text");
                }
                if (wanted.test(whole)) {
                    found.put(whole, value(view, name));
                }
            }
            return found;
        } catch (FileSystemException e) {
            if (PortableFaults.isNotSupported(e)) {
                return Collections.emptySortedMap();
            }
            throw PortableFaults.of(e);
        } catch (IOException e) {
            throw PortableFaults.of(e);
        }
    }

    private static Bytes value(UserDefinedFileAttributeView view, String name) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(view.size(name));
        int length = value.capacity() == 0 ? 0 : view.read(name, value);
        return Bytes.copyOf(value.array(), 0, length);
    }
}
