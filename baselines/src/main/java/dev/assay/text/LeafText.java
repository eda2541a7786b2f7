package dev.assay.text;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Expectation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Values and whole leaves in a few words, for people.
public final class LeafText {
    private static final int MAX_CHARS = 60;
    private static final int MAX_EXPECTED_BYTES = 64 << 10;

    private LeafText() {}

    /// A kernel value, or what was expected of it: `2`, `one of 1, 2`, `1 to 3`.
    public static String value(Leaf leaf) {
        Optional<Bytes> expected = leaf.attribute(Expectation.EXPECTED);
        if (expected.isPresent()) {
            return expectation(expected.get());
        }
        return leaf.attribute(Leaf.VALUE)
                .or(() -> leaf.attribute(Leaf.CONTENT))
                .map(LeafText::text)
                .orElse(leaf.kind().wire());
    }

    private static String expectation(Bytes json) {
        try {
            JsonNode condition = Json.parseTree(json, MAX_EXPECTED_BYTES);
            if (condition.has("exact")) {
                return brief(condition.get("exact").path("value").asString(""));
            } else if (condition.has("oneOf")) {
                List<String> values = new ArrayList<>();
                condition.get("oneOf").path("values").forEach(v -> values.add(v.asString("")));
                return brief("one of " + String.join(", ", values));
            } else if (condition.has("range")) {
                JsonNode range = condition.get("range");
                return range.path("min").asLong(0) + " to " + range.path("max").asLong(0);
            } else if (condition.has("equalsFact")) {
                return "${" + condition.get("equalsFact").path("fact").asString("") + "}";
            }
            return condition.has("absent") ? "nothing" : "any value";
        } catch (MalformedInputException e) {
            return text(json);
        }
    }

    /// Escaped, on one line, not too long.
    static String text(Bytes value) {
        return value.isEmpty() ? "(empty)" : brief(value.toString());
    }

    private static String brief(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
    }

    /// What a thing is that should not be there: `set-uid root, ELF, 18 KB`.
    ///
    /// @param start the first bytes of a file, as far as they can be read
    static String description(Leaf leaf, Optional<Bytes> start) {
        return switch (leaf.kind()) {
            case FILE -> file(leaf, start);
            case DIRECTORY -> withMode(leaf, "directory");
            case SYMLINK ->
                    "link to " + leaf.attribute(Leaf.TARGET).map(LeafText::text).orElse("?");
            case CHAR_DEVICE -> withMode(leaf, "character device " + device(leaf));
            case BLOCK_DEVICE -> withMode(leaf, "block device " + device(leaf));
            case FIFO, SOCKET -> withMode(leaf, leaf.kind().wire());
            case VALUE, HELD -> value(leaf);
            case MOUNT -> attributes(leaf);
            case UNREADABLE, UNSTABLE -> reason(leaf);
        };
    }

    public static String reason(Leaf leaf) {
        return leaf.attribute(Leaf.REASON).map(LeafText::text).orElse(leaf.kind().wire());
    }

    private static String attributes(Leaf leaf) {
        List<String> parts = new ArrayList<>();
        leaf.attributes().forEach((name, value) -> parts.add(name + " " + text(value)));
        return String.join(", ", parts);
    }

    private static String device(Leaf leaf) {
        return leaf.attribute(Leaf.DEVICE).map(LeafText::text).orElse("?");
    }

    private static String withMode(Leaf leaf, String what) {
        List<String> parts = rights(leaf);
        parts.add(what);
        return String.join(", ", parts);
    }

    private static String file(Leaf leaf, Optional<Bytes> start) {
        List<String> parts = rights(leaf);
        String magic = start.map(bytes -> bytes.lossyText().toLowerCase(Locale.ROOT)).orElse("");
        if (magic.startsWith("\u007felf")) {
            parts.add("ELF");
        } else if (magic.startsWith("#!")) {
            parts.add("script");
        } else if ((mode(leaf) & 0111) != 0) {
            parts.add("executable");
        } else {
            parts.add("file");
        }
        leaf.attribute(Leaf.REASON).map(LeafText::text).ifPresent(parts::add);
        leaf.attribute(Leaf.SIZE).map(LeafText::size).ifPresent(parts::add);
        return String.join(", ", parts);
    }

    private static List<String> rights(Leaf leaf) {
        List<String> rights = new ArrayList<>();
        int mode = mode(leaf);
        if ((mode & 04000) != 0) {
            rights.add("set-uid " + owner(leaf, Leaf.UID));
        }
        if ((mode & 02000) != 0) {
            rights.add("set-gid " + owner(leaf, Leaf.GID));
        }
        if (leaf.attribute(Leaf.XATTR + "security.capability").isPresent()) {
            rights.add("capabilities");
        }
        return rights;
    }

    /// A host may claim any text for a number.
    private static String size(Bytes size) {
        String digits = size.lossyText();
        return digits.matches("[0-9]{1,18}") ? Numbers.bytes(Long.parseLong(digits)) : text(size);
    }

    private static int mode(Leaf leaf) {
        String octal = leaf.attribute(Leaf.MODE).map(Bytes::lossyText).orElse("");
        return octal.matches("[0-7]{1,6}") ? Integer.parseInt(octal, 8) : 0;
    }

    private static String owner(Leaf leaf, String attribute) {
        String id = leaf.attribute(attribute).map(LeafText::text).orElse("?");
        return id.equals("0") ? "root" : id;
    }
}
