package dev.assay.verifier.cli;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `mon,tue@22:00-04:00@Europe/Berlin`.
final class Windows implements ITypeConverter<Map<String, Object>> {
    private static final Pattern WINDOW =
            Pattern.compile("([a-z,]+)@([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})@([A-Za-z0-9_+/-]+)");

    @Override
    public Map<String, Object> convert(String text) {
        Matcher window = WINDOW.matcher(text);
        if (!window.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no window; write mon,tue@22:00-04:00@Europe/Berlin");
        }
        return Map.of(
                "days", List.of(window.group(1).split(",", -1)),
                "from", window.group(2),
                "to", window.group(3),
                "zone", window.group(4));
    }
}
