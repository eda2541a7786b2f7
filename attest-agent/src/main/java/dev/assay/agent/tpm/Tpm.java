package dev.assay.agent.tpm;

import dev.assay.agent.tpm.TpmConnection.Response;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.Quote;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.Marshal;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmtPublic;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One connection to a TPM. What it loads is flushed when it is closed.
final class Tpm implements AutoCloseable {
    private static final long ENDORSEMENT_HIERARCHY = 0x4000000bL;
    private static final long NULL_HANDLE = 0x40000007L;
    private static final long PASSWORD_SESSION = 0x40000009L;
    private static final int ALG_NULL = 0x0010;
    private static final int POLICY_SESSION = 1;
    private static final int CAPABILITY_ECC_CURVES = 8;
    private static final int CURVE_P256 = 3;

    /// Where manufacturers put the certificates of L-1 and L-2 (TCG EK Credential Profile, section
    /// 2.2.1.4).
    private static final long RSA_CERTIFICATE = 0x01c00002L;

    private static final long ECC_CERTIFICATE = 0x01c0000aL;

    private static final int NV_BLOCK = 512;

    private static final int MAX_CERTIFICATE_BYTES = 8 << 10;
    private static final int MAX_AREA_BYTES = 1024;
    private static final int MAX_SIZED_BYTES = 2048;
    private static final int NONCE_BYTES = 32;
    private static final int DIGESTS_AT_ONCE = 8;
    private static final int QUOTE_TRIES = 8;
    private static final Bytes PASSWORD = authorization(PASSWORD_SESSION);

    private final TpmConnection connection;
    private final List<Long> loaded = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();

    Tpm(TpmConnection connection) {
        this.connection = connection;
    }

    /// A key that is loaded until the connection is closed.
    record Key(long handle, TpmtPublic area) {}

    /// @param certificate as its index holds it, where there is one; padding may follow
    record Endorsement(Bytes template, Optional<Bytes> certificate) {}

    /// The same at each call: the one that its manufacturer vouches for, RSA before ECC.
    Endorsement endorsement() throws IOException {
        Optional<Bytes> rsa = nv(RSA_CERTIFICATE);
        if (rsa.isPresent()) {
            return new Endorsement(Templates.endorsementRsa(), rsa);
        }
        boolean hasEcc = hasP256();
        Optional<Bytes> ecc = hasEcc ? nv(ECC_CERTIFICATE) : Optional.empty();
        return new Endorsement(
                hasEcc ? Templates.endorsementEcc() : Templates.endorsementRsa(), ecc);
    }

    Key attestationKey() throws IOException {
        return createPrimary(hasP256() ? Templates.attestationEcc() : Templates.attestationRsa());
    }

    private boolean hasP256() throws IOException {
        Bytes asked = new Marshal().u32(CAPABILITY_ECC_CURVES).u32(0).u32(256).done();
        Cursor answer =
                connection
                        .send(Command.GET_CAPABILITY, Bytes.EMPTY, Bytes.EMPTY, asked)
                        .parameters();
        return read(
                Command.GET_CAPABILITY,
                () -> {
                    answer.readU8("moreData");
                    answer.readU32("capability");
                    long count = answer.readU32("count");
                    boolean found = false;
                    for (long i = 0; i < count; i++) {
                        found |= answer.readU16("curve") == CURVE_P256;
                    }
                    return found;
                });
    }

    Key createPrimary(Bytes template) throws IOException {
        Bytes noSecret = new Marshal().empty().empty().done();
        Bytes parameters = new Marshal().sized(noSecret).sized(template).empty().u32(0).done();
        Response made =
                connection.send(
                        Command.CREATE_PRIMARY,
                        handles(ENDORSEMENT_HIERARCHY),
                        PASSWORD,
                        parameters);
        loaded.add(made.handle());
        return read(
                Command.CREATE_PRIMARY,
                () ->
                        new Key(
                                made.handle(),
                                TpmtPublic.parse(
                                        made.parameters()
                                                .readFrame16("outPublic", MAX_AREA_BYTES))));
    }

    void flush(Key key) throws IOException {
        flush(key.handle());
        loaded.remove(key.handle());
    }

    private void flush(long handle) throws IOException {
        connection.send(Command.FLUSH_CONTEXT, Bytes.EMPTY, Bytes.EMPTY, handles(handle));
    }

    /// Proves to who made the credential that both keys are in this TPM.
    Bytes activateCredential(Key attestation, Key endorsement, Bytes blob, Bytes secret)
            throws IOException {
        long session = startPolicySession();
        connection.send(
                Command.POLICY_SECRET,
                handles(ENDORSEMENT_HIERARCHY, session),
                PASSWORD,
                new Marshal().empty().empty().empty().u32(0).done());
        Response activated =
                connection.send(
                        Command.ACTIVATE_CREDENTIAL,
                        handles(attestation.handle(), endorsement.handle()),
                        PASSWORD.plus(authorization(session)),
                        blob.plus(secret));
        // A session that is not continued ends with its command.
        loaded.remove(session);
        return read(
                Command.ACTIVATE_CREDENTIAL,
                () -> activated.parameters().readFrame16("certInfo", MAX_SIZED_BYTES));
    }

    private long startPolicySession() throws IOException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Bytes parameters =
                new Marshal()
                        .sized(Bytes.copyOf(nonce))
                        .empty()
                        .u8(POLICY_SESSION)
                        .u16(ALG_NULL)
                        .u16(HashAlgorithm.SHA256.id())
                        .done();
        long session =
                connection
                        .send(
                                Command.START_AUTH_SESSION,
                                handles(NULL_HANDLE, NULL_HANDLE),
                                Bytes.EMPTY,
                                parameters)
                        .handle();
        loaded.add(session);
        return session;
    }

    /// Values and quote of one moment: what was extended in between makes both anew.
    Quote quote(Key attestation, Bytes qualifyingData) throws IOException {
        Bytes parameters =
                new Marshal().sized(qualifyingData).u16(ALG_NULL).bytes(selection(0)).done();
        for (int attempt = 1; ; attempt++) {
            Response quoted =
                    connection.send(
                            Command.QUOTE, handles(attestation.handle()), PASSWORD, parameters);
            SortedMap<Integer, Bytes> values = pcrs();
            Quote quote =
                    read(
                            Command.QUOTE,
                            () -> {
                                Cursor cursor = quoted.parameters();
                                Bytes attest = cursor.readFrame16("quoted", MAX_SIZED_BYTES);
                                return new Quote(
                                        attest,
                                        cursor.read("signature", cursor.remaining()),
                                        values);
                            });
            if (isOf(quote) || attempt == QUOTE_TRIES) {
                return quote;
            }
        }
    }

    private static boolean isOf(Quote quote) throws IOException {
        MessageDigest hasher = HashAlgorithm.SHA256.hasher();
        quote.pcrs().values().forEach(value -> value.updateInto(hasher));
        Bytes digest = Bytes.copyOf(hasher.digest());
        return read(
                Command.QUOTE, () -> TpmsAttest.parse(quote.attest()).pcrDigest().equals(digest));
    }

    SortedMap<Integer, Bytes> pcrs() throws IOException {
        SortedMap<Integer, Bytes> values = new TreeMap<>();
        for (int from = 0; from < Quote.PCRS; from += DIGESTS_AT_ONCE) {
            int first = from;
            Cursor answer =
                    connection
                            .send(Command.PCR_READ, Bytes.EMPTY, Bytes.EMPTY, selection(first))
                            .parameters();
            read(
                    Command.PCR_READ,
                    () -> {
                        answer.readU32("pcrUpdateCounter");
                        long banks = answer.readU32("pcrSelectionOut.count");
                        for (long i = 0; i < banks; i++) {
                            answer.readU16("pcrSelectionOut.hash");
                            answer.readFrame8("pcrSelectionOut.pcrSelect");
                        }
                        if (answer.readU32("digests.count") < DIGESTS_AT_ONCE) {
                            throw answer.refused("digests", "lack the SHA-256 bank");
                        }
                        for (int i = 0; i < DIGESTS_AT_ONCE; i++) {
                            values.put(
                                    first + i,
                                    answer.readFrame16("digest", HashAlgorithm.SHA256.bytes()));
                        }
                        return values;
                    });
        }
        return values;
    }

    /// TPML_PCR_SELECTION of the SHA-256 bank from a PCR on, up to the last that is quoted.
    private static Bytes selection(int from) {
        int bitmap = (1 << Quote.PCRS) - (1 << from);
        return new Marshal()
                .u32(1)
                .u16(Quote.BANK.id())
                .u8(3)
                .u8(bitmap)
                .u8(bitmap >> 8)
                .u8(0)
                .done();
    }

    /// The contents of an index; empty where there is none that may be read.
    private Optional<Bytes> nv(long index) throws IOException {
        int size;
        try {
            Cursor area =
                    connection
                            .send(Command.NV_READ_PUBLIC, handles(index), Bytes.EMPTY, Bytes.EMPTY)
                            .parameters();
            size =
                    read(
                            Command.NV_READ_PUBLIC,
                            () -> {
                                area.readU16("size");
                                area.readU32("nvIndex");
                                area.readU16("nameAlg");
                                area.readU32("attributes");
                                area.readFrame16("authPolicy", MAX_SIZED_BYTES);
                                return area.readU16("dataSize");
                            });
        } catch (TpmException none) {
            return Optional.empty();
        }
        return size <= MAX_CERTIFICATE_BYTES ? Optional.of(nv(index, size)) : Optional.empty();
    }

    private Bytes nv(long index, int size) throws IOException {
        Bytes all = Bytes.EMPTY;
        while (all.length() < size) {
            int next = Math.min(NV_BLOCK, size - all.length());
            Bytes parameters = new Marshal().u16(next).u16(all.length()).done();
            Cursor answer =
                    connection
                            .send(Command.NV_READ, handles(index, index), PASSWORD, parameters)
                            .parameters();
            Bytes block = read(Command.NV_READ, () -> answer.readFrame16("data", NV_BLOCK));
            if (block.length() != next) {
                throw new TpmException("TPM2_NV_Read gave less than it was asked for");
            }
            all = all.plus(block);
        }
        return all;
    }

    private static Bytes handles(long... handles) {
        Marshal marshal = new Marshal();
        for (long handle : handles) {
            marshal.u32(handle);
        }
        return marshal.done();
    }

    /// TPMS_AUTH_COMMAND with an empty password, not continued.
    private static Bytes authorization(long session) {
        return new Marshal().u32(session).empty().u8(0).empty().done();
    }

    private interface Reading<T> {
        T read() throws MalformedInputException;
    }

    private static <T> T read(Command command, Reading<T> reading) throws TpmException {
        try {
            return reading.read();
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw new TpmException(command + ": the TPM's answer is malformed", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (connection) {
            for (long handle : loaded) {
                flush(handle);
            }
        }
    }
}
