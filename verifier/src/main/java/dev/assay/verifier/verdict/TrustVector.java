package dev.assay.verifier.verdict;

import java.util.LinkedHashMap;
import java.util.Map;

/// The AR4SI trustworthiness vector (draft-ietf-rats-ar4si, section 2.3): one claim per category
/// from -128 to 127, where 2 is affirming, 32 a warning, 96 contraindicated, 0 no claim and -1 the
/// verifier's malfunction. What nobody measured is 0: `executables` are what was loaded, of which
/// the kernel of a host with a TPM alone tells.
public record TrustVector(
        int instanceIdentity, int configuration, int executables, int fileSystem, int hardware) {
    public static final int NO_CLAIM = 0;
    public static final int AFFIRMING = 2;
    public static final int CONTRAINDICATED = 96;
    public static final int VERIFIER_MALFUNCTION = -1;

    Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("instance-identity", instanceIdentity);
        claims.put("configuration", configuration);
        claims.put("executables", executables);
        claims.put("file-system", fileSystem);
        claims.put("hardware", hardware);
        return claims;
    }
}
