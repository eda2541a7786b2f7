package dev.assay.verifier.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The diagram in docs/resets.md has every step that a host can take, and no other.
final class StateDiagramTest {
    private static final int WALKS = RandomSimulationTest.RUNS;
    private static final int SIMULATIONS = RandomSimulationTest.RUNS / 8;
    private static final Pattern ARROW =
            Pattern.compile("^\\s*([a-z_]+) --> ([a-z_]+)(:.*)?$", Pattern.MULTILINE);

    @Test
    void itShowsWhatHostsDoAndNothingElse() throws Exception {
        Set<String> seen = new TreeSet<>();
        for (long seed = 0; seed < WALKS; seed++) {
            StateWalk.steps(seed).forEach(step -> seen.add(arrow(step)));
        }
        for (long seed = 0; seed < SIMULATIONS; seed++) {
            RandomSimulationTest.run(seed).steps().forEach(step -> seen.add(arrow(step)));
        }
        assertThat(String.join("\n", drawn())).isEqualTo(String.join("\n", seen));
    }

    private static String arrow(Ledger.Step step) {
        return (step.from() + " --> " + step.to()).toLowerCase(Locale.ROOT);
    }

    private static Set<String> drawn() throws Exception {
        Path guide = Path.of(System.getProperty("assay.root", ".."), "docs", "resets.md");
        List<String> blocks = List.of(Files.readString(guide).split("```"));
        String diagram =
                blocks.stream()
                        .filter(block -> block.startsWith("mermaid\nstateDiagram-v2"))
                        .findFirst()
                        .orElseThrow();
        Set<String> drawn = new TreeSet<>();
        Matcher matcher = ARROW.matcher(diagram);
        while (matcher.find()) {
            drawn.add(matcher.group(1) + " --> " + matcher.group(2));
        }
        return drawn;
    }
}
