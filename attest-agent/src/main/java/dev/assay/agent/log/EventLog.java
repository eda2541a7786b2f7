package dev.assay.agent.log;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// Writes events as one line each, `event=attested host=web-1 …`. Values are escaped and cut: what
/// a verifier or a file name says cannot forge a second line.
public final class EventLog {
    private static final int MAX_VALUE_CHARS = 512;
    private static final String FORMAT_PROPERTY = "java.util.logging.SimpleFormatter.format";
    private static final String LINE = "time=%1$tFT%1$tT.%1$tL%1$tz level=%4$s %5$s%n";

    private final Logger logger;

    private EventLog(Logger logger) {
        this.logger = logger;
    }

    public static EventLog of(Class<?> source) {
        return new EventLog(System.getLogger(source.getName()));
    }

    /// Called once, before anything is logged; a format that the operator gave stays.
    public static void useOneLineFormat() {
        if (System.getProperty(FORMAT_PROPERTY) == null) {
            System.setProperty(FORMAT_PROPERTY, LINE);
        }
    }

    /// @param keysAndValues in turn
    public void info(String event, Object... keysAndValues) {
        log(Level.INFO, event, keysAndValues);
    }

    /// @param keysAndValues in turn
    public void warn(String event, Object... keysAndValues) {
        log(Level.WARNING, event, keysAndValues);
    }

    /// @param keysAndValues in turn
    public void error(String event, Object... keysAndValues) {
        log(Level.ERROR, event, keysAndValues);
    }

    private void log(Level level, String event, Object... keysAndValues) {
        if (logger.isLoggable(level)) {
            logger.log(level, line(event, keysAndValues));
        }
    }

    static String line(String event, Object... keysAndValues) {
        StringBuilder line = new StringBuilder("event=").append(event);
        for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
            line.append(' ')
                    .append(keysAndValues[i])
                    .append('=')
                    .append(value(keysAndValues[i + 1]));
        }
        return line.toString();
    }

    private static String value(Object value) {
        String text = value.toString();
        String cut = text.length() > MAX_VALUE_CHARS ? text.substring(0, MAX_VALUE_CHARS) : text;
        String escaped = EscapedText.of(Bytes.utf8(cut)).replace("\"", "%22");
        return escaped.isEmpty() || escaped.indexOf(' ') >= 0 ? '"' + escaped + '"' : escaped;
    }
}
