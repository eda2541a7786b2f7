package dev.assay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// AIDE over the same files, for the same attributes, with a worker on each core: its `--init`
/// reads and hashes all, and writes the database.
final class Aide {
    static final String NAME = "AIDE --init";

    /// Kind, permissions, owner, group, size, link and links, times, inode, SHA-256, ACL and
    /// extended attributes; capabilities and SELinux labels are among the latter.
    private static final String ATTRIBUTES = "ftype+p+u+g+s+l+n+m+c+i+sha256+acl+xattrs";

    private static final Pattern SPECIAL = Pattern.compile("[\\\\^$.|?*+()\\[\\]{}]");

    private Aide() {}

    /// @param folder for its configuration and database
    static Contender over(Path root, Path folder) throws IOException {
        if (!Tools.has("aide")) {
            return new Contender.Absent(NAME, "not installed, for example the package aide");
        }
        Path configuration = folder.resolve("aide.conf");
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        Files.writeString(
                configuration,
                configuration(root, folder, Machine.allCores(), below(root, mounts)));
        return Contender.Present.of(
                NAME, List.of("aide", "--init", "--config", configuration.toString()));
    }

    /// What AIDE 0.18 and later understand.
    static String configuration(Path root, Path folder, int workers, List<String> left) {
        StringBuilder text = new StringBuilder();
        text.append("database_out=file:").append(folder.resolve("aide.db")).append('\n');
        text.append("gzip_dbout=no\n");
        text.append("report_url=file:").append(folder.resolve("aide.report")).append('\n');
        text.append("report_level=summary\n");
        text.append("num_workers=").append(workers).append('\n');
        for (String mount : left) {
            text.append('!').append(pattern(mount)).append("($|/)\n");
        }
        text.append(pattern(root.toString())).append(' ').append(ATTRIBUTES).append('\n');
        return text.toString();
    }

    /// Mount points below the root: AIDE would enter them where `find -xdev` does not.
    static List<String> below(Path root, List<String> mountInfo) {
        String prefix = root.toString().equals("/") ? "/" : root + "/";
        List<String> found = new ArrayList<>();
        for (String line : mountInfo) {
            String[] words = line.split(" ", -1);
            String place = words.length > 4 ? unescaped(words[4]) : "";
            if (place.startsWith(prefix) && place.length() > prefix.length()) {
                found.add(place);
            }
        }
        return found;
    }

    /// The kernel writes white space and backslashes of a mount point as octal numbers.
    private static String unescaped(String text) {
        return Stream.of("\\040", "\\011", "\\012", "\\134")
                .reduce(
                        text,
                        (done, octal) ->
                                done.replace(
                                        octal,
                                        Character.toString(
                                                Integer.parseInt(octal.substring(1), 8))));
    }

    private static String pattern(String path) {
        return SPECIAL.matcher(path).replaceAll("\\\\$0");
    }
}
