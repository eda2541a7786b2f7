package dev.assay.agent.tpm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/// Whatever answers where a TPM should: each command ends with its result or with an error of the
/// TPM.
final class TpmResponseFuzzTest {
    private interface Use {
        void of(Tpm tpm) throws IOException;
    }

    /// Answers with the bytes, one after the other, whatever it is asked.
    private record Answering(ByteBuffer answers) implements ByteChannel {
        @Override
        public int read(ByteBuffer into) {
            if (!answers.hasRemaining()) {
                return -1;
            }
            int count = Math.min(into.remaining(), answers.remaining());
            into.put(answers.slice(answers.position(), count));
            answers.position(answers.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            from.position(from.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    @FuzzTest
    void answers(byte[] bytes) {
        run(bytes, Tpm::attestationKey);
        run(bytes, Tpm::endorsement);
        run(bytes, Tpm::pcrs);
        run(bytes, tpm -> tpm.quote(tpm.attestationKey(), Bytes.utf8("nonce")));
    }

    private static void run(byte[] bytes, Use use) {
        try (Tpm tpm = new Tpm(new TpmConnection(new Answering(ByteBuffer.wrap(bytes))))) {
            use.of(tpm);
        } catch (IOException refused) {
            // As it should be.
        }
    }
}
