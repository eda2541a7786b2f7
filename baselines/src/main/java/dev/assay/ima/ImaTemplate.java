package dev.assay.ima;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The fields of an entry and their order (Linux, security/integrity/ima/ima_template.c).
public enum ImaTemplate {
    IMA,
    IMA_NG,
    IMA_SIG,
    IMA_BUF,
    IMA_NGV2,
    IMA_SIGV2;

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
            if (template.wire().equals(name)) {
                return Optional.of(template);
            }
        }
        return Optional.empty();
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<Field> fields() {
        return switch (this) {
            case IMA -> List.of(Field.DIGEST, Field.NAME);
            case IMA_NG -> List.of(Field.NAMED_DIGEST, Field.NAME);
            case IMA_SIG -> List.of(Field.NAMED_DIGEST, Field.NAME, Field.SIGNATURE);
            case IMA_BUF -> List.of(Field.NAMED_DIGEST, Field.NAME, Field.BUFFER);
            case IMA_NGV2 -> List.of(Field.TYPED_DIGEST, Field.NAME);
            case IMA_SIGV2 -> List.of(Field.TYPED_DIGEST, Field.NAME, Field.SIGNATURE);
        };
    }
}
