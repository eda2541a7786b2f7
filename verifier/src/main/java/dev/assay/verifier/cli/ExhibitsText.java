package dev.assay.verifier.cli;

import dev.assay.bytes.EscapedText;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Exhibits.FileExhibit;
import dev.assay.evidence.Exhibits.ProcessExhibit;
import dev.assay.evidence.Exhibits.SocketExhibit;
import dev.assay.tree.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Exhibits for people. Every text in them is an intruder's until somebody shows otherwise, so each
/// is escaped before it comes to a terminal, also where it should be escaped already.
record ExhibitsText(Exhibits exhibits) {
    /// For programs: what can be told without a host's own words.
    record Summary(
            String basis,
            String host,
            String boot,
            String reset,
            Instant collectedAt,
            long drifts,
            List<ListedFile> files,
            long omitted,
            long processes,
            long sockets) {}

    record ListedFile(
            String path,
            String mode,
            long size,
            boolean truncated,
            boolean unstable,
            String sha256) {
        static ListedFile of(FileExhibit file) {
            return new ListedFile(
                    file.path().toString(),
                    file.mode(),
                    file.size(),
                    file.truncated(),
                    file.unstable(),
                    Digest.ofContent(file.content()).hex());
        }
    }

    Summary summary() {
        return new Summary(
                Exhibits.BASIS,
                safe(exhibits.host()),
                exhibits.boot().value(),
                exhibits.reset(),
                exhibits.collectedAt(),
                exhibits.drifts(),
                exhibits.files().stream().map(ListedFile::of).toList(),
                exhibits.omitted().size() + exhibits.moreOmitted(),
                exhibits.processes().size() + exhibits.moreProcesses(),
                exhibits.sockets().size() + exhibits.moreSockets());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                safe(exhibits.host())
                        + " before reset "
                        + exhibits.reset()
                        + ", boot "
                        + exhibits.boot().brief()
                        + ", at "
                        + exhibits.collectedAt()
                        + ", by "
                        + safe(exhibits.agent()));
        lines.add(
                "UNATTESTED: a drifted host said this of itself; an intruder may have written it");
        exhibits.notes().forEach(note -> lines.add("note: " + safe(note)));
        section(lines, exhibits.drifts() + " drifted paths, files shown", files(), 0);
        section(lines, "not shown", omitted(), exhibits.moreOmitted());
        section(lines, "sockets", sockets(), exhibits.moreSockets());
        section(lines, "processes", processes(), exhibits.moreProcesses());
        return lines;
    }

    private static void section(
            List<String> lines, String title, List<List<String>> rows, long more) {
        lines.add("");
        lines.add(title + ": " + (rows.size() + more));
        Printing.columns(rows).forEach(row -> lines.add("  " + row));
        if (more > 0) {
            lines.add("  and " + more + " more");
        }
    }

    private List<List<String>> files() {
        return exhibits.files().stream()
                .map(
                        file ->
                                List.of(
                                        file.mode(),
                                        file.uid() + ":" + file.gid(),
                                        Long.toString(file.size()),
                                        Digest.ofContent(file.content()).brief()
                                                + (file.truncated() ? " truncated" : "")
                                                + (file.unstable() ? " unstable" : ""),
                                        file.path().toString()))
                .toList();
    }

    private List<List<String>> omitted() {
        return exhibits.omitted().stream()
                .map(one -> List.of(one.path().toString(), safe(one.why())))
                .toList();
    }

    private List<List<String>> sockets() {
        return exhibits.sockets().stream().map(ExhibitsText::row).toList();
    }

    private static List<String> row(SocketExhibit socket) {
        return List.of(
                safe(socket.protocol()),
                safe(socket.state()),
                safe(socket.local()),
                safe(socket.remote()),
                socket.process() == null ? "-" : "pid " + socket.process());
    }

    private List<List<String>> processes() {
        return exhibits.processes().stream().map(ExhibitsText::row).toList();
    }

    private static List<String> row(ProcessExhibit process) {
        return List.of(
                Long.toString(process.pid()),
                Long.toString(process.parent()),
                process.user() == null ? "-" : "uid " + process.user(),
                process.started() == null ? "-" : process.started().toString(),
                safe(process.exe()),
                safe(
                                process.commandLine() == null
                                        ? "[" + process.name() + "]"
                                        : process.commandLine())
                        + (process.cut() ? " …" : ""));
    }

    private static String safe(@Nullable String text) {
        return text == null ? "-" : EscapedText.printable(text);
    }
}
