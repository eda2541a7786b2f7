package dev.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.evidence.Protocol.EnrolmentResponse;
import dev.assay.evidence.Protocol.Purpose;
import dev.assay.signing.Envelope;
import dev.assay.signing.KeyType;
import dev.assay.signing.SigningKey;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Tokens.NewToken;
import dev.assay.verifier.fleet.EventType;
import dev.assay.verifier.fleet.HostPage;
import dev.assay.verifier.fleet.HostQuery;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.NotAuthenticException.Reason;
import dev.assay.verifier.refusal.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnrolmentTest {
    @TempDir private Path folder;
    private Installation at;

    @BeforeEach
    void open() throws Exception {
        at = new Installation(folder);
        at.createGroup(Installation.settings(Mode.OBSERVE));
    }

    @AfterEach
    void close() {
        at.close();
    }

    private static void refused(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NotAuthenticException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private String token(@Nullable String host, @Nullable String platformId) throws Exception {
        return at.verifier
                .tokens()
                .create(new NewToken(Role.ENROL, Installation.GROUP, host, platformId, null, 1))
                .secret();
    }

    @Test
    void anEnrolmentAnswersGroupChannelAndFacts() throws Exception {
        Agent agent = new Agent(at, "web-1");
        EnrolmentResponse answer =
                at.verifier
                        .enrolment()
                        .enrol(agent.enrolment(agent.nonce(Purpose.ENROL)), at.token());

        assertThat(answer.group()).isEqualTo(Installation.GROUP);
        assertThat(answer.channel()).isEqualTo(Installation.CHANNEL);
        assertThat(answer.facts().get("host.name")).contains("web-1");
        assertThat(answer.facts().get("platform.id")).contains("i-web-1");
    }

    @Test
    void aSecondEnrolmentUnderOneNameIsRefusedAndSpendsNoToken() throws Exception {
        Agent first = new Agent(at, "web-1").enrol();
        String token = at.token();

        refused(() -> new Agent(at, "web-1").enrol(token), Reason.NAME_TAKEN);
        assertThat(at.verifier.fleet().hosts(HostQuery.ALL)).hasSize(1);
        new Agent(at, "web-2").enrol(token);
        first.attest();
    }

    private EnrolmentResponse enrolled(Agent agent, String token) throws Exception {
        return at.verifier.enrolment().enrol(agent.enrolment(agent.nonce(Purpose.ENROL)), token);
    }

    @Test
    void theSameEnrolmentAgainIsAnsweredAsTheFirst() throws Exception {
        Agent agent = new Agent(at, "web-1");
        String token = at.token();
        EnrolmentResponse first = enrolled(agent, token);
        long newest = at.verifier.feed().newest();
        at.clock.advance(Duration.ofDays(2));
        at.restart();
        agent.reboot();

        assertThat(enrolled(agent, token)).isEqualTo(first);
        assertThat(at.verifier.fleet().hosts(HostQuery.ALL)).hasSize(1);
        assertThat(at.verifier.feed().newest()).isEqualTo(newest);
    }

    @Test
    void theSameEnrolmentWithAnotherGoodTokenDoesNotSpendIt() throws Exception {
        Agent agent = new Agent(at, "web-1");
        EnrolmentResponse first = enrolled(agent, at.token());
        String token = at.token();

        assertThat(enrolled(agent, token)).isEqualTo(first);
        new Agent(at, "web-2").enrol(token);
    }

    @Test
    void theSameEnrolmentWithATokenThatAnotherHostUsedIsRefused() throws Exception {
        Agent agent = new Agent(at, "web-1").enrol();
        String token = at.token();
        new Agent(at, "web-2").enrol(token);

        refused(() -> agent.enrol(token), Reason.TOKEN_USED);
    }

    @Test
    void theSameEnrolmentOfABannedHostIsRefused() throws Exception {
        String token = at.token();
        Agent agent = new Agent(at, "web-1").enrol(token);
        at.verifier.fleet().ban("web-1", "stolen", Installation.OPERATOR);

        refused(() -> agent.enrol(token), Reason.BANNED);
    }

    @Test
    void theSameEnrolmentTwiceAtOneTimeEnrolsOneHost() throws Exception {
        Agent agent = new Agent(at, "web-1");
        String token = at.token();
        List<Envelope> requests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            requests.add(agent.enrolment(agent.nonce(Purpose.ENROL)));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<EnrolmentResponse>> answers = new ArrayList<>();
            for (Envelope request : requests) {
                answers.add(threads.submit(() -> at.verifier.enrolment().enrol(request, token)));
            }
            for (Future<EnrolmentResponse> answer : answers) {
                assertThat(answer.get().host()).isEqualTo("web-1");
            }
        }
        assertThat(at.verifier.feed().after(0, 100))
                .filteredOn(event -> event.type() == EventType.ENROLLED)
                .hasSize(1);
    }

    @Test
    void whatIsHeldAgainstANameIsHeldAgainstItsNextEnrolment() throws Exception {
        Agent agent = new Agent(at, "web-1").enrol();
        agent.baseline = at.publishGolden(1);
        agent.tree = Tree.GOLDEN.tampered();
        agent.attest();
        at.verifier.fleet().forget("web-1", Installation.OPERATOR);
        Agent again = new Agent(at, "web-1").enrol();
        again.boot = agent.boot;
        again.baseline = agent.baseline;

        assertThat(again.attest().state()).isEqualTo("drifted");
    }

    @Test
    void aKeyThatAnotherHostHasIsRefused() throws Exception {
        Agent first = new Agent(at, "web-1").enrol();
        Agent second = new Agent(at, "web-2");
        second.key = first.key;

        refused(second::enrol, Reason.KEY_TAKEN);
    }

    @Test
    void aTokenThatWasUsedIsRefused() throws Exception {
        String token = at.token();
        new Agent(at, "web-1").enrol(token);

        refused(() -> new Agent(at, "web-2").enrol(token), Reason.TOKEN_USED);
    }

    @Test
    void aTokenThatExpiredIsRefused() throws Exception {
        String token = at.token();
        at.clock.advance(Duration.ofHours(24));

        refused(() -> new Agent(at, "web-1").enrol(token), Reason.TOKEN_EXPIRED);
    }

    @Test
    void pagesOfHostsFollowEachOther() throws Exception {
        for (int i = 1; i <= 5; i++) {
            new Agent(at, "web-" + i).enrol();
        }
        List<String> names = new ArrayList<>();
        String after = "";
        for (int pages = 0; after != null; pages++) {
            assertThat(pages).isLessThan(3);
            HostPage page = at.verifier.fleet().hosts(HostQuery.ALL, after, 2);
            page.hosts().forEach(host -> names.add(host.name()));
            after = page.next();
        }

        assertThat(names).containsExactly("web-1", "web-2", "web-3", "web-4", "web-5");
        assertThat(at.verifier.fleet().hosts(HostQuery.ALL, "web-3", 2).next()).isNull();
    }

    @Test
    void aTokenThatNobodyMadeIsRefused() {
        refused(() -> new Agent(at, "web-1").enrol("assay_guess"), Reason.UNKNOWN_TOKEN);
    }

    @Test
    void aTokenForAnotherHostIsRefused() throws Exception {
        String token = token("web-2", null);

        refused(() -> new Agent(at, "web-1").enrol(token), Reason.TOKEN_NOT_FOR_HOST);
    }

    @Test
    void aTokenForAnotherPlatformIdIsRefused() throws Exception {
        String token = token(null, "i-other");

        refused(() -> new Agent(at, "web-1").enrol(token), Reason.TOKEN_NOT_FOR_HOST);
    }

    @Test
    void anOperatorsTokenEnrolsNobody() throws Exception {
        String token =
                at.verifier
                        .tokens()
                        .create(new NewToken(Role.OPERATOR, null, null, null, null, 1))
                        .secret();

        refused(() -> new Agent(at, "web-1").enrol(token), Reason.TOKEN_NOT_FOR_HOST);
    }

    @Test
    void anEnrolmentSignedByAnotherKeyThanItBringsIsRefused() throws Exception {
        Agent agent = new Agent(at, "web-1");
        var good = agent.enrolment(agent.nonce(Purpose.ENROL));
        var forged =
                Envelope.sign(
                        good.payloadType(),
                        good.payload(),
                        SigningKey.generate(KeyType.ECDSA_P256));

        refused(() -> at.verifier.enrolment().enrol(forged, at.token()), Reason.BAD_SIGNATURE);
    }

    @Test
    void anEnrolmentWithAnotherPurposesNonceIsRefused() throws Exception {
        Agent agent = new Agent(at, "web-1");
        var request = agent.enrolment(agent.nonce(Purpose.EVIDENCE));

        refused(() -> at.verifier.enrolment().enrol(request, at.token()), Reason.FOREIGN_NONCE);
    }

    @Test
    void aBannedNameIsRefusedAlsoAfterItWasForgotten() throws Exception {
        new Agent(at, "web-1").enrol();
        at.verifier.fleet().ban("web-1", "stolen", Installation.OPERATOR);
        at.verifier.fleet().forget("web-1", Installation.OPERATOR);

        refused(() -> new Agent(at, "web-1").enrol(), Reason.BANNED);
    }

    @Test
    void aBannedKeyIsRefusedUnderAnotherName() throws Exception {
        Agent first = new Agent(at, "web-1").enrol();
        at.verifier.fleet().ban("web-1", "stolen", Installation.OPERATOR);
        at.verifier.fleet().forget("web-1", Installation.OPERATOR);
        Agent second = new Agent(at, "web-2");
        second.key = first.key;

        refused(second::enrol, Reason.BANNED);
    }

    @Test
    void aSecretIsKnownByItsDigestOnly() throws Exception {
        String secret =
                at.verifier
                        .tokens()
                        .create(new NewToken(Role.VIEWER, null, null, null, null, 1))
                        .secret();

        assertThat(at.verifier.tokens().authenticate(secret).orElseThrow().role())
                .isEqualTo(Role.VIEWER);
        assertThat(at.verifier.tokens().authenticate(secret + "x")).isEmpty();
        at.clock.advance(Duration.ofHours(24));
        assertThat(at.verifier.tokens().authenticate(secret)).isEmpty();
    }

    @Test
    void anEnrolmentTokenWithoutGroupIsRefused() {
        assertThatThrownBy(
                        () ->
                                at.verifier
                                        .tokens()
                                        .create(
                                                new NewToken(
                                                        Role.ENROL, null, null, null, null, 1)))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void aHostBeginsWithTheLabelsOfItsToken() throws Exception {
        NewToken wanted =
                new NewToken(
                        Role.ENROL,
                        Installation.GROUP,
                        null,
                        null,
                        new TreeMap<>(Map.of("topology.kubernetes.io/zone", "eu-1a")),
                        null,
                        1);
        String secret = at.verifier.tokens().create(wanted).secret();
        at.restart();
        new Agent(at, "web-1").enrol(secret);

        assertThat(at.verifier.fleet().host("web-1").labels())
                .containsEntry("topology.kubernetes.io/zone", "eu-1a");
    }

    @Test
    void labelsThatDoNotFitAreRefused() {
        NewToken wanted =
                new NewToken(
                        Role.ENROL,
                        Installation.GROUP,
                        null,
                        null,
                        new TreeMap<>(Map.of("zone with a space", "eu-1a")),
                        null,
                        1);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> at.verifier.tokens().create(wanted));
    }
}
