package dev.assay.verifier.executor;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secrets of a webhook (Standard Webhooks 1.0.0, "Signature scheme"): `whsec_` and 24 to 64
/// bytes in base64, one a line. While a secret is replaced there are two, and both sign.
final class WebhookSecrets {
    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;
    private static final int MAX_SECRETS = 4;
    private static final int MAX_FILE_BYTES = 4096;
    private static final String MAC = "HmacSHA256";

    private final List<Bytes> secrets;

    private WebhookSecrets(List<Bytes> secrets) {
        this.secrets = secrets;
    }

    static WebhookSecrets read(Path file) throws IOException, MalformedInputException {
        List<Bytes> secrets = new ArrayList<>();
        for (String line :
                GuardedFile.readSecret(file, MAX_FILE_BYTES).lossyText().strip().split("\n", -1)) {
            secrets.add(parse(file, line.strip()));
        }
        if (secrets.size() > MAX_SECRETS) {
            throw new MalformedInputException(file + " has more than " + MAX_SECRETS + " lines");
        }
        return new WebhookSecrets(List.copyOf(secrets));
    }

    private static Bytes parse(Path file, String line) throws MalformedInputException {
        try {
            Bytes secret =
                    line.startsWith(PREFIX)
                            ? Bytes.ofBase64(line.substring(PREFIX.length()))
                            : Bytes.EMPTY;
            if (secret.length() >= MIN_BYTES && secret.length() <= MAX_BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException e) {
            // Refused below; the content stays unsaid.
        }
        throw new MalformedInputException(
                file + ": a line is " + PREFIX + " and 24 to 64 bytes in base64");
    }

    /// The value of `webhook-signature`.
    String sign(String id, long timestampSeconds, Bytes payload) {
        Bytes content = Bytes.utf8(id + "." + timestampSeconds + ".").plus(payload);
        return secrets.stream()
                .map(secret -> "v1," + hmac(secret, content).base64())
                .collect(Collectors.joining(" "));
    }

    private static Bytes hmac(Bytes secret, Bytes content) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret.toArray(), MAC));
            return Bytes.copyOf(mac.doFinal(content.toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + MAC, e);
        }
    }
}
