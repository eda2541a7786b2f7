package dev.assay.ima;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import java.util.ArrayList;
import java.util.List;

/// `ascii_runtime_measurements`: one entry a line, fields between single spaces. The template data
/// is put together again and must have the template hash, so that a path with a space in it cannot
/// be read in two ways.
final class AsciiList {
    private static final int MAX_LINE_BYTES = 4 << 20;

    private AsciiList() {}

    static List<ImaEntry> parse(Bytes list) throws MalformedInputException {
        List<ImaEntry> entries = new ArrayList<>();
        int from = 0;
        while (from < list.length()) {
            int to = end(list, from, '\n');
            if (to - from > MAX_LINE_BYTES || entries.size() == ImaList.MAX_ENTRIES) {
                throw new MalformedInputException("IMA list: too many entries, or one too long");
            }
            if (to > from) {
                entries.add(TemplateData.required(entry(list.slice(from, to), entries.size())));
            }
            from = to + 1;
        }
        return entries;
    }

    private static int end(Bytes list, int from, char mark) {
        int to = from;
        while (to < list.length() && list.at(to) != mark) {
            to++;
        }
        return to;
    }

    private static ImaEntry entry(Bytes line, int number) throws MalformedInputException {
        Words words = new Words(line, number);
        // The kernel pads the number to two places.
        String index = words.next().lossyText();
        if (index.isEmpty()) {
            index = words.next().lossyText();
        }
        int pcr = PcrBank.requireIndex(words.number(index), "IMA list: entry " + number);
        Bytes hash = words.hex(words.next());
        if (hash.length() != HashAlgorithm.SHA1.bytes()) {
            throw words.refused("template hash");
        }
        String name = words.next().lossyText();
        ImaTemplate template =
                ImaTemplate.ofName(name).orElseThrow(() -> words.refused("template " + name));
        Bytes digest = words.next();
        if (template == ImaTemplate.IMA) {
            Bytes path = words.rest();
            Bytes content = words.hex(digest);
            Bytes data = TemplateData.old(content, path);
            return new ImaEntry(
                    number, pcr, hash, template, data, "sha1", content, path, Bytes.EMPTY);
        }
        Bytes data = TemplateData.framed(digestField(words, digest));
        boolean hasExtra = template.fields().size() > 2;
        Bytes extra = hasExtra ? words.hex(words.lastTakenOff()) : Bytes.EMPTY;
        data = data.plus(TemplateData.framed(words.rest().plus(Bytes.copyOf(new byte[1]))));
        if (hasExtra) {
            data = data.plus(TemplateData.framed(extra));
        }
        return TemplateData.entry(number, pcr, hash, template, data);
    }

    /// `sha256:` and hex become `sha256:`, a zero byte and the digest.
    private static Bytes digestField(Words words, Bytes digest) throws MalformedInputException {
        int colon = digest.length() - 1;
        while (colon >= 0 && digest.at(colon) != ':') {
            colon--;
        }
        Bytes content = words.hex(digest.slice(colon + 1, digest.length()));
        return digest.slice(0, colon + 1).joined((byte) 0, content);
    }

    /// The words of one line.
    private static final class Words {
        private final int number;
        private Bytes line;

        Words(Bytes line, int number) {
            this.line = line;
            this.number = number;
        }

        Bytes next() throws MalformedInputException {
            int to = end(line, 0, ' ');
            if (to == line.length()) {
                throw refused("line, which ends too early");
            }
            Bytes word = line.slice(0, to);
            line = line.slice(to + 1, line.length());
            return word;
        }

        /// The word at the end, which is empty where the line ends with a space.
        Bytes lastTakenOff() throws MalformedInputException {
            int space = line.length() - 1;
            while (space >= 0 && line.at(space) != ' ') {
                space--;
            }
            if (space < 0) {
                throw refused("line, which ends too early");
            }
            Bytes word = line.slice(space + 1, line.length());
            line = line.slice(0, space);
            return word;
        }

        Bytes rest() {
            return line;
        }

        Bytes hex(Bytes text) throws MalformedInputException {
            try {
                return Bytes.ofHex(text.lossyText());
            } catch (IllegalArgumentException e) {
                throw refused("hex");
            }
        }

        int number(String text) throws MalformedInputException {
            if (!text.matches("[0-9]{1,2}")) {
                throw refused("PCR");
            }
            return Integer.parseInt(text);
        }

        MalformedInputException refused(String what) {
            return new MalformedInputException(
                    "IMA list: entry " + number + " has no such " + what);
        }
    }
}
