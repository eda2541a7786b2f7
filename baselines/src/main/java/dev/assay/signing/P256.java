package dev.assay.signing;

import java.math.BigInteger;
import java.security.spec.ECParameterSpec;

/// Tells the curve P-256 (SP 800-186, section 3.2.1.3) by its order: the JDK gives its curves no
/// name that can be relied on.
final class P256 {
    static final String NAME = "secp256r1";

    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private P256() {}

    static boolean is(ECParameterSpec parameters) {
        return parameters.getOrder().equals(ORDER);
    }
}
