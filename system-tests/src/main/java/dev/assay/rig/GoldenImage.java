package dev.assay.rig;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/// The image that the hosts boot from: a copy of real files of this machine, and of its kernel's
/// configuration as `/proc` and `/sys` show it.
public final class GoldenImage {
    private static final int MAX_FILES = 4000;
    private static final long MAX_BYTES = 110L << 20;
    private static final long MAX_FILE_BYTES = 3L << 20;

    /// One value of a kernel file: they say a size of zero.
    private static final int MAX_KERNEL_FILE_BYTES = 64 << 10;

    private static final List<String> FOLDERS =
            List.of("etc", "usr/bin", "usr/sbin", "usr/lib", "usr/libexec");

    private final Path disk;
    private final Path kernel;
    private final boolean inPlace;
    private int files;
    private long bytes;

    private GoldenImage(Path disk, Path folder, boolean inPlace) {
        this.disk = disk;
        this.inPlace = inPlace;
        this.kernel = folder.resolve("kernel");
    }

    /// @param source `/` for a part of this machine, or any tree, which is taken whole within the
    ///   bounds
    public static GoldenImage copyOf(Path source, Path folder) throws IOException {
        GoldenImage image = new GoldenImage(folder.resolve("disk"), folder, false);
        Files.createDirectories(image.disk);
        if (source.equals(source.getRoot())) {
            for (String part : FOLDERS) {
                image.copyFiles(source, part);
            }
        } else {
            image.copyFiles(source, "");
        }
        image.copyKernel();
        return image;
    }

    /// Of a tree that is no copy: the one host that boots from it lives in it, and no boot restores
    /// it.
    public static GoldenImage inPlace(Path disk, Path folder) throws IOException {
        GoldenImage image = new GoldenImage(disk, folder, true);
        image.copyKernel();
        return image;
    }

    boolean isInPlace() {
        return inPlace;
    }

    public Path disk() {
        return disk;
    }

    /// A folder with `proc` and `sys`.
    public Path kernel() {
        return kernel;
    }

    public int files() {
        return files;
    }

    public long bytes() {
        return bytes;
    }

    private void copyFiles(Path source, String part) throws IOException {
        Path from = source.resolve(part);
        if (Files.isDirectory(from)) {
            Files.walkFileTree(from, new Copying(source));
        }
    }

    private final class Copying extends SimpleFileVisitor<Path> {
        private final Path source;

        Copying(Path source) {
            this.source = source;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            if (!Files.isReadable(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(disk.resolve(source.relativize(folder)));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            boolean wanted =
                    attributes.isSymbolicLink()
                            || attributes.isRegularFile()
                                    && attributes.size() <= MAX_FILE_BYTES
                                    && bytes + attributes.size() <= MAX_BYTES
                                    && Files.isReadable(file);
            if (wanted && files < MAX_FILES) {
                Files.copy(
                        file,
                        disk.resolve(source.relativize(file)),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
                files++;
                bytes += attributes.isRegularFile() ? attributes.size() : 0;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }

    private void copyKernel() throws IOException {
        copyKernelFile(Path.of("/proc/cmdline"));
        copyKernelFile(Path.of("/proc/modules"));
        copyKernelFile(Path.of("/proc/version"));
        copyKernelFile(Path.of("/proc/1/mountinfo"));
        for (String folder :
                List.of(
                        "/proc/sys/kernel",
                        "/proc/sys/fs",
                        "/proc/sys/net/ipv4",
                        "/sys/devices/system/cpu/vulnerabilities")) {
            try (Stream<Path> found = Files.walk(Path.of(folder), 2)) {
                for (Path file : found.filter(Files::isRegularFile).toList()) {
                    copyKernelFile(file);
                }
            }
        }
        Path restriction = kernel.resolve("proc/sys/kernel/kptr_restrict");
        Files.createDirectories(restriction.getParent());
        Files.writeString(restriction, "2\n");
    }

    private void copyKernelFile(Path file) throws IOException {
        Path target = kernel.resolve(Path.of("/").relativize(file));
        try (var in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_KERNEL_FILE_BYTES);
            Files.createDirectories(target.getParent());
            Files.write(target, content);
        } catch (IOException e) {
            // Some values of a kernel can be written only, or only root may read them.
            Files.deleteIfExists(target);
        }
    }
}
