package dev.assay.verifier.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.assay.boot.EventLog;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.ima.ImaEntry;
import dev.assay.ima.ImaList;
import dev.assay.tpm.AttestationKey;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.PcrsFile;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmsClockInfo;
import dev.assay.tpm.TpmtSignature;
import dev.assay.verifier.platform.Explained;
import dev.assay.verifier.platform.Explained.By;
import dev.assay.verifier.platform.Explanation;
import dev.assay.verifier.quote.QuoteCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description =
                "Holds a quote, as tpm2_quote writes it, against its key, its nonce and the"
                        + " logs that explain its PCRs. Exits with 0 where all of it is good, 1 where"
                        + " something is refused, 2 where a log was given and leaves a PCR unexplained.")
final class QuoteVerifyCommand implements Callable<Integer> {
    private static final int MAX_QUOTE_BYTES = 64 << 10;

    @Option(
            names = "--ak",
            required = true,
            paramLabel = "FILE",
            description = "The attestation key: a PEM public key, or a TPM2B_PUBLIC.")
    private Path ak = Path.of("");

    @Option(
            names = "--quote",
            required = true,
            paramLabel = "FILE",
            description = "TPMS_ATTEST, of tpm2_quote --message.")
    private Path quote = Path.of("");

    @Option(
            names = "--signature",
            required = true,
            paramLabel = "FILE",
            description = "TPMT_SIGNATURE, of tpm2_quote --signature.")
    private Path signature = Path.of("");

    @Option(
            names = "--pcrs",
            required = true,
            paramLabel = "FILE",
            description = "Of tpm2_quote --pcr.")
    private Path pcrs = Path.of("");

    @Option(
            names = "--nonce",
            required = true,
            paramLabel = "HEX",
            description = "What the TPM was to sign with the quote.")
    private String nonce = "";

    @Option(
            names = "--event-log",
            paramLabel = "FILE",
            description = "binary_bios_measurements of the same boot.")
    private @Nullable Path eventLog;

    @Option(
            names = "--ima-list",
            paramLabel = "FILE",
            description = "ascii_ or binary_runtime_measurements of the same boot.")
    private @Nullable Path imaList;

    @Mixin private Printing printing;

    /// @param refused every reason why the quote or a log is not what it claims to be
    /// @param undetermined what no log explains although one was given
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Verdict(
            String result,
            List<String> refused,
            List<String> undetermined,
            List<String> notes,
            @Nullable TpmsClockInfo clockInfo,
            @Nullable String firmwareVersion,
            List<Explained> pcrs) {}

    private final List<String> refused = new ArrayList<>();
    private final List<String> undetermined = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    @Override
    public Integer call() throws IOException, CommandFailure {
        Bytes asked = nonce();
        Optional<EventLog> boot = log(eventLog, EventLog.MAX_BYTES, EventLog::parse);
        Optional<ImaList> ima = log(imaList, ImaList.MAX_BYTES, ImaList::parse);
        @Nullable TpmsAttest attest = null;
        List<Explained> explained = List.of();
        try {
            List<PcrBank> values = PcrsFile.parse(read(pcrs, PcrsFile.MAX_BYTES));
            QuoteCheck.Result result =
                    QuoteCheck.run(
                            key(),
                            read(quote, MAX_QUOTE_BYTES),
                            TpmtSignature.parse(read(signature, MAX_QUOTE_BYTES)),
                            asked,
                            values);
            refused.addAll(result.refusals());
            attest = result.attest();
            Explanation explanation = new Explanation(boot, ima);
            explained = explanation.explain(values);
            explained.forEach(this::judge);
            judgeLog(
                    "boot log",
                    boot,
                    By.BOOT_LOG,
                    explained,
                    explanation.unquotedOfBootLog(values));
            judgeLog(
                    "IMA list", ima, By.IMA_LIST, explained, explanation.unquotedOfImaList(values));
            if (ima.isPresent()) {
                judgeEntries(ima.get(), boot, values);
            }
        } catch (MalformedInputException e) {
            refused.add(e.getMessage());
        }
        return print(attest, explained);
    }

    private AttestationKey key() throws IOException, MalformedInputException {
        AttestationKey key = AttestationKey.parse(read(ak, AttestationKey.MAX_BYTES));
        if (key.area().isEmpty()) {
            notes.add(
                    "a PEM file does not say whether the key is restricted to what its TPM"
                            + " measured: give the TPM2B_PUBLIC");
        }
        return key;
    }

    private static Bytes read(Path file, int maxBytes) throws IOException, MalformedInputException {
        return InputFiles.read(file, maxBytes);
    }

    private Bytes nonce() throws CommandFailure {
        try {
            return Bytes.ofHex(nonce);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--nonce is " + e.getMessage());
        }
    }

    private interface Parser<T> {
        T parse(Bytes bytes) throws MalformedInputException;
    }

    /// A log that cannot be read explains nothing, and that is said.
    private <T> Optional<T> log(@Nullable Path file, int maxBytes, Parser<T> parser)
            throws IOException {
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.parse(read(file, maxBytes)));
        } catch (MalformedInputException e) {
            undetermined.add(e.getMessage());
            return Optional.empty();
        }
    }

    private void judge(Explained pcr) {
        String name = "PCR " + pcr.pcr() + " of " + pcr.bank().wire();
        if (pcr.by() == By.CONTRADICTED) {
            refused.add(name + ": " + pcr.detail());
        } else if (pcr.by() == By.NOTHING) {
            boolean isAsked = eventLog != null || imaList != null;
            String detail = pcr.detail().isEmpty() ? "" : ": " + pcr.detail();
            (isAsked ? undetermined : notes).add(name + " is explained by no log" + detail);
        }
    }

    /// A log is true as far as it explains what was quoted.
    private void judgeLog(
            String name,
            Optional<?> log,
            By by,
            List<Explained> explained,
            SortedSet<Integer> unquoted) {
        if (log.isEmpty() || explained.stream().anyMatch(pcr -> pcr.by() == By.CONTRADICTED)) {
            return;
        }
        if (explained.stream().noneMatch(pcr -> pcr.by() == by)) {
            undetermined.add("no quoted PCR vouches for the " + name);
        } else if (!unquoted.isEmpty()) {
            String pcrs = String.join(", ", unquoted.stream().map(pcr -> pcr.toString()).toList());
            notes.add(
                    "nothing vouches for what the "
                            + name
                            + " says of PCR "
                            + pcrs
                            + ": not quoted");
        }
    }

    private void judgeEntries(ImaList list, Optional<EventLog> boot, List<PcrBank> quoted) {
        ImaEntry first = list.entries().getFirst();
        List<PcrBank> banks = new ArrayList<>(quoted);
        boot.ifPresent(log -> log.banks().forEach(bank -> banks.add(log.replay(bank))));
        Optional<Boolean> isRight = Explanation.isAggregateOf(first, banks);
        if (!first.isBootAggregate()) {
            refused.add("the IMA list does not begin with boot_aggregate");
        } else if (isRight.isEmpty()) {
            notes.add(
                    "the IMA list's boot_aggregate is held against nothing: the boot's PCRs, 0 to 9,"
                            + " are not all known");
        } else if (!isRight.get()) {
            refused.add("the IMA list's boot_aggregate is of another boot");
        }
        long violations = list.entries().stream().filter(ImaEntry::isViolation).count();
        if (violations > 0) {
            notes.add(
                    "violations in the IMA list, of which nobody knows what was used: "
                            + violations);
        }
    }

    private int print(@Nullable TpmsAttest attest, List<Explained> explained) {
        String result =
                !refused.isEmpty() ? "refused" : undetermined.isEmpty() ? "good" : "undetermined";
        Verdict verdict =
                new Verdict(
                        result,
                        refused,
                        undetermined,
                        notes,
                        attest == null ? null : attest.clockInfo(),
                        attest == null ? null : Long.toHexString(attest.firmwareVersion()),
                        explained);
        printing.print(verdict, lines(verdict));
        if (!refused.isEmpty()) {
            return Exit.DRIFT;
        }
        return undetermined.isEmpty() ? Exit.CLEAN : Exit.UNDETERMINED;
    }

    private static List<String> lines(Verdict verdict) {
        List<String> lines = new ArrayList<>();
        lines.add(
                switch (verdict.result()) {
                    case "good" -> "GOOD: signed by this key with this nonce";
                    case "refused" -> "REFUSED";
                    default -> "UNDETERMINED: signed by this key, but not all of it is explained";
                });
        verdict.refused().forEach(reason -> lines.add("  refused       " + reason));
        verdict.undetermined().forEach(reason -> lines.add("  undetermined  " + reason));
        verdict.notes().forEach(note -> lines.add("  note          " + note));
        TpmsClockInfo clock = verdict.clockInfo();
        if (clock != null && verdict.result().equals("good")) {
            lines.add(
                    "  boot          reset "
                            + clock.resetCount()
                            + ", restart "
                            + clock.restartCount()
                            + ", "
                            + clock.clock()
                            + " ms powered, firmware "
                            + verdict.firmwareVersion());
        }
        List<List<String>> rows = new ArrayList<>();
        for (Explained pcr : verdict.pcrs()) {
            rows.add(
                    List.of(
                            "  " + pcr.bank().wire(),
                            Integer.toString(pcr.pcr()),
                            pcr.value(),
                            pcr.by().wire(),
                            pcr.detail()));
        }
        lines.addAll(Printing.columns(rows));
        return lines;
    }
}
