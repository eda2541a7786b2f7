package dev.assay.signing;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/// Textual encodings of keys and certificates (RFC 7468).
public final class Pem {
    public static final int MAX_CHARS = 64 << 10;
    private static final String BEGIN = "-----BEGIN ";

    private Pem() {}

    public static Bytes parse(String pem, String label) throws MalformedInputException {
        if (pem.length() > MAX_CHARS) {
            throw new MalformedInputException("PEM is too long");
        }
        if (pem.indexOf(BEGIN) != pem.lastIndexOf(BEGIN)) {
            throw new MalformedInputException("PEM has more than one block: which is meant?");
        }
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            PemObject object = reader.readPemObject();
            if (object == null || !object.getType().equals(label)) {
                throw new MalformedInputException("no PEM block " + label);
            }
            return Bytes.copyOf(object.getContent());
        } catch (IOException | RuntimeException e) {
            throw new MalformedInputException("PEM is malformed: " + e.getMessage(), e);
        }
    }

    static String write(String label, Bytes der) {
        StringWriter out = new StringWriter();
        try (PemWriter writer = new PemWriter(out)) {
            writer.writeObject(new PemObject(label, der.toArray()));
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return out.toString();
    }
}
