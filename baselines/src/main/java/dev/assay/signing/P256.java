package dev.assay.signing;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/// Tells the curve P-256 (SP 800-186, section 3.2.1.3) by its order: the JDK gives its curves no
/// name that can be relied on.
final class P256 {
    static final String NAME = "secp256r1";

    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final BigInteger PRIME =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private P256() {}

    static boolean is(ECParameterSpec parameters) {
        return parameters.getOrder().equals(ORDER);
    }

    /// Whether the point is on the curve, which the JDK does not ask: y² = x³ − 3x + b.
    static boolean holds(ECPublicKey key) {
        ECPoint point = key.getW();
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right =
                x.pow(3).subtract(THREE.multiply(x)).add(key.getParams().getCurve().getB());
        return x.compareTo(PRIME) < 0
                && y.compareTo(PRIME) < 0
                && y.pow(2).subtract(right).mod(PRIME).signum() == 0;
    }
}
