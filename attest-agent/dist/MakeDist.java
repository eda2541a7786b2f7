import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Makes a program as people install it: `bin`, a Java runtime of the modules that it needs, its
/// jar, an AOT cache. Run by the build with the JDK whose runtime it becomes:
///
/// `java MakeDist.java SHADED.jar TEMPLATE OUT TIMESTAMP REHEARSAL-CLASS`
///
/// Everything but the AOT cache is the same bytes in every build of one commit by one JDK.
final class MakeDist {
    /// Jackson looks for these and does without: `java.beans`, `java.sql.Date`, an XML parser.
    private static final Set<String> OPTIONAL = Set.of("java.desktop", "java.sql", "java.xml");

    /// Jackson's choice of serializers names these two of java.xml, and the agent has never one to
    /// write: two empty interfaces are 4 MB less.
    private static final List<String> NAMED_ONLY =
            List.of("org.w3c.dom.Node", "org.w3c.dom.Document");

    /// Not seen by jdeps: loaded by name. System.Logger needs the one, the lanes of SHA-256 the
    /// other.
    private static final Set<String> LOADED = Set.of("java.logging", "jdk.incubator.vector");

    /// The AOT cache takes no class that the old verifier has to look at (Java 5; picocli's are).
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private final Path shaded;
    private final Path template;
    private final Path out;
    private final Instant timestamp;
    private final String rehearsal;

    private MakeDist(String[] arguments) {
        shaded = Path.of(arguments[0]);
        template = Path.of(arguments[1]);
        out = Path.of(arguments[2]);
        timestamp = Instant.parse(arguments[3]);
        rehearsal = arguments[4];
    }

    public static void main(String[] arguments) throws Exception {
        new MakeDist(arguments).make();
    }

    private void make() throws Exception {
        String program = shaded.getFileName().toString();
        Path jar = out.resolve("lib").resolve(program);
        Path made = out.resolveSibling(out.getFileName() + ".made");
        Files.deleteIfExists(made);
        Files.createDirectories(jar.getParent());
        copyTemplate();
        rewrite(shaded, jar);
        link(modules(shaded));
        settle();
        rehearse(jar, out.resolve("lib").resolve(program.replace(".jar", ".aot")));
        Files.writeString(made, program);
    }

    private void copyTemplate() throws IOException {
        try (Stream<Path> all = Files.walk(template)) {
            for (Path from : (Iterable<Path>) all.sorted()::iterator) {
                Path name = template.relativize(from);
                if (Files.isRegularFile(from) && name.getNameCount() > 1) {
                    Path to = out.resolve(name);
                    Files.createDirectories(to.getParent());
                    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
                    boolean program = name.startsWith("bin");
                    Files.setPosixFilePermissions(
                            to,
                            PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    /// The same jar in one order, at one time, without Maven's notes, its old classes brought up.
    private void rewrite(Path from, Path to) throws IOException {
        // A program that runs from the old one keeps it; writing into it would break that program.
        Files.deleteIfExists(to);
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipFile zip = new ZipFile(from.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                if (!entry.isDirectory() && !name.startsWith("META-INF/maven/")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        files.put(name, in.readAllBytes());
                    }
                }
            }
        }
        for (String name : NAMED_ONLY) {
            files.put(name.replace('.', '/') + ".class", emptyInterface(name));
        }
        try (URLClassLoader classes =
                        new URLClassLoader(
                                new URL[] {from.toUri().toURL()},
                                ClassLoader.getPlatformClassLoader());
                OutputStream stream = Files.newOutputStream(to);
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            ClassHierarchyResolver hierarchy =
                    ClassHierarchyResolver.ofResourceParsing(classes)
                            .orElse(ClassHierarchyResolver.defaultResolver());
            write(zip, JarFile.MANIFEST_NAME, files.remove(JarFile.MANIFEST_NAME));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                String name = file.getKey();
                write(
                        zip,
                        name,
                        name.endsWith(".class")
                                ? slim(name, file.getValue(), hierarchy)
                                : file.getValue());
            }
        }
    }

    private void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        // A time of a zone would write each builder's own.
        entry.setTimeLocal(LocalDateTime.ofInstant(timestamp, ZoneOffset.UTC));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] emptyInterface(String name) {
        return ClassFile.of()
                .build(
                        ClassDesc.of(name),
                        type ->
                                type.withVersion(ClassFile.JAVA_8_VERSION, 0)
                                        .withFlags(
                                                ClassFile.ACC_PUBLIC
                                                        | ClassFile.ACC_INTERFACE
                                                        | ClassFile.ACC_ABSTRACT));
    }

    /// The same code without the names of local variables, which only a debugger asks for, and
    /// lines of our own code alone; with stack maps, which javac has written since Java 6.
    private static byte[] slim(String name, byte[] content, ClassHierarchyResolver hierarchy) {
        int version = (content[6] & 0xff) << 8 | content[7] & 0xff;
        boolean old = version < FIRST_WITH_STACK_MAPS;
        ClassFile format =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(hierarchy),
                        ClassFile.DebugElementsOption.DROP_DEBUG,
                        name.startsWith("dev/assay/")
                                ? ClassFile.LineNumbersOption.PASS_LINE_NUMBERS
                                : ClassFile.LineNumbersOption.DROP_LINE_NUMBERS,
                        old
                                ? ClassFile.StackMapsOption.GENERATE_STACK_MAPS
                                : ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED,
                        ClassFile.ConstantPoolSharingOption.NEW_POOL);
        ClassTransform bodies =
                ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
        return format.transformClass(
                format.parse(content),
                bodies.andThen(
                        (builder, element) -> {
                            if (old && element instanceof ClassFileVersion) {
                                builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                            } else {
                                builder.with(element);
                            }
                        }));
    }

    /// What jdeps finds, and nothing may be missing: a class that is not there fails in production.
    private static Set<String> modules(Path jar) throws IOException {
        String release = Integer.toString(Runtime.version().feature());
        List<String> missing =
                tool("jdeps", "--multi-release", release, "--missing-deps", jar.toString())
                        .lines()
                        .filter(line -> line.contains("not found"))
                        .filter(line -> !line.startsWith(jar.getFileName().toString()))
                        .toList();
        if (!missing.isEmpty()) {
            throw new IOException(
                    jar + " lacks what its classes need:\n" + String.join("\n", missing));
        }
        String found =
                tool(
                        "jdeps",
                        "--multi-release",
                        release,
                        "--ignore-missing-deps",
                        "--print-module-deps",
                        jar.toString());
        Set<String> modules = new TreeSet<>(Arrays.asList(found.strip().split(",")));
        modules.removeAll(OPTIONAL);
        modules.addAll(LOADED);
        return modules;
    }

    /// Made again only for another JDK or other modules: it is most of the time.
    private void link(Set<String> modules) throws IOException {
        Path runtime = out.resolve("runtime");
        Path note = out.resolveSibling(out.getFileName() + ".runtime");
        String made = System.getProperty("java.home") + " " + Runtime.version() + " " + modules;
        if (Files.exists(note)
                && Files.exists(runtime.resolve("release"))
                && Files.readString(note).equals(made)) {
            return;
        }
        delete(runtime);
        tool(
                "jlink",
                "--add-modules",
                String.join(",", modules),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-9",
                // Vectors' sines and sorts, two tools, what a cache of another kind is made from,
                // and authorities: the agent pins its verifier's key.
                "--exclude-files",
                "**libjsvml.so,**libsimdsort.so,**/jrt-fs.jar,**/bin/keytool,**/lib/classlist,"
                        + "**/cacerts,**/public_suffix_list.dat",
                "--output",
                runtime.toString());
        try (Stream<Path> all = Files.walk(runtime.resolve("lib"))) {
            for (Path library : all.filter(file -> file.toString().endsWith(".so")).toList()) {
                strip(library);
            }
        }
        Files.writeString(note, made);
    }

    /// Without what comes after the segments that are loaded: section headers and the table of
    /// local symbols, 5 MB of the JVM. ELF-64, System V ABI, "ELF Header" and "Program Header".
    private static void strip(Path library) throws IOException {
        ByteBuffer elf =
                ByteBuffer.wrap(Files.readAllBytes(library)).order(ByteOrder.nativeOrder());
        int headers = Math.toIntExact(elf.getLong(32));
        int size = elf.getShort(54);
        int count = elf.getShort(56);
        long end = headers + (long) size * count;
        for (int i = 0; i < count; i++) {
            int header = headers + i * size;
            end = Math.max(end, elf.getLong(header + 8) + elf.getLong(header + 32));
        }
        elf.putLong(40, 0).putShort(60, (short) 0).putShort(62, (short) 0);
        Files.write(library, Arrays.copyOf(elf.array(), Math.toIntExact(end)));
    }

    /// One time on every file: the AOT cache is given up where the jar's differs, and an archive of
    /// all this is the same bytes again.
    private void settle() throws IOException {
        FileTime time = FileTime.from(timestamp);
        Files.walkFileTree(
                out,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (!attributes.isSymbolicLink()) {
                            Files.setLastModifiedTime(file, time);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, IOException e)
                            throws IOException {
                        Files.setLastModifiedTime(folder, time);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private void rehearse(Path jar, Path cache) throws IOException, InterruptedException {
        Path temporary = Files.createTempDirectory("dist");
        Path log = Files.createTempFile("dist", ".log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                out.resolve("runtime/bin/java").toString(),
                                "@" + out.resolve("lib/jvm.options"),
                                "-XX:AOTCacheOutput=" + cache,
                                // What the fast compiler compiles in the rehearsal, it later does
                                // at once and for good, where it would first compile a slower
                                // version that gathers profiles for the other compiler.
                                "-XX:TieredStopAtLevel=1",
                                // But what only the other one does well is left to it.
                                "-XX:CompileCommand=quiet",
                                "-XX:CompileCommand=exclude,sun.security.provider.*::*",
                                // Nor is it of use to know of what runs at the start alone.
                                "-XX:CompileCommand=exclude,jdk.internal.classfile.*::*",
                                "-XX:CompileCommand=exclude,picocli.*::*",
                                "-XX:CompileCommand=exclude,tools.jackson.*::*",
                                "-XX:CompileCommand=exclude,sun.reflect.*::*",
                                "-XX:CompileCommand=exclude,java.lang.reflect.*::*",
                                "-XX:CompileCommand=exclude,java.util.regex.*::*",
                                "-XX:CompileCommand=exclude,java.math.*::*",
                                // A millisecond of the start, and half a megabyte.
                                "-XX:-AOTAdapterCaching",
                                "-XX:-AOTStubCaching",
                                "-Djava.io.tmpdir=" + temporary,
                                // Classes of a module that is loaded later do not go into a cache.
                                "-Dassay.digest=intrinsic",
                                "-cp",
                                jar.toString(),
                                rehearsal));
        Files.deleteIfExists(cache);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.contains("JAVA") || name.equals("CLASSPATH"));
        int exit = builder.start().waitFor();
        if (exit != 0 || !Files.exists(cache)) {
            throw new IOException("no AOT cache, exit " + exit + ":\n" + Files.readString(log));
        }
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setLastModifiedTime(cache, FileTime.from(timestamp));
        Files.setLastModifiedTime(cache.getParent(), FileTime.from(timestamp));
        delete(temporary);
        Files.delete(log);
    }

    private static String tool(String name, String... arguments) throws IOException {
        StringWriter text = new StringWriter();
        StringWriter errors = new StringWriter();
        int exit =
                ToolProvider.findFirst(name)
                        .orElseThrow(() -> new IOException("this JDK has no " + name))
                        .run(new PrintWriter(text), new PrintWriter(errors), arguments);
        if (exit != 0) {
            throw new IOException(name + " failed:\n" + text + errors);
        }
        return text.toString();
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
