package dev.assay.agent;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A temporary host's root in which anything can stand: names that are not text, paths that are too
/// long for Java's own file calls, devices, attributes. Removed when it is closed, however deep.
public final class HostTree implements AutoCloseable {
    private static final int O_CREAT_WRITE = 0x41;
    private static final int O_RDONLY = 0;

    private final Path root;

    private HostTree(Path root) {
        this.root = root;
    }

    public static HostTree create() throws IOException {
        return new HostTree(Files.createTempDirectory("assay-host"));
    }

    public Path root() {
        return root;
    }

    public Path file(String name, String content) throws IOException {
        return file(name, content, "rw-r--r--");
    }

    public Path file(String name, String content, String permissions) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    public Path directory(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    public Path link(String name, String target) throws IOException {
        Path link = root.resolve(name);
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, Path.of(target));
    }

    /// With set-id and sticky bits, which Java's own permissions do not have.
    public void mode(String name, int mode) {
        require(call("chmod", path(name), mode), "chmod");
    }

    public void fifo(String name) {
        require(call("mkfifo", path(name), 0644), "mkfifo");
    }

    /// Whether it was allowed.
    public boolean characterDevice(String name, int major, int minor) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle mknod =
                    function(
                            "mknod", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG));
            long device = (long) major << 8 | minor;
            return (int) mknod.invoke(terminated(arena, path(name)), 0020600, device) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether the filesystem has such attributes.
    public boolean attribute(String name, String attribute, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle lsetxattr =
                    function(
                            "lsetxattr",
                            FunctionDescriptor.of(
                                    JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
            MemorySegment bytes = arena.allocate(Math.max(1, value.length));
            MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
            int answer =
                    (int)
                            lsetxattr.invoke(
                                    terminated(arena, path(name)),
                                    terminated(arena, attribute.getBytes(StandardCharsets.UTF_8)),
                                    bytes,
                                    (long) value.length,
                                    0);
            return answer == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// A file below directories of these names, each made inside the one before, none resolved as
    /// part of a path.
    public void deepFile(Bytes... names) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle openat =
                    function(
                            "openat",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                            Linker.Option.firstVariadicArg(3));
            MethodHandle mkdirat =
                    function(
                            "mkdirat",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
            MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            int fd = (int) openat.invoke(-100, terminated(arena, path("")), O_RDONLY, 0);
            for (int i = 0; i < names.length; i++) {
                MemorySegment name = terminated(arena, names[i].toArray());
                boolean last = i == names.length - 1;
                if (!last) {
                    int ignored = (int) mkdirat.invoke(fd, name, 0755);
                }
                int next = (int) openat.invoke(fd, name, last ? O_CREAT_WRITE : O_RDONLY, 0644);
                int ignored = (int) close.invoke(fd);
                require(next >= 0 ? 0 : -1, "openat");
                fd = next;
            }
            int ignored = (int) close.invoke(fd);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] path(String name) {
        return (name.isEmpty() ? root : root.resolve(name))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static int call(String name, byte[] path, int argument) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle handle =
                    function(name, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
            return (int) handle.invoke(terminated(arena, path), argument);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(int answer, String what) {
        if (answer != 0) {
            throw new IllegalStateException(what + " failed");
        }
    }

    @SuppressWarnings("restricted") // tests run with native access
    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(), descriptor, options);
    }

    private static MemorySegment terminated(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    @Override
    public void close() throws IOException {
        try {
            int exit = new ProcessBuilder("rm", "-rf", root.toString()).start().waitFor();
            if (exit != 0) {
                throw new IOException("rm left something in " + root);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
