package dev.assay.signing;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;

/// Asks what the JDK does not ask of a public key: whether its point is on the curve (SEC 1,
/// section 3.2.2.1).
public final class CurvePoint {
    private CurvePoint() {}

    public static boolean isOnCurve(ECPublicKey key) {
        return isOnCurve(key.getW(), key.getParams().getCurve());
    }

    /// Of a curve over a prime field: `y² = x³ + ax + b`.
    public static boolean isOnCurve(ECPoint point, EllipticCurve curve) {
        if (point.equals(ECPoint.POINT_INFINITY)
                || !(curve.getField() instanceof ECFieldFp field)) {
            return false;
        }
        BigInteger prime = field.getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (!isOfField(x, prime) || !isOfField(y, prime)) {
            return false;
        }
        BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
        return y.pow(2).subtract(right).mod(prime).signum() == 0;
    }

    private static boolean isOfField(BigInteger coordinate, BigInteger prime) {
        return coordinate.signum() >= 0 && coordinate.compareTo(prime) < 0;
    }
}
