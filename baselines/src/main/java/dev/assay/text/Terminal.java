package dev.assay.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a person is looking. Asked of /proc, because the JDK's console loads a line editor.
public final class Terminal {
    private Terminal() {}

    public static boolean isOutput() {
        return isTerminal(1);
    }

    public static boolean isError() {
        return isTerminal(2);
    }

    public static boolean hasColour() {
        return isOutput() && System.getenv("NO_COLOR") == null;
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String device =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return device.startsWith("/dev/pts/")
                    || device.startsWith("/dev/tty")
                    || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
