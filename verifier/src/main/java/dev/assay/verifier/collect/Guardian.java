package dev.assay.verifier.collect;

import dev.assay.bytes.Bytes;
import dev.assay.verifier.ssh.CommandEnd;
import dev.assay.verifier.ssh.RunningCommand;
import dev.assay.verifier.ssh.SshConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A small shell script on the host that makes a private folder there, and removes it when its
/// standard input ends: whether because we are done, were interrupted, were killed, or because the
/// network is gone. There is no way of ending that leaves the folder behind, and no moment at which
/// there is a folder and no guardian.
final class Guardian {
    private static final int MAX_LINE_BYTES = 1024;
    private static final int NO_PLACE = 3;
    private static final Pattern LINE =
            Pattern.compile("([0-9]{1,10}) ([A-Za-z0-9_.-]{1,64}) ([A-Za-z0-9_.-]{1,64}) (/.*)");

    /// On one line, and without what any login shell does with quoted text: `!` and a backslash.
    /// The file that is tried shows whether anything may be run from there at all (noexec).
    private static final String SCRIPT =
            "trap \"\" HUP INT TERM PIPE; umask 077; n=$1; shift; d=; "
                    + "for b in \"$@\"; do mkdir \"$b/$n\" 2>/dev/null || continue; "
                    + "echo : >\"$b/$n/try\" && chmod 700 \"$b/$n/try\" && \"$b/$n/try\" 2>/dev/null"
                    + " && rm \"$b/$n/try\" && d=$b/$n && break; rm -rf \"$b/$n\"; done; "
                    + "test -n \"$d\" || exit "
                    + NO_PLACE
                    + "; echo \"$(id -u) $(uname -s) $(uname -m) $d\"; cat >/dev/null; i=0; "
                    // A capture that has not noticed yet may still write there.
                    + "while test $i -lt 60; do rm -rf \"$d\" 2>/dev/null; "
                    + "test -e \"$d\" || exit 0; sleep 1; i=$((i+1)); done; exit 4";

    private final RunningCommand command;
    private final Place place;

    private Guardian(RunningCommand command, Place place) {
        this.command = command;
        this.place = place;
    }

    /// @param user the number of the user that we are there
    /// @param system as uname(1) says, `Linux`
    /// @param folder ours
    record Place(long user, String system, String machine, String folder) {}

    /// @param name of the folder, that nobody can have foreseen
    /// @param candidates folders in which to make it, in order
    static Guardian begin(SshConnection connection, String name, List<String> candidates)
            throws IOException, CollectException {
        List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "assay-collect", name));
        words.addAll(candidates);
        RunningCommand command = connection.start("exec " + Shell.quoted(words));
        String line = firstLine(command.out());
        if (line == null) {
            CommandEnd end = command.end(Duration.ofSeconds(10));
            throw CollectException.refused(
                    end.equals(new CommandEnd.Status(NO_PLACE))
                            ? "in none of "
                                    + String.join(", ", candidates)
                                    + " can the user write and run a program (noexec?): name a"
                                    + " folder with --remote-dir"
                            : "the host runs no shell commands for the user, or not this one");
        }
        return new Guardian(command, parse(line, name, candidates));
    }

    /// Null where it ends before it says anything.
    private static @Nullable String firstLine(InputStream out)
            throws IOException, CollectException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = out.read(); b != '\n'; b = out.read()) {
            if (b < 0) {
                return null;
            }
            if (line.size() >= MAX_LINE_BYTES) {
                throw unexpected();
            }
            line.write(b);
        }
        return Bytes.copyOf(line.toByteArray()).lossyText();
    }

    /// A shell's start-up file that prints is refused with everything else that is not the answer:
    /// nothing of it gets into a command or a path.
    static Place parse(String line, String name, List<String> candidates) throws CollectException {
        Matcher answer = LINE.matcher(line);
        if (answer.matches()) {
            String folder = answer.group(4);
            boolean asked = candidates.stream().anyMatch(one -> folder.equals(one + "/" + name));
            if (asked) {
                return new Place(
                        Long.parseLong(answer.group(1)), answer.group(2), answer.group(3), folder);
            }
        }
        throw unexpected();
    }

    private static CollectException unexpected() {
        return CollectException.refused(
                "the host's shell answers something else than it was asked: does a start-up file"
                        + " (.bashrc) print where nobody looks?");
    }

    Place place() {
        return place;
    }

    /// Ends it.
    ///
    /// @return whether it says that the folder is gone
    boolean end(Duration limit) throws IOException {
        command.in().close();
        return command.end(limit).equals(new CommandEnd.Status(0));
    }
}
