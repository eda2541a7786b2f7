package dev.assay.agent.digest;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.REVERSE_BYTES;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) over as many messages at once as
/// a vector has lanes: 16 with AVX-512, 8 with AVX2.
///
/// Loaded only where the module of the vectors is. All of it is one method of plain loops over
/// local variables, because only so the compiler keeps every vector in a register: one that is
/// handed to a method which is not inlined, or kept in a field, is an object for each operation,
/// and the whole a thousand times slower.
final class LaneKernel {
    private static final VectorSpecies<Integer> SPECIES =
            IntVector.SPECIES_PREFERRED.length() >= 16
                    ? IntVector.SPECIES_512
                    : IntVector.SPECIES_256;

    static final int LANES = SPECIES.length();

    /// Whether this processor and virtual machine have vectors of so many lanes, and a compiler for
    /// them.
    static final boolean NATIVE = IntVector.SPECIES_PREFERRED.length() >= LANES;

    private static final int L = LANES;
    private static final int ROUNDS = 64;
    private static final int BLOCK_BYTES = 64;
    private static final int BLOCK_WORDS = 16;

    /// How many words {@link #compress} needs to work with.
    static final int SCRATCH_WORDS = ROUNDS * L;

    /// FIPS 180-4, section 4.2.2.
    private static final int[] K = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2
    };

    /// Which elements of two vectors make a new one, for each step of the transposition: the low
    /// and the high half of an exchange, of four-word blocks two apart, of neighbouring blocks, and
    /// of words within their blocks two apart and beside each other.
    private static final int[] EXCHANGES = exchanges();

    private LaneKernel() {}

    private static int[] exchanges() {
        int[] from = new int[8 * L];
        for (int i = 0; i < L; i++) {
            int block = i & -4;
            int word = i & 3;
            from[i] = exchanged(i, 8, 0);
            from[L + i] = exchanged(i, 8, 1);
            from[2 * L + i] = exchanged(i, 4, 0);
            from[3 * L + i] = exchanged(i, 4, 1);
            from[4 * L + i] = block + exchanged(word, 2, 0);
            from[5 * L + i] = block + exchanged(word, 2, 1);
            from[6 * L + i] = block + exchanged(word, 1, 0);
            from[7 * L + i] = block + exchanged(word, 1, 1);
        }
        return from;
    }

    /// Groups of `size` words alternate between the first vector and the second.
    private static int exchanged(int i, int size, int half) {
        boolean second = (i & size) != 0;
        return (second ? L - size : 0) + i + half * size;
    }

    /// Takes `blocks` blocks of 64 bytes of every message into its state.
    ///
    /// @param states the eight words of the state, each of all lanes
    /// @param at where in `data` each lane's next block starts
    /// @param words {@link #SCRATCH_WORDS} that are overwritten
    static void compress(int[] states, MemorySegment data, int[] at, int blocks, int[] words) {
        ByteOrder own = ByteOrder.nativeOrder();
        for (int block = 0; block < blocks; block++) {
            long offset = (long) block * BLOCK_BYTES;

            // The messages' words, big-endian, one row a message, become one vector a word: first
            // blocks of four words change places between rows four apart, then words in blocks.
            int rows = BLOCK_WORDS * L;
            IntVector nearLow = IntVector.fromArray(SPECIES, EXCHANGES, 2 * L);
            IntVector nearHigh = IntVector.fromArray(SPECIES, EXCHANGES, 3 * L);
            if (L == 16) {
                IntVector farLow = IntVector.fromArray(SPECIES, EXCHANGES, 0);
                IntVector farHigh = IntVector.fromArray(SPECIES, EXCHANGES, L);
                for (int q = 0; q < 4; q++) {
                    IntVector x0 =
                            IntVector.fromMemorySegment(SPECIES, data, at[q] + offset, own)
                                    .lanewise(REVERSE_BYTES);
                    IntVector x1 =
                            IntVector.fromMemorySegment(SPECIES, data, at[q + 4] + offset, own)
                                    .lanewise(REVERSE_BYTES);
                    IntVector x2 =
                            IntVector.fromMemorySegment(SPECIES, data, at[q + 8] + offset, own)
                                    .lanewise(REVERSE_BYTES);
                    IntVector x3 =
                            IntVector.fromMemorySegment(SPECIES, data, at[q + 12] + offset, own)
                                    .lanewise(REVERSE_BYTES);
                    IntVector y0 = farLow.selectFrom(x0, x2);
                    IntVector y1 = farLow.selectFrom(x1, x3);
                    IntVector y2 = farHigh.selectFrom(x0, x2);
                    IntVector y3 = farHigh.selectFrom(x1, x3);
                    nearLow.selectFrom(y0, y1).intoArray(words, rows + q * L);
                    nearHigh.selectFrom(y0, y1).intoArray(words, rows + (4 + q) * L);
                    nearLow.selectFrom(y2, y3).intoArray(words, rows + (8 + q) * L);
                    nearHigh.selectFrom(y2, y3).intoArray(words, rows + (12 + q) * L);
                }
            } else {
                for (int q = 0; q < 8; q++) {
                    int lane = q & 3;
                    long half = offset + (q & 4) * 8L;
                    IntVector x0 =
                            IntVector.fromMemorySegment(SPECIES, data, at[lane] + half, own)
                                    .lanewise(REVERSE_BYTES);
                    IntVector x1 =
                            IntVector.fromMemorySegment(SPECIES, data, at[lane + 4] + half, own)
                                    .lanewise(REVERSE_BYTES);
                    int row = rows + ((q & 4) * 2 + lane) * L;
                    nearLow.selectFrom(x0, x1).intoArray(words, row);
                    nearHigh.selectFrom(x0, x1).intoArray(words, row + 4 * L);
                }
            }
            IntVector twoLow = IntVector.fromArray(SPECIES, EXCHANGES, 4 * L);
            IntVector twoHigh = IntVector.fromArray(SPECIES, EXCHANGES, 5 * L);
            IntVector oneLow = IntVector.fromArray(SPECIES, EXCHANGES, 6 * L);
            IntVector oneHigh = IntVector.fromArray(SPECIES, EXCHANGES, 7 * L);
            for (int r = 0; r < BLOCK_WORDS * L; r += 4 * L) {
                IntVector x0 = IntVector.fromArray(SPECIES, words, rows + r);
                IntVector x1 = IntVector.fromArray(SPECIES, words, rows + r + L);
                IntVector x2 = IntVector.fromArray(SPECIES, words, rows + r + 2 * L);
                IntVector x3 = IntVector.fromArray(SPECIES, words, rows + r + 3 * L);
                IntVector y0 = twoLow.selectFrom(x0, x2);
                IntVector y1 = twoLow.selectFrom(x1, x3);
                IntVector y2 = twoHigh.selectFrom(x0, x2);
                IntVector y3 = twoHigh.selectFrom(x1, x3);
                oneLow.selectFrom(y0, y1).intoArray(words, r);
                oneHigh.selectFrom(y0, y1).intoArray(words, r + L);
                oneLow.selectFrom(y2, y3).intoArray(words, r + 2 * L);
                oneHigh.selectFrom(y2, y3).intoArray(words, r + 3 * L);
            }

            // 1. Prepare the message schedule.
            for (int t = BLOCK_WORDS * L; t < ROUNDS * L; t += L) {
                IntVector x = IntVector.fromArray(SPECIES, words, t - 15 * L);
                IntVector y = IntVector.fromArray(SPECIES, words, t - 2 * L);
                IntVector s0 =
                        x.lanewise(ROR, 7)
                                .lanewise(XOR, x.lanewise(ROR, 18))
                                .lanewise(XOR, x.lanewise(LSHR, 3));
                IntVector s1 =
                        y.lanewise(ROR, 17)
                                .lanewise(XOR, y.lanewise(ROR, 19))
                                .lanewise(XOR, y.lanewise(LSHR, 10));
                IntVector.fromArray(SPECIES, words, t - 16 * L)
                        .add(s0)
                        .add(IntVector.fromArray(SPECIES, words, t - 7 * L))
                        .add(s1)
                        .intoArray(words, t);
            }

            // 2. The working variables, 3. the rounds, two at a time.
            IntVector a = IntVector.fromArray(SPECIES, states, 0);
            IntVector b = IntVector.fromArray(SPECIES, states, L);
            IntVector c = IntVector.fromArray(SPECIES, states, 2 * L);
            IntVector d = IntVector.fromArray(SPECIES, states, 3 * L);
            IntVector e = IntVector.fromArray(SPECIES, states, 4 * L);
            IntVector f = IntVector.fromArray(SPECIES, states, 5 * L);
            IntVector g = IntVector.fromArray(SPECIES, states, 6 * L);
            IntVector h = IntVector.fromArray(SPECIES, states, 7 * L);
            for (int t = 0; t < ROUNDS; t += 2) {
                IntVector even =
                        h.add(IntVector.fromArray(SPECIES, words, t * L).add(K[t]))
                                .add(g.lanewise(XOR, e.lanewise(AND, f.lanewise(XOR, g))))
                                .add(
                                        e.lanewise(ROR, 6)
                                                .lanewise(XOR, e.lanewise(ROR, 11))
                                                .lanewise(XOR, e.lanewise(ROR, 25)));
                d = d.add(even);
                even =
                        even.add(
                                        a.lanewise(ROR, 2)
                                                .lanewise(XOR, a.lanewise(ROR, 13))
                                                .lanewise(XOR, a.lanewise(ROR, 22)))
                                .add(
                                        a.lanewise(AND, b)
                                                .lanewise(OR, c.lanewise(AND, a.lanewise(OR, b))));
                IntVector odd =
                        g.add(IntVector.fromArray(SPECIES, words, (t + 1) * L).add(K[t + 1]))
                                .add(f.lanewise(XOR, d.lanewise(AND, e.lanewise(XOR, f))))
                                .add(
                                        d.lanewise(ROR, 6)
                                                .lanewise(XOR, d.lanewise(ROR, 11))
                                                .lanewise(XOR, d.lanewise(ROR, 25)));
                c = c.add(odd);
                odd =
                        odd.add(
                                        even.lanewise(ROR, 2)
                                                .lanewise(XOR, even.lanewise(ROR, 13))
                                                .lanewise(XOR, even.lanewise(ROR, 22)))
                                .add(
                                        even.lanewise(AND, a)
                                                .lanewise(
                                                        OR, b.lanewise(AND, even.lanewise(OR, a))));
                h = f;
                g = e;
                f = d;
                e = c;
                d = b;
                c = a;
                b = even;
                a = odd;
            }

            // 4. The next hash values.
            IntVector.fromArray(SPECIES, states, 0).add(a).intoArray(states, 0);
            IntVector.fromArray(SPECIES, states, L).add(b).intoArray(states, L);
            IntVector.fromArray(SPECIES, states, 2 * L).add(c).intoArray(states, 2 * L);
            IntVector.fromArray(SPECIES, states, 3 * L).add(d).intoArray(states, 3 * L);
            IntVector.fromArray(SPECIES, states, 4 * L).add(e).intoArray(states, 4 * L);
            IntVector.fromArray(SPECIES, states, 5 * L).add(f).intoArray(states, 5 * L);
            IntVector.fromArray(SPECIES, states, 6 * L).add(g).intoArray(states, 6 * L);
            IntVector.fromArray(SPECIES, states, 7 * L).add(h).intoArray(states, 7 * L);
        }
    }
}
