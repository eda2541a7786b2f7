package dev.assay.verifier.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.fixture.OpenSsh;
import dev.assay.verifier.reset.Blocker.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlBlockerTest {
    private static Answer ask(String url) throws Exception {
        return UrlBlocker.of("freeze", url, Given.SHORT).ask();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204})
    void successLetsResetsGo(int status) throws Exception {
        try (Loopback server = Loopback.answering(status, "")) {
            assertThat(ask(server.url() + "/frozen?team=a")).isEqualTo(new Answer.Go());
            assertThat(server.asked().getFirst().uri()).isEqualTo("/frozen?team=a");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 423, 503})
    void refusalStandsInTheWayWithItsFirstLine(int status) throws Exception {
        try (Loopback server = Loopback.answering(status, "release \u001b[2Jday\nuntil six")) {
            assertThat(ask(server.url())).isEqualTo(new Answer.NotNow("freeze: release %1B[2Jday"));
        }
    }

    @Test
    void refusalWithoutWordsNamesItsStatus() throws Exception {
        try (Loopback server = Loopback.answering(423, "")) {
            assertThat(ask(server.url())).isEqualTo(new Answer.NotNow("freeze: status 423"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 500, 502})
    void otherStatusIsNoAnswer(int status) throws Exception {
        try (Loopback server = Loopback.answering(status, "frozen")) {
            assertThat(ask(server.url()))
                    .isEqualTo(new Answer.Unanswered("freeze answered with status " + status));
        }
    }

    @Test
    void redirectIsNoAnswer() throws Exception {
        try (Loopback other = Loopback.answering(200, "");
                Loopback server = Loopback.redirecting(other.url())) {
            assertThat(ask(server.url())).isInstanceOf(Answer.Unanswered.class);
            assertThat(other.asked()).isEmpty();
        }
    }

    @Test
    void silenceIsNoAnswer() throws Exception {
        try (Loopback server = Loopback.hanging()) {
            assertThat(ask(server.url()))
                    .isEqualTo(new Answer.Unanswered("freeze did not answer within 1500 ms"));
        }
    }

    @Test
    void floodOfASuccessLetsResetsGo() throws Exception {
        try (Loopback server = Loopback.flooding(200)) {
            assertThat(ask(server.url())).isEqualTo(new Answer.Go());
        }
    }

    @Test
    void floodOfARefusalIsCutShort() throws Exception {
        try (Loopback server = Loopback.flooding(409)) {
            assertThat(ask(server.url()))
                    .isInstanceOfSatisfying(
                            Answer.NotNow.class,
                            notNow -> assertThat(notNow.why()).hasSizeLessThan(400));
        }
    }

    @Test
    void refusedConnectionIsNoAnswer() throws Exception {
        assertThat(ask("http://127.0.0.1:" + OpenSsh.freePort()))
                .isInstanceOf(Answer.Unanswered.class);
    }

    @Test
    void hostThatDoesNotExistIsNoAnswer() throws Exception {
        assertThat(ask("http://nowhere.invalid/")).isInstanceOf(Answer.Unanswered.class);
    }
}
