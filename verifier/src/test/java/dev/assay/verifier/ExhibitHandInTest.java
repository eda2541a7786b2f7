package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.evidence.BootId;
import dev.assay.evidence.Exhibits;
import dev.assay.evidence.Protocol;
import dev.assay.evidence.Protocol.ExhibitsRequest;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.signing.Envelope;
import dev.assay.signing.SigningKey;
import dev.assay.tree.Digest;
import dev.assay.verifier.exhibit.NotStoredException;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import dev.assay.verifier.refusal.RefusedException;
import dev.assay.verifier.refusal.RefusedException.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each body is right but for what the test's name says.
final class ExhibitHandInTest {
    @TempDir private Path folder;
    private Installation at;
    private Agent web;
    private String reset;

    @BeforeEach
    void orderAReset() throws Exception {
        at = new Installation(folder);
        at.createGroup(wanting(true));
        at.publishGolden(1);
        web = drifted("web-1");
        at.verifier.ticker().tick();
        reset = Objects.requireNonNull(at.verifier.fleet().host("web-1").reset()).id();
    }

    @AfterEach
    void close() {
        at.close();
    }

    private static GroupSettings wanting(boolean exhibits) {
        return Installation.settings(Mode.ENFORCE).with(Map.of("exhibits", exhibits));
    }

    private Agent drifted(String name) throws Exception {
        Agent agent = new Agent(at, name).enrol();
        agent.baseline = at.verifier.baselines().list().getFirst().name().digest();
        agent.attest();
        agent.tree = Tree.GOLDEN.tampered();
        assertThat(agent.attest().state()).isEqualTo("drifted");
        return agent;
    }

    private void order() {
        at.clock.advance(Duration.ofSeconds(30));
        at.verifier.ticker().tick();
    }

    private Bytes document() {
        return document(web.host, web.boot, reset).pack();
    }

    private Exhibits document(String host, BootId boot, String resetId) {
        return new Exhibits(
                Exhibits.BASIS,
                host,
                boot,
                resetId,
                at.clock.instant(),
                "agent 0",
                1,
                List.of(),
                List.of(),
                0,
                List.of(),
                0,
                List.of(),
                0,
                List.of());
    }

    private Bytes line(Agent of, String resetId, Bytes nonce, Bytes packed, SigningKey key) {
        ExhibitsRequest request =
                new ExhibitsRequest(
                        of.host,
                        of.boot,
                        nonce,
                        resetId,
                        Digest.ofContent(packed),
                        packed.length());
        return Json.write(Envelope.sign(Protocol.EXHIBITS_TYPE, Json.write(request), key))
                .plus(Bytes.utf8("\n"));
    }

    private Bytes body(Bytes packed) {
        return line(web, reset, web.nonce(Purpose.EXHIBITS), packed, web.key).plus(packed);
    }

    /// Whoever reads from it hears that the sender is gone.
    private static final class BrokenOff extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            throw new IOException("gone");
        }
    }

    private void handIn(Bytes body) throws Exception {
        try (InputStream in = new ByteArrayInputStream(body.toArray())) {
            at.verifier.exhibits().receive(in);
        }
    }

    private static Bytes gzip(Bytes content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content.toArray());
        }
        return Bytes.copyOf(packed.toByteArray());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(at.data.exhibits())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void requireRefused(Refusal refusal, Bytes body) throws IOException {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> handIn(body))
                .extracting(RefusedException::refusal)
                .isEqualTo(refusal);
        assertThat(files()).isEmpty();
    }

    private void requireNotAuthentic(Reason reason, Bytes body) throws IOException {
        assertThatExceptionOfType(NotAuthenticException.class)
                .isThrownBy(() -> handIn(body))
                .extracting(NotAuthenticException::reason)
                .isEqualTo(reason);
        assertThat(files()).isEmpty();
    }

    private void requireMalformed(Bytes body) throws IOException {
        assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> handIn(body));
        assertThat(files()).isEmpty();
    }

    @Test
    void whatWasHandedInIsKeptAsItWasSentForItsOwnerAlone() throws Exception {
        order();
        Bytes packed = document();
        handIn(body(packed));
        try (InputStream kept = at.verifier.exhibits().of(reset).content()) {
            assertThat(Bytes.copyOf(kept.readAllBytes())).isEqualTo(packed);
        }
        Path file = at.data.exhibits().resolve(reset + ".json.gz");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(at.verifier.feed().after(0, 100))
                .filteredOn(event -> event.type() == EventType.EXHIBITS_RECEIVED)
                .extracting(Event::host)
                .containsExactly("web-1");
    }

    @Test
    void exhibitsAreAskedForOnlyWithTheOrder() throws Exception {
        assertThat(web.attest().wantsExhibits()).isFalse();
        order();
        assertThat(web.attest().wantsExhibits()).isTrue();
    }

    @Test
    void theFirstStayAndTheSecondAreRefused() throws Exception {
        order();
        Bytes first = document();
        handIn(body(first));
        at.clock.advance(Duration.ofSeconds(1));
        Bytes second = body(document());
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> handIn(second))
                .extracting(RefusedException::refusal)
                .isEqualTo(Refusal.EXHIBITS_THERE);
        assertThat(at.verifier.exhibits().of(reset).bytes()).isEqualTo(first.length());
        assertThat(files()).hasSize(1);
    }

    @Test
    void beforeTheOrderNothingIsTaken() throws Exception {
        requireRefused(Refusal.NO_RESET, body(document()));
    }

    @Test
    void aGroupThatDoesNotWantThemGetsNone() throws Exception {
        order();
        at.verifier.groups().change(wanting(false), Installation.OPERATOR);
        assertThat(web.attest().wantsExhibits()).isFalse();
        requireRefused(Refusal.EXHIBITS_NOT_WANTED, body(document()));
    }

    @Test
    void anotherResetsIdIsRefused() throws Exception {
        order();
        Bytes packed = document(web.host, web.boot, "other").pack();
        requireRefused(
                Refusal.NO_RESET,
                line(web, "other", web.nonce(Purpose.EXHIBITS), packed, web.key).plus(packed));
    }

    @Test
    void anotherHostCannotHandInForThisReset() throws Exception {
        order();
        Agent other = drifted("web-2");
        Bytes packed = document("web-2", other.boot, reset).pack();
        requireRefused(
                Refusal.NO_RESET,
                line(other, reset, other.nonce(Purpose.EXHIBITS), packed, other.key).plus(packed));
    }

    @Test
    void anotherHostCannotSignForThisOne() throws Exception {
        order();
        Agent other = drifted("web-2");
        Bytes packed = document();
        requireNotAuthentic(
                Reason.BAD_SIGNATURE,
                line(web, reset, web.nonce(Purpose.EXHIBITS), packed, other.key).plus(packed));
    }

    @Test
    void anotherBootIsRefused() throws Exception {
        order();
        web.reboot();
        requireRefused(Refusal.NO_RESET, body(document()));
    }

    @Test
    void aNonceForSomethingElseIsRefused() throws Exception {
        order();
        Bytes packed = document();
        requireNotAuthentic(
                Reason.FOREIGN_NONCE,
                line(web, reset, web.nonce(Purpose.EVIDENCE), packed, web.key).plus(packed));
    }

    @Test
    void aReplayAfterTheNoncesLifeIsRefused() throws Exception {
        order();
        Bytes body = body(document());
        at.clock.advance(Duration.ofSeconds(31));
        requireNotAuthentic(Reason.STALE_NONCE, body);
    }

    @Test
    void aDocumentThatSaysItIsAnotherHostsIsRefused() throws Exception {
        order();
        requireMalformed(body(document("web-2", web.boot, reset).pack()));
        requireMalformed(body(document(web.host, Agent.freshBoot(), reset).pack()));
        requireMalformed(body(document(web.host, web.boot, "other").pack()));
    }

    @Test
    void whatIsNoDocumentIsRefused() throws Exception {
        order();
        requireMalformed(body(Bytes.utf8("not gzip")));
        requireMalformed(body(gzip(Bytes.utf8("not json"))));
        requireMalformed(body(gzip(Bytes.utf8("{}"))));
        requireMalformed(body(gzip(Bytes.utf8("[]"))));
        requireMalformed(body(document().plus(Bytes.utf8("more"))));
        requireMalformed(body(document().plus(document())));
        Bytes whole = document();
        requireMalformed(body(whole.slice(0, whole.length() - 9)));
        requireMalformed(body(gzip(Bytes.utf8("[".repeat(100_000)))));
    }

    @Test
    void aBombIsNotUnpackedToItsEnd() throws Exception {
        order();
        byte[] spaces = new byte[Exhibits.MAX_UNPACKED_BYTES + 1];
        Arrays.fill(spaces, (byte) ' ');
        requireMalformed(body(gzip(Bytes.copyOf(spaces))));
    }

    @Test
    void otherBytesThanWereAnnouncedAreRefused() throws Exception {
        order();
        Bytes packed = document();
        Bytes line = line(web, reset, web.nonce(Purpose.EXHIBITS), packed, web.key);
        requireMalformed(line.plus(packed.slice(0, packed.length() - 1)));
        requireMalformed(line.plus(packed).plus(Bytes.utf8("x")));
        requireMalformed(line.plus(packed.slice(0, packed.length() - 1)).plus(Bytes.utf8("x")));
        requireMalformed(line);
    }

    @Test
    void aLineWithoutEndIsRefused() throws Exception {
        order();
        requireMalformed(Bytes.utf8("{".repeat(Exhibits.MAX_LINE_BYTES + 2)));
        requireMalformed(Bytes.EMPTY);
    }

    /// Nothing that a stranger sends after his line is read.
    @Test
    void theDocumentIsNotLookedAtBeforeTheLineIsAuthentic() throws Exception {
        order();
        Bytes packed = document();
        Bytes line = line(web, reset, web.nonce(Purpose.EVIDENCE), packed, web.key);
        InputStream body =
                new SequenceInputStream(new ByteArrayInputStream(line.toArray()), new BrokenOff());
        assertThatExceptionOfType(NotAuthenticException.class)
                .isThrownBy(() -> at.verifier.exhibits().receive(body));
    }

    @Test
    void aBodyThatBreaksOffLeavesNothing() throws Exception {
        order();
        Bytes body = body(document());
        InputStream cut =
                new SequenceInputStream(
                        new ByteArrayInputStream(body.slice(0, body.length() - 5).toArray()),
                        new BrokenOff());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> at.verifier.exhibits().receive(cut))
                .isNotInstanceOf(NotStoredException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidAndTheResetGoesOn() throws Exception {
        order();
        Files.delete(at.data.exhibits());
        Files.writeString(at.data.exhibits(), "no folder");
        assertThatExceptionOfType(NotStoredException.class)
                .isThrownBy(() -> handIn(body(document())));
        assertThat(web.attest().order()).isNotNull();
        assertThat(Objects.requireNonNull(at.verifier.fleet().host("web-1").reset()).status())
                .isEqualTo(Reset.Status.ORDERED);
    }

    @Test
    void aResetWithoutExhibitsAndAnIdThatIsNoneHaveNone() {
        for (String id : List.of(reset, "..", "a/b", "", "../assay")) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> at.verifier.exhibits().of(id))
                    .extracting(RefusedException::refusal)
                    .isEqualTo(Refusal.NO_EXHIBITS);
        }
    }

    @Test
    void exhibitsAreRemovedAfterThirtyDays() throws Exception {
        order();
        handIn(body(document()));
        at.clock.advance(Duration.ofDays(29));
        at.verifier.ticker().tick();
        assertThat(files()).hasSize(1);
        at.clock.advance(Duration.ofDays(2));
        at.verifier.ticker().tick();
        assertThat(files()).isEmpty();
    }
}
