package dev.assay.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documents name is there. A page that cites a class which was renamed misleads exactly
/// those who need it.
final class DocumentsTest {
    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", "node_modules", ".terraform");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern PACKAGE = Pattern.compile("dev\\.assay(\\.[a-z0-9]+)*");
    private static final Pattern TYPE =
            Pattern.compile("([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)((?:\\.[A-Za-z][A-Za-z0-9]*)*)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final int FEWEST_NAMES = 20;
    private static final int FEWEST_PAGES = 5;

    private Path root = Path.of("");

    /// By simple name, the sources of that name.
    private final Map<String, List<Path>> sources = new HashMap<>();

    private final Set<String> packages = new TreeSet<>();

    @BeforeEach
    void readTheTree() throws IOException {
        String given = System.getProperty("assay.root");
        assertThat(given).as("assay.root, which the build sets").isNotNull();
        root = Path.of(given);
        for (Path source : files(".java")) {
            String name = name(source).replace(".java", "");
            sources.computeIfAbsent(name, unseen -> new ArrayList<>()).add(source);
            String folder = Objects.requireNonNull(source.getParent()).toString();
            int begin = folder.indexOf("/dev/assay");
            if (begin >= 0) {
                packages.add(folder.substring(begin + 1).replace('/', '.'));
            }
        }
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> name(file).endsWith(ending))
                    .filter(
                            file -> {
                                for (Path part : root.relativize(file)) {
                                    if (NOT_OURS.contains(part.toString())) {
                                        return false;
                                    }
                                }
                                return true;
                            })
                    .toList();
        }
    }

    private static String name(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ARCHITECTURE.md", "SECURITY.md"})
    void everyPackageTypeAndTestThatIsNamedExists(String page) throws IOException {
        Set<String> missing = new TreeSet<>();
        int named = 0;
        for (String code : found(CODE, FENCE.matcher(read(root.resolve(page))).replaceAll(""))) {
            var type = TYPE.matcher(code);
            if (PACKAGE.matcher(code).matches()) {
                named++;
                if (!packages.contains(code)) {
                    missing.add(code);
                }
            } else if (type.matches()) {
                named++;
                if (!exists(type.group(1), type.group(2))) {
                    missing.add(code);
                }
            }
        }
        assertThat(missing).as("named in %s, but not there", page).isEmpty();
        // A pattern that finds nothing would agree with everything.
        assertThat(named).isGreaterThan(FEWEST_NAMES);
    }

    /// @param members `.method` or `.Nested`, or empty
    private boolean exists(String type, String members) throws IOException {
        List<String> wanted =
                members.isEmpty() ? List.of() : List.of(members.substring(1).split("\\.", -1));
        for (Path source : sources.getOrDefault(type, List.of())) {
            String text = read(source);
            if (wanted.stream().allMatch(member -> hasWord(text, member))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasWord(String text, String word) {
        return Pattern.compile("\\b" + Pattern.quote(word) + "\\b").matcher(text).find();
    }

    @Test
    void everyLinkToAFileLeadsToOne() throws IOException {
        Set<String> broken = new TreeSet<>();
        List<Path> pages = files(".md");
        for (Path page : pages) {
            Path folder = Objects.requireNonNull(page.getParent());
            for (String link : found(LINK, FENCE.matcher(read(page)).replaceAll(""))) {
                String target = link.replaceFirst("#.*", "");
                boolean elsewhere = link.matches("[a-z]+:.*");
                if (!elsewhere && !target.isEmpty() && !Files.exists(folder.resolve(target))) {
                    broken.add(root.relativize(page) + " → " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(pages).hasSizeGreaterThan(FEWEST_PAGES);
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, UTF_8);
    }
}
