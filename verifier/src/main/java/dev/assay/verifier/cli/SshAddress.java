package dev.assay.verifier.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `USER@HOST` or `USER@HOST:PORT`; an IPv6 address stands in brackets.
record SshAddress(String user, String host, int port) {
    private static final int SSH = 22;
    private static final int MAX_PORT = 65_535;
    private static final Pattern FORM =
            Pattern.compile(
                    "([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})@"
                            + "(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9][A-Za-z0-9.-]{0,252}))"
                            + "(?::([0-9]{1,5}))?");

    static final class Converter implements ITypeConverter<SshAddress> {
        @Override
        public SshAddress convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not USER@HOST[:PORT]");
            }
            String host = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            int port = matcher.group(4) == null ? SSH : Integer.parseInt(matcher.group(4));
            if (port < 1 || port > MAX_PORT) {
                throw new TypeConversionException("a port is from 1 to " + MAX_PORT);
            }
            return new SshAddress(matcher.group(1), host, port);
        }
    }
}
