package dev.assay.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.fixture.RandomTrees;
import dev.assay.fixture.Seed;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EscapedTextTest {
    @Test
    void anyBytesComeBack() throws MalformedInputException {
        Random random = Seed.random("escaped text");
        RandomTrees trees = new RandomTrees(random);
        for (int i = 0; i < 50_000; i++) {
            Bytes bytes = i % 2 == 0 ? trees.bytes(12) : trees.name().plus(trees.name());
            String text = EscapedText.of(bytes);
            assertThat(EscapedText.parse(text)).isEqualTo(bytes);
            assertThat(text.codePoints()).noneMatch(EscapedTextTest::isDangerous);
        }
    }

    private static boolean isDangerous(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE ->
                    true;
            default -> false;
        };
    }

    @Test
    void everyCodePointComesBackAndWhatSteersATerminalIsEscaped() throws MalformedInputException {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point == Character.MIN_SURROGATE) {
                point = Character.MAX_SURROGATE + 1;
            }
            Bytes bytes = Bytes.utf8(Character.toString(point));
            String text = EscapedText.of(bytes);
            boolean kept = text.equals(Character.toString(point));
            assertThat(kept || text.length() == 3 * bytes.length()).isTrue();
            assertThat(kept && (isDangerous(point) || point == '%')).as("U+%04X", point).isFalse();
            assertThat(EscapedText.parse(text)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'a', 61",
        "'%25', 25",
        "'%0A', 0a",
        "'%1B[2J', 1b5b324a",
        "'é', c3a9",
        "'%C3', c3",
        "'%C3a', c361",
        "'%E2/%82', e22f82",
        "'€', e282ac",
        "'%E2%80%AE', e280ae",
        "'%C0%AF', c0af",
        "'%ED%A0%80', eda080",
        "'%F4%90%80%80', f4908080",
        "'%F5%80%80%80', f5808080",
        "'😀', f09f9880",
        "'%F0%9F%98', f09f98",
        "'%EF%BB%BF', efbbbf",
        "'%FF%FE', fffe",
    })
    void bytesHaveThisText(String text, String hex) throws MalformedInputException {
        Bytes bytes = Bytes.copyOf(HexFormat.of().parseHex(hex));
        assertThat(EscapedText.of(bytes)).isEqualTo(text);
        assertThat(EscapedText.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "%41",
                "%0a",
                "%c3",
                "%C3%A9",
                "%GG",
                "%-1",
                "%+1",
                "% 1",
                "%\u0661\u0661",
                "\n",
                "\u001b[2J",
                "\u007f",
                "\u0085",
                "\u202e",
                "\u200b",
                "\ufeff",
                "\ue000",
                "\ufffe",
                "\udbc0",
                "\udc00",
                "a\ud83d",
                "\ude00\ud83d",
                "%E2%82%AC"
            })
    void everyOtherSpellingIsRefused(String text) {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> EscapedText.parse(text));
    }

    @Test
    void oneChangedCharacterIsAnotherNameOrRefused() throws MalformedInputException {
        Random random = Seed.random("escaped text, changed");
        RandomTrees trees = new RandomTrees(random);
        String alphabet = "%0123456789ABCDEFabcdefé\u202e/";
        for (int i = 0; i < 50_000; i++) {
            Bytes bytes = trees.name();
            StringBuilder text = new StringBuilder(EscapedText.of(bytes));
            int at = random.nextInt(text.length());
            char other = alphabet.charAt(random.nextInt(alphabet.length()));
            if (text.charAt(at) == other) {
                continue;
            }
            text.setCharAt(at, other);
            try {
                assertThat(EscapedText.parse(text.toString())).isNotEqualTo(bytes);
            } catch (MalformedInputException refused) {
                assertThat(refused).hasMessageNotContaining("\u202e");
            }
        }
    }

    @Test
    void longValuesTakeTimeInProportionToTheirLength() throws MalformedInputException {
        Bytes million = Bytes.utf8("€".repeat(1_000_000));
        assertThat(EscapedText.parse(EscapedText.of(million))).isEqualTo(million);
    }

    @Test
    void messagesAreCutAndCannotSteerATerminal() {
        String hostile = "\u001b]0;owned\u0007\u202e" + "x".repeat(10_000);
        for (String message :
                List.of(
                        new MalformedInputException(hostile).getMessage(),
                        new MalformedInputException(hostile, new IllegalStateException())
                                .getMessage())) {
            assertThat(message)
                    .startsWith("%1B]0;owned%07%E2%80%AE")
                    .hasSizeLessThan(2 * MalformedInputException.MAX_MESSAGE_CHARS);
        }
    }

    @Test
    void hexIsAsciiOnly() {
        assertThatThrownBy(() -> Bytes.ofHex("\u0661\u0661"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bytes.ofHex("abc")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Bytes.ofHex("41").toArray()).isEqualTo("A".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"YQ", "YR==", "YQ==\n", " YQ==", "Y Q==", "YQ=", "_-==", "YQ==YQ==", "é"})
    void base64HasOneSpelling(String text) {
        assertThatThrownBy(() -> Bytes.ofBase64(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
