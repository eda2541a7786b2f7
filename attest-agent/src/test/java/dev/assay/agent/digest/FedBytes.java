package dev.assay.agent.digest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.assay.bytes.Bytes;
import dev.assay.tree.Digest;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A feed of an array, in pieces as short as a test wants.
final class FedBytes implements Feed {
    private final byte[] content;
    private final IntUnaryOperator piece;
    private final long givesUpAt;
    private int position;
    private int endings;
    private @Nullable Digest digest;

    private FedBytes(byte[] content, IntUnaryOperator piece, long givesUpAt) {
        this.content = content;
        this.piece = piece;
        this.givesUpAt = givesUpAt;
    }

    static FedBytes whole(byte[] content) {
        return inPieces(content, most -> most);
    }

    /// @param piece from how much is wanted to how much is given, at least 1
    static FedBytes inPieces(byte[] content, IntUnaryOperator piece) {
        return new FedBytes(content, piece, Long.MAX_VALUE);
    }

    static FedBytes givingUp(byte[] content, int after) {
        return new FedBytes(content, most -> most, after);
    }

    @Override
    public int read(MemorySegment into) {
        if (endings > 0) {
            throw new AssertionError("read after its end");
        }
        if (position >= givesUpAt) {
            return -5;
        }
        int most = (int) Math.min(into.byteSize(), content.length - position);
        most = (int) Math.min(most, givesUpAt - position);
        int length = most == 0 ? 0 : piece.applyAsInt(most);
        MemorySegment.copy(content, position, into, JAVA_BYTE, 0, length);
        position += length;
        return length;
    }

    @Override
    public void ended(@Nullable Digest digest) {
        this.digest = digest;
        endings++;
    }

    int length() {
        return content.length;
    }

    boolean givesUp() {
        return givesUpAt < Long.MAX_VALUE;
    }

    int endings() {
        return endings;
    }

    @Nullable Digest digest() {
        return digest;
    }

    /// By another way than the engines': the whole at once.
    Digest expected() {
        return Digest.ofContent(Bytes.copyOf(content));
    }
}
