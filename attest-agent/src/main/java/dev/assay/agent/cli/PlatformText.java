package dev.assay.agent.cli;

import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.text.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a baseline expects of a host's TPM, as lines for people. What is left out is named.
final class PlatformText {
    private PlatformText() {}

    static List<String> of(@Nullable PlatformExpectations platform) {
        List<String> lines = new ArrayList<>();
        if (platform == null) {
            return lines;
        }
        long held = platform.boot().stream().filter(pcr -> pcr.ignored() == null).count();
        if (!platform.boot().isEmpty()) {
            lines.add("boot: " + Numbers.count(held, "PCR") + " held to their values");
        }
        for (Pcr pcr : platform.boot()) {
            if (pcr.ignored() != null) {
                lines.add("PCR " + pcr.pcr() + " is ignored: " + pcr.ignored());
            }
        }
        Programs programs = platform.programs();
        lines.add(
                programs == null
                        ? "programs: the kernel measures none of them"
                        : "programs: those of the tree, and "
                                + Numbers.count(programs.beyondTree().size(), "program")
                                + " beyond it"
                                + (programs.violations() ? ", violations allowed" : ""));
        return lines;
    }
}
