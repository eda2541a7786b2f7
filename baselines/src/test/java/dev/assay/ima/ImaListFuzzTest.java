package dev.assay.ima;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;

/// A kernel's list is read as a whole and as a part, or refused.
final class ImaListFuzzTest {
    private final ImaSigner signer;

    ImaListFuzzTest() throws NoSuchAlgorithmException, MalformedInputException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        signer = ImaSigner.of(Bytes.copyOf(generator.generateKeyPair().getPublic().getEncoded()));
    }

    @FuzzTest
    void list(byte[] file) {
        try {
            ImaList list = ImaList.parse(Bytes.copyOf(file));
            list.replay(HashAlgorithm.SHA256, ImaList.PCR);
            for (ImaEntry entry : list.entries()) {
                ExecutedPath.of(entry.path());
                ExecutedPath.inTree(entry.path());
                signer.signed(entry);
            }
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }

    @FuzzTest
    void part(byte[] file) {
        try {
            ImaList.parsePart(Bytes.copyOf(file), 7);
        } catch (MalformedInputException refused) {
            // As it should be.
        }
    }
}
