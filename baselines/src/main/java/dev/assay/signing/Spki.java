package dev.assay.signing;

import dev.assay.bytes.Bytes;
import java.security.PublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// Looks into a SubjectPublicKeyInfo (RFC 5280, section 4.1).
public final class Spki {
    private Spki() {}

    /// The key itself, without the name of its algorithm: some manufacturers name an RSA key by the
    /// padding that it is used with.
    public static Bytes keyBits(PublicKey key) {
        return Bytes.copyOf(
                SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getBytes());
    }
}
