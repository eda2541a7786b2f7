package dev.assay.verifier.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.baseline.Baseline;
import dev.assay.baseline.Coverage;
import dev.assay.baseline.PlatformExpectations;
import dev.assay.baseline.PlatformExpectations.Event;
import dev.assay.baseline.PlatformExpectations.Pcr;
import dev.assay.baseline.PlatformExpectations.Program;
import dev.assay.baseline.PlatformExpectations.Programs;
import dev.assay.baseline.PlatformExpectations.Sequence;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Protocol.LogsWanted;
import dev.assay.evidence.Quote;
import dev.assay.evidence.Quote.ImaPart;
import dev.assay.ima.ExecutedPath;
import dev.assay.ima.ImaSigner;
import dev.assay.measurement.MeasurementSet;
import dev.assay.scope.ShippedScopes;
import dev.assay.signing.Spki;
import dev.assay.tpm.HashAlgorithm;
import dev.assay.tpm.PcrBank;
import dev.assay.tpm.Replay;
import dev.assay.tpm.TpmsAttest;
import dev.assay.tpm.TpmsClockInfo;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.appraise.KernelFindings;
import dev.assay.verifier.appraise.KernelFindings.Vouched;
import dev.assay.verifier.intake.AuthenticEvidence.Quoted;
import dev.assay.verifier.platform.PlatformAppraisal.Reference;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Quoted PCRs and the logs that explain them, against a baseline; with replicas that know less
/// than each other.
final class PlatformAppraisalTest {
    private static final HashAlgorithm BANK = Quote.BANK;
    private static final BootId BOOT = new BootId("01234567-89ab-cdef-0123-456789abcdef");
    private static final Bytes SH = BANK.digest(Bytes.utf8("sh"));
    private static final Bytes INIT = BANK.digest(Bytes.utf8("init"));
    private static final Bytes EVIL = BANK.digest(Bytes.utf8("evil"));
    private static final Bytes LOADER = BANK.digest(Bytes.utf8("loader"));

    private final PlatformAppraisal first = new PlatformAppraisal(PlatformAppraisalTest::files);
    private final PlatformAppraisal second = new PlatformAppraisal(PlatformAppraisalTest::files);

    /// The kernel's list and PCRs of one boot.
    private final List<Bytes> entries = new ArrayList<>();

    private final SortedMap<Integer, Bytes> pcrs = new TreeMap<>();

    PlatformAppraisalTest() {
        for (int pcr = 0; pcr < Quote.PCRS; pcr++) {
            pcrs.put(pcr, BANK.zeros());
        }
        extend(4, LOADER);
    }

    private void extend(int pcr, Bytes digest) {
        Replay replay = new Replay(BANK);
        replay.begin(pcr, pcrs.getOrDefault(pcr, BANK.zeros()));
        replay.extend(pcr, digest);
        pcrs.put(pcr, replay.value(pcr));
    }

    private PlatformAppraisalTest began() {
        Bytes all = Bytes.EMPTY;
        for (int pcr = 0; pcr < 10; pcr++) {
            all = all.plus(pcrs.getOrDefault(pcr, BANK.zeros()));
        }
        return ran("boot_aggregate", BANK.digest(all)).ran("/init", INIT);
    }

    private PlatformAppraisalTest ran(String path, Bytes content) {
        Bytes data =
                framed(Bytes.utf8("sha256:\0").plus(content)).plus(framed(Bytes.utf8(path + "\0")));
        measured(HashAlgorithm.SHA1.digest(data), data);
        extend(10, BANK.digest(data));
        return this;
    }

    private PlatformAppraisalTest ranSigned(String path, Bytes content, Bytes signature) {
        Bytes data =
                framed(Bytes.utf8("sha256:\0").plus(content))
                        .plus(framed(Bytes.utf8(path + "\0")))
                        .plus(framed(signature));
        measured("ima-sig", HashAlgorithm.SHA1.digest(data), data);
        extend(10, BANK.digest(data));
        return this;
    }

    private void measured(Bytes hash, Bytes data) {
        measured("ima-ng", hash, data);
    }

    private void measured(String template, Bytes hash, Bytes data) {
        entries.add(
                Bytes.copyOf(new byte[] {10, 0, 0, 0})
                        .plus(hash)
                        .plus(framed(Bytes.utf8(template)))
                        .plus(framed(data)));
    }

    private static Bytes framed(Bytes field) {
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        length.putInt(field.length());
        return Bytes.copyOf(length.array()).plus(field);
    }

    private Bytes from(int offset) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        entries.subList(offset, entries.size()).forEach(entry -> entry.writeTo(part));
        return Bytes.copyOf(part.toByteArray());
    }

    private Quoted quoted(@Nullable Bytes bootLog, @Nullable ImaPart ima) {
        TpmsAttest attest =
                new TpmsAttest(
                        Bytes.EMPTY,
                        Bytes.EMPTY,
                        new TpmsClockInfo(1, 1, 0, true),
                        1,
                        List.of(),
                        Bytes.EMPTY);
        return new Quoted(attest, new PcrBank(BANK, pcrs), new Quote.Logs(bootLog, ima));
    }

    private Quoted quoted(int offset) {
        return quoted(null, new ImaPart(offset, from(offset)));
    }

    private KernelFindings appraise(PlatformAppraisal at, Quoted quoted) throws Exception {
        return at.appraise("web-1", BOOT, quoted, reference(false));
    }

    private static Reference reference(boolean violations) throws Exception {
        return reference(violations, List.of());
    }

    private static Reference reference(boolean violations, List<ImaSigner> signers)
            throws Exception {
        Replay replay = new Replay(BANK);
        replay.extend(4, LOADER);
        Pcr boot =
                new Pcr(
                        4,
                        List.of(
                                new Sequence(
                                        Digest.of(replay.value(4)),
                                        List.of(
                                                new Event(
                                                        "EV_IPL",
                                                        Digest.of(LOADER),
                                                        "loader",
                                                        true)))),
                        null);
        Programs programs =
                new Programs(
                        List.of(new Program(NodePath.of("executed/init"), Digest.of(INIT))),
                        violations,
                        signers);
        Digest digest = Digest.ofContent(Bytes.utf8("document " + violations + signers));
        Baseline baseline =
                new Baseline(
                        "web",
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(60),
                        MeasurementSet.MEASUREMENT_VERSION,
                        ShippedScopes.load("tree"),
                        digest,
                        new TreeMap<>(),
                        Coverage.NONE,
                        List.of(),
                        new Baseline.ManifestReference(digest, 1, 1, 1),
                        new Baseline.Captured(Instant.EPOCH, "/", "/", false, "test"),
                        List.of(),
                        new PlatformExpectations(List.of(boot), programs));
        return new Reference(digest, baseline);
    }

    /// `/bin/sh` is all that the tree has.
    private static FileContents.Found files(
            Baseline baseline, Set<NodePath> paths, Set<Digest> contents) throws IOException {
        NodePath sh = ExecutedPath.inTree(Bytes.utf8("/bin/sh"));
        return new FileContents.Found(
                paths.contains(sh) ? Map.of(sh, Set.of(Digest.of(SH))) : Map.of(),
                contents.contains(Digest.of(SH)) ? Map.of(Digest.of(SH), sh) : Map.of());
    }

    private static List<String> paths(KernelFindings findings) {
        return findings.drifts().stream().map(drift -> drift.path().toString()).toList();
    }

    @Test
    void whatTheTreeHasAndWhatRanBeforeItIsGolden() throws Exception {
        began().ran("/bin/sh", SH);
        KernelFindings findings = appraise(first, quoted(0));
        assertThat(findings.drifts()).isEmpty();
        assertThat(findings.undetermined()).isNull();
        assertThat(findings.vouched()).containsExactly(Vouched.BOOT, Vouched.EXECUTABLES);
    }

    @Test
    void onlyWhatIsNewIsSentAndOldDriftStays() throws Exception {
        began().ran("/tmp/evil", EVIL);
        assertThat(paths(appraise(first, quoted(0)))).containsExactly("executed/tmp/evil");
        assertThat(first.wanted("web-1", BOOT)).isEqualTo(new LogsWanted(false, 3));
        ran("/bin/sh", SH);
        assertThat(paths(appraise(first, quoted(3)))).containsExactly("executed/tmp/evil");
        assertThat(paths(appraise(first, quoted(4)))).containsExactly("executed/tmp/evil");
    }

    @Test
    void alternatingReplicasAskForAllAndChangeNoVerdict() throws Exception {
        began();
        assertThat(second.wanted("web-1", BOOT)).isEqualTo(LogsWanted.ALL);
        for (int round = 0; round < 6; round++) {
            PlatformAppraisal challenged = round % 2 == 0 ? first : second;
            PlatformAppraisal asked = round % 2 == 0 ? second : first;
            ran("/bin/sh", SH);
            int offset = challenged.wanted("web-1", BOOT).imaOffset();
            KernelFindings findings;
            try {
                findings = appraise(asked, quoted(offset));
            } catch (NotAuthenticException e) {
                assertThat(e.reason()).isEqualTo(Reason.LOGS_UNKNOWN);
                findings = appraise(asked, quoted(0));
            }
            assertThat(findings.drifts()).isEmpty();
            assertThat(findings.undetermined()).isNull();
        }
    }

    @Test
    void anOffsetThatNobodyGaveIsNoVerdict() throws Exception {
        began().ran("/bin/sh", SH);
        assertThatThrownBy(() -> appraise(first, quoted(2)))
                .isInstanceOfSatisfying(
                        NotAuthenticException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.LOGS_UNKNOWN));
    }

    @Test
    void whatIsMeasuredAfterTheQuoteWaits() throws Exception {
        began();
        Quoted before = quoted(0);
        ran("/tmp/evil", EVIL);
        Quoted early = new Quoted(before.attest(), before.pcrs(), quoted(0).logs());
        assertThat(appraise(first, early).drifts()).isEmpty();
        assertThat(first.wanted("web-1", BOOT).imaOffset()).isEqualTo(2);
        assertThat(paths(appraise(first, quoted(2)))).containsExactly("executed/tmp/evil");
    }

    @Test
    void aListWithoutOneProgramContradictsTheQuote() throws Exception {
        began().ran("/tmp/evil", EVIL);
        entries.removeLast();
        assertThat(paths(appraise(first, quoted(0)))).containsExactly("executed");
        entries.clear();
        assertThat(paths(appraise(first, quoted(0)))).containsExactly("executed");
    }

    @Test
    void aKernelThatMeasuresNothingAndAHostThatTellsNothingAreNotGolden() throws Exception {
        assertThat(paths(appraise(first, quoted(null, null)))).containsExactly("executed");
        began();
        KernelFindings silent = appraise(first, quoted(null, null));
        assertThat(silent.undetermined()).contains("no IMA list");
    }

    @Test
    void aGoldenProgramElsewhereIsNamedAsWhatItIs() throws Exception {
        began().ran("/tmp/x", SH).ran("/bin/sh", EVIL);
        KernelFindings findings = appraise(first, quoted(0));
        assertThat(paths(findings)).containsExactly("executed/bin/sh", "executed/tmp/x");
        assertThat(String.valueOf(findings.drifts().getLast().measured()))
                .contains("the content of /bin/sh");
    }

    @Test
    void aListThatBeginsWithAnotherBootsAggregateIsDrift() throws Exception {
        ran("boot_aggregate", EVIL).ran("/init", INIT);
        assertThat(paths(appraise(first, quoted(0)))).containsExactly("executed/boot_aggregate");
    }

    @Test
    void violationsAreDriftUnlessTheBaselineAllowsThem() throws Exception {
        began();
        Bytes data = framed(Bytes.utf8("sha256:\0").plus(SH)).plus(framed(Bytes.utf8("/bin/sh\0")));
        measured(HashAlgorithm.SHA1.zeros(), data);
        extend(10, Bytes.ofHex("ff".repeat(32)));
        assertThat(paths(appraise(first, quoted(0)))).containsExactly("executed/bin/sh");
        assertThat(second.appraise("web-1", BOOT, quoted(0), reference(true)).drifts()).isEmpty();
    }

    @Test
    void aKernelThatPadsSha1IsFollowed() throws Exception {
        began();
        pcrs.put(10, BANK.zeros());
        for (Bytes entry : entries) {
            extend(10, entry.slice(4, 24).plus(Bytes.copyOf(new byte[12])));
        }
        assertThat(appraise(first, quoted(0)).drifts()).isEmpty();
    }

    @Test
    void anotherBootIsDriftWithoutItsLogAndTheLogIsAskedFor() throws Exception {
        extend(4, EVIL);
        began();
        assertThat(paths(appraise(first, quoted(0)))).containsExactly("boot/pcr4");
        assertThat(first.wanted("web-1", BOOT)).isEqualTo(new LogsWanted(true, 2));
        Quoted without = quoted(Bytes.EMPTY, new ImaPart(2, Bytes.EMPTY));
        assertThat(paths(appraise(first, without))).containsExactly("boot/pcr4");
        assertThat(first.wanted("web-1", BOOT)).isEqualTo(new LogsWanted(false, 2));
        assertThat(paths(appraise(first, quoted(2)))).containsExactly("boot/pcr4");
    }

    @Test
    void anEmptyListOverAPcrThatWasNeverExtendedProvesNothing() throws Exception {
        KernelFindings findings = appraise(first, quoted(null, new ImaPart(0, Bytes.EMPTY)));
        assertThat(paths(findings)).containsExactly("executed");
    }

    @Test
    void aPaddedListThatComesInPartsIsFollowed() throws Exception {
        began();
        for (int i = 0; i < 6_000; i++) {
            ran("/bin/sh", SH);
        }
        pcrs.put(10, BANK.zeros());
        for (Bytes entry : entries) {
            extend(10, entry.slice(4, 24).plus(Bytes.copyOf(new byte[12])));
        }
        ByteArrayOutputStream begin = new ByteArrayOutputStream();
        entries.subList(0, 5_700).forEach(entry -> entry.writeTo(begin));
        assertThat(begin.size()).isGreaterThan(ImaPart.MAX_BYTES / 2);
        KernelFindings half =
                appraise(first, quoted(null, new ImaPart(0, Bytes.copyOf(begin.toByteArray()))));
        assertThat(half.undetermined()).contains("to come");
        assertThat(appraise(first, quoted(5_700)).undetermined()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void whatASignerOfTheBaselineSignedIsGoldenWhereverItLies(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        KeyPair vendor = generator.generateKeyPair();
        Bytes file = Bytes.utf8("a program of the vendor's");
        began().ranSigned("/opt/agent", BANK.digest(file), signature(vendor, file));
        List<ImaSigner> signers =
                List.of(ImaSigner.of(Bytes.copyOf(vendor.getPublic().getEncoded())));
        assertThat(first.appraise("web-1", BOOT, quoted(0), reference(false, signers)).drifts())
                .isEmpty();
        assertThat(second.appraise("web-1", BOOT, quoted(0), reference(false)).drifts())
                .extracting(drift -> drift.path().toString())
                .containsExactly("executed/opt/agent");
    }

    @Test
    void aSignatureOfSomethingElseMakesNothingGolden() throws Exception {
        KeyPair vendor = KeyPairGenerator.getInstance("EC").generateKeyPair();
        Bytes signature = signature(vendor, Bytes.utf8("a program of the vendor's"));
        began().ranSigned("/opt/agent", BANK.digest(Bytes.utf8("another")), signature);
        List<ImaSigner> signers =
                List.of(ImaSigner.of(Bytes.copyOf(vendor.getPublic().getEncoded())));
        assertThat(first.appraise("web-1", BOOT, quoted(0), reference(false, signers)).drifts())
                .extracting(drift -> drift.path().toString())
                .containsExactly("executed/opt/agent");
    }

    /// As `evmctl ima_sign` makes it.
    private static Bytes signature(KeyPair vendor, Bytes file) throws Exception {
        Signature signer =
                Signature.getInstance(
                        "SHA256with" + vendor.getPrivate().getAlgorithm().replace("EC", "ECDSA"));
        signer.initSign(vendor.getPrivate());
        signer.update(file.toArray());
        Bytes value = Bytes.copyOf(signer.sign());
        Bytes name = HashAlgorithm.SHA1.digest(Spki.keyBits(vendor.getPublic()));
        return Bytes.copyOf(new byte[] {3, 2, 4})
                .plus(name.slice(name.length() - 4, name.length()))
                .plus(
                        Bytes.copyOf(
                                new byte[] {(byte) (value.length() >> 8), (byte) value.length()}))
                .plus(value);
    }
}
