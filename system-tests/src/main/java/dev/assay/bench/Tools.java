package dev.assay.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// The programs that every administrator has, over all files of one filesystem below a root.
final class Tools {
    static final String FIND = "find -printf";
    static final String READ = "read all (cat)";
    static final String OPENSSL = "openssl dgst -sha256";

    /// What xargs(1) tells where one of the programs that it started complained, as of a file that
    /// went away.
    private static final int SOME_FAILED = 123;

    /// All attributes that we measure and find(1) knows: kind, mode, owner, group, size, links,
    /// inode, times, the link's target, name.
    private static final String ATTRIBUTES = "%y %m %U %G %s %n %i %T@ %C@ %l %p\\n";

    private static final String ALL_FILES = "find \"$1\" -xdev -type f -print0 | xargs -0 -r ";

    private Tools() {}

    /// Whether a program is found where a shell would find it.
    static boolean has(String program) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    static Contender find(Path root) {
        return require(
                Contender.Present.of(
                                FIND,
                                List.of("find", root.toString(), "-xdev", "-printf", ATTRIBUTES))
                        .exiting(Set.of(0, 1)),
                "find");
    }

    /// Every byte once, nothing else: no measurement with content can be faster than this.
    static Contender read(Path root, int cores) {
        return require(forAll(READ, "-n 400 -P \"$2\" cat", root, cores), "find", "xargs", "cat");
    }

    static Contender openssl(Path root, int cores) {
        return require(
                forAll(OPENSSL, "-n 400 -P \"$2\" openssl dgst -sha256", root, cores),
                "find",
                "xargs",
                "openssl");
    }

    private static Contender.Present forAll(String name, String command, Path root, int cores) {
        return Contender.Present.of(
                        name,
                        List.of(
                                "sh",
                                "-c",
                                ALL_FILES + command,
                                "sh",
                                root.toString(),
                                Integer.toString(cores)))
                .exiting(Set.of(0, SOME_FAILED));
    }

    private static Contender require(Contender.Present present, String... programs) {
        return Stream.of(programs)
                .filter(program -> !has(program))
                .findFirst()
                .<Contender>map(
                        program ->
                                new Contender.Absent(present.name(), program + " is not installed"))
                .orElse(present);
    }
}
