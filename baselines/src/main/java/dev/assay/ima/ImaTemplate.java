package dev.assay.ima;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The fields of an entry and their order (Linux, security/integrity/ima/ima_template.c).
public enum ImaTemplate {
    IMA(Field.DIGEST, Field.NAME),
    IMA_NG(Field.NAMED_DIGEST, Field.NAME),
    IMA_SIG(Field.NAMED_DIGEST, Field.NAME, Field.SIGNATURE),
    IMA_BUF(Field.NAMED_DIGEST, Field.NAME, Field.BUFFER),
    IMA_NGV2(Field.TYPED_DIGEST, Field.NAME),
    IMA_SIGV2(Field.TYPED_DIGEST, Field.NAME, Field.SIGNATURE);

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final ImmutableFields fields;

    ImaTemplate(Field... fields) {
        this.fields = new ImmutableFields(List.of(fields));
    }

    private record ImmutableFields(List<Field> list) {}

    enum Field {
        /// 20 bytes, of SHA-1 or cut to it.
        DIGEST,
        /// `sha256:`, a zero byte and the digest.
        NAMED_DIGEST,
        /// The same behind `ima:` or `verity:`.
        TYPED_DIGEST,
        /// A path and a zero byte.
        NAME,
        SIGNATURE,
        BUFFER
    }

    static Optional<ImaTemplate> ofName(String name) {
        for (ImaTemplate template : values()) {
            if (template.wire.equals(name)) {
                return Optional.of(template);
            }
        }
        return Optional.empty();
    }

    @JsonValue
    public String wire() {
        return wire;
    }

    List<Field> fields() {
        return fields.list();
    }
}
