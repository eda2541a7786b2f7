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

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

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
        return switch (this) {
            case IMA -> Fields.IMA;
            case IMA_NG -> Fields.IMA_NG;
            case IMA_SIG -> Fields.IMA_SIG;
            case IMA_BUF -> Fields.IMA_BUF;
            case IMA_NGV2 -> Fields.IMA_NGV2;
            case IMA_SIGV2 -> Fields.IMA_SIGV2;
        };
    }

    /// Made once: a list has an entry for each program that ever ran.
    private static final class Fields {
        static final List<Field> IMA = List.of(Field.DIGEST, Field.NAME);
        static final List<Field> IMA_NG = List.of(Field.NAMED_DIGEST, Field.NAME);
        static final List<Field> IMA_SIG = List.of(Field.NAMED_DIGEST, Field.NAME, Field.SIGNATURE);
        static final List<Field> IMA_BUF = List.of(Field.NAMED_DIGEST, Field.NAME, Field.BUFFER);
        static final List<Field> IMA_NGV2 = List.of(Field.TYPED_DIGEST, Field.NAME);
        static final List<Field> IMA_SIGV2 =
                List.of(Field.TYPED_DIGEST, Field.NAME, Field.SIGNATURE);
    }
}
