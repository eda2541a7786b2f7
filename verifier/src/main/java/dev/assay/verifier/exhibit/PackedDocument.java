package dev.assay.verifier.exhibit;

import dev.assay.bytes.GzipMember;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Looks through a packed document without keeping any of it: that it is one gzip member, unpacks
/// to no more than it may, is one JSON object, and says of whom it is what its signed line said. A
/// document that a person opens in a dispute must not speak of another host.
final class PackedDocument {
    private PackedDocument() {}

    static void requireSound(InputStream packed, ExhibitsRequest signed)
            throws MalformedInputException {
        Map<String, String> owed = new HashMap<>();
        owed.put("basis", Exhibits.BASIS);
        owed.put("host", signed.host());
        owed.put("boot", signed.boot().value());
        owed.put("reset", signed.reset());
        try (JsonParser json = Json.parser(new AtMost(new GzipMember(packed)))) {
            require(json.nextToken() == JsonToken.START_OBJECT, "exhibits are no object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                @Nullable String expected = owed.remove(json.currentName());
                JsonToken value = json.nextToken();
                if (expected == null) {
                    json.skipChildren();
                } else {
                    require(
                            value == JsonToken.VALUE_STRING && expected.equals(json.getString()),
                            "exhibits are not what their line says");
                }
            }
            require(json.nextToken() == null, "something follows the exhibits");
        } catch (JacksonException | IOException | StackOverflowError e) {
            throw new MalformedInputException("exhibits: " + e.getMessage(), e);
        }
        require(owed.isEmpty(), "exhibits do not say whose they are");
    }

    private static void require(boolean holds, String refusal) throws MalformedInputException {
        if (!holds) {
            throw new MalformedInputException(refusal);
        }
    }

    private static final class AtMost extends FilterInputStream {
        private long left = Exhibits.MAX_UNPACKED_BYTES;

        AtMost(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            left -= Math.max(0, read);
            if (left < 0) {
                throw new IOException(
                        "they unpack to more than " + Exhibits.MAX_UNPACKED_BYTES + " bytes");
            }
            return read;
        }
    }
}
