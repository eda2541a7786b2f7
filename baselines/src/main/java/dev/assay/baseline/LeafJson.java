package dev.assay.baseline;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// A leaf as one flat JSON object: `kind`, then the attributes by name, each {@link EscapedText}.
public final class LeafJson {
    static final String KIND = "kind";

    private LeafJson() {}

    public static Map<String, String> write(Leaf leaf) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(KIND, leaf.kind().wire());
        leaf.attributes().forEach((name, value) -> fields.put(name, EscapedText.of(value)));
        return fields;
    }

    public static Leaf parse(Map<String, String> fields) throws MalformedInputException {
        String kind = fields.get(KIND);
        if (kind == null) {
            throw new MalformedInputException("leaf without kind");
        }
        Map<String, Bytes> attributes = new TreeMap<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (!field.getKey().equals(KIND)) {
                attributes.put(field.getKey(), EscapedText.parse(field.getValue()));
            }
        }
        try {
            return Leaf.of(Kind.parse(kind), attributes);
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("leaf: " + e.getMessage(), e);
        }
    }
}
