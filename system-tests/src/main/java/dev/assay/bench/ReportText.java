package dev.assay.bench;

import dev.assay.bench.Contender.Absent;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What `bench scan` prints for people.
final class ReportText {
    private static final double MIB = 1 << 20;
    private static final String HEAD = "wall and CPU in seconds";

    private ReportText() {}

    static void print(Report report, PrintStream out) {
        out.println(
                String.format(
                        Locale.ROOT,
                        "%s: %s, %,d files, %.2f GB, %d rounds in turns",
                        report.bench(),
                        report.root(),
                        report.size().files(),
                        report.size().bytes() / 1e9,
                        report.rounds()));
        out.println(report.machine().text());
        out.println();
        table(report.contenders(), out);
        for (Absent absent : report.leftOut()) {
            out.println("left out: " + absent.name() + ": " + absent.reason());
        }
        targets(report.targets(), out);
    }

    static void table(List<Series> all, PrintStream out) {
        int longest = all.stream().mapToInt(series -> series.name().length()).max().orElse(0);
        String first = "%-" + Math.max(longest, HEAD.length()) + "s";
        Optional<Series> yardstick = Report.named(all, Tools.OPENSSL);
        out.println(
                String.format(
                        Locale.ROOT,
                        first + " %9s %9s %9s %9s %9s %9s",
                        HEAD,
                        "median",
                        "min",
                        "max",
                        "CPU",
                        "peak MiB",
                        "× openssl"));
        String row = first + " %9.2f %9.2f %9.2f %9.2f %9.1f %9s";
        for (Series one : all) {
            out.println(
                    String.format(
                            Locale.ROOT,
                            row,
                            one.name(),
                            one.wallSeconds().median(),
                            one.wallSeconds().min(),
                            one.wallSeconds().max(),
                            one.cpuSeconds().median(),
                            one.peakBytes() / MIB,
                            yardstick
                                    .map(other -> "%.2f".formatted(one.ratioTo(other)))
                                    .orElse("")));
        }
    }

    static void targets(List<Target> targets, PrintStream out) {
        if (!targets.isEmpty()) {
            out.println();
        }
        for (Target target : targets) {
            out.println(
                    String.format(
                            Locale.ROOT,
                            "%s: %.3f %s, target at most %.3f: %s",
                            target.what(),
                            target.value(),
                            target.unit(),
                            target.limit(),
                            target.isMet() ? "met" : "MISSED"));
        }
    }
}
