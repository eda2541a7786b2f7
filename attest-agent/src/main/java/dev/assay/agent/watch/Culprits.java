package dev.assay.agent.watch;

import dev.assay.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks `/proc` who a process is, once for each process while a queue is taken.
final class Culprits {
    /// `(uid_t) -1`: nobody logged in.
    private static final long NO_LOGIN = 0xffffffffL;

    /// As Docker, containerd, CRI-O and Podman name the control groups of containers.
    private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");

    private static final int MAX_ASKED = 1_000;

    private final Syscalls calls;
    private final Map<Integer, Culprit> known = new HashMap<>();

    Culprits(Syscalls calls) {
        this.calls = calls;
    }

    void clear() {
        known.clear();
    }

    /// Null where the kernel does not tell: a process of an outer namespace.
    @Nullable Culprit of(int pid) {
        if (pid <= 0 || !known.containsKey(pid) && known.size() >= MAX_ASKED) {
            return null;
        }
        return known.computeIfAbsent(pid, this::ask);
    }

    private Culprit ask(int pid) {
        String process = "/proc/" + pid;
        Bytes program = calls.readLink(Bytes.utf8(process + "/exe"));
        return Culprit.of(
                pid,
                program == null ? Bytes.EMPTY : program,
                loginUid(text(process + "/loginuid")),
                container(text(process + "/cgroup")));
    }

    static @Nullable Long loginUid(String text) {
        if (!text.matches("[0-9]{1,10}\n?")) {
            return null;
        }
        long uid = Long.parseLong(text.strip());
        return uid == NO_LOGIN ? null : uid;
    }

    static @Nullable String container(String controlGroups) {
        Matcher matcher = CONTAINER.matcher(controlGroups);
        String last = null;
        while (matcher.find()) {
            last = matcher.group();
        }
        return last;
    }

    private String text(String file) {
        int fd = calls.openForReading(Bytes.utf8(file));
        if (fd < 0) {
            return "";
        }
        try {
            byte[] start = calls.read(fd);
            return start == null ? "" : new String(start, StandardCharsets.ISO_8859_1);
        } finally {
            calls.close(fd);
        }
    }
}
