package dev.assay.verifier.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.bytes.MalformedInputException;
import dev.assay.fixture.OpenSsh;
import dev.assay.verifier.reset.Blocker.Answer;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrometheusBlockerTest {
    private static final String QUERY = "ALERTS{severity=\"page\", team=~\"a&b|c+d\"} > 0";

    private static Answer ask(String url) throws Exception {
        return PrometheusBlocker.of("alerts", url, QUERY, Given.SHORT).ask();
    }

    private static Answer told(String body) throws Exception {
        return told(200, body);
    }

    private static Answer told(int status, String body) throws Exception {
        try (Loopback server = Loopback.answering(status, body)) {
            return ask(server.url());
        }
    }

    private static String result(String type, String result) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\""
                + type
                + "\",\"result\":"
                + result
                + "}}";
    }

    private static String alert(String name) {
        return "{\"metric\":{\"__name__\":\"ALERTS\",\"zone\":\"z1\",\"alertname\":\""
                + name
                + "\"},\"value\":[1763899200.123,\"1\"]}";
    }

    @Test
    void queryArrivesAsItIsWritten() throws Exception {
        try (Loopback server = Loopback.answering(200, result("vector", "[]"))) {
            ask(server.url() + "/prometheus/");
            URI asked = URI.create(server.asked().getFirst().uri());
            assertThat(asked.getPath()).isEqualTo("/prometheus/api/v1/query");
            assertThat(asked.getRawQuery().split("&query=", 2)[1])
                    .satisfies(
                            query ->
                                    assertThat(URLDecoder.decode(query, StandardCharsets.UTF_8))
                                            .isEqualTo(QUERY));
        }
    }

    @Test
    void emptyVectorLetsResetsGo() throws Exception {
        assertThat(told(result("vector", "[]"))).isEqualTo(new Answer.Go());
    }

    @Test
    void vectorStandsInTheWayAndNamesItsFirst() throws Exception {
        String four = String.join(",", alert("Down"), alert("Full"), alert("Slow"), alert("Late"));
        assertThat(told(result("vector", "[" + four + "]")))
                .isEqualTo(
                        new Answer.NotNow(
                                "alerts: ALERTS{alertname=Down,zone=z1},"
                                        + " ALERTS{alertname=Full,zone=z1},"
                                        + " ALERTS{alertname=Slow,zone=z1} and more"));
    }

    @Test
    void labelsCannotSteerATerminal() throws Exception {
        assertThat(told(result("vector", "[" + alert("a\\u001b[2J\\nb") + "]")))
                .isEqualTo(new Answer.NotNow("alerts: ALERTS{alertname=a%1B[2J%0Ab,zone=z1}"));
    }

    @Test
    void scalarOfZeroLetsResetsGo() throws Exception {
        assertThat(told(result("scalar", "[1763899200.123,\"0\"]"))).isEqualTo(new Answer.Go());
    }

    @Test
    void scalarOfOneStandsInTheWay() throws Exception {
        assertThat(told(result("scalar", "[1763899200.123,\"1\"]")))
                .isEqualTo(new Answer.NotNow("alerts: the query gives 1.0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "null",
                "[]",
                "{}",
                "{\"status\":\"success\"}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\"}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[]}}",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"NaN\"]}}",
                "{\"status\":\"error\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
                "{\"status\":\"success\",\"status\":\"success\"}",
            })
    void otherBodyIsNoAnswer(String body) throws Exception {
        assertThat(told(body)).isInstanceOf(Answer.Unanswered.class);
    }

    @Test
    void errorIsNoAnswerAndSaysWhy() throws Exception {
        assertThat(
                        told(
                                400,
                                "{\"status\":\"error\",\"errorType\":\"bad_data\","
                                        + "\"error\":\"parse error\"}"))
                .isEqualTo(new Answer.Unanswered("alerts answered with status 400: parse error"));
    }

    @Test
    void successUnderAnErrorStatusIsNoAnswer() throws Exception {
        assertThat(told(502, result("vector", "[]"))).isInstanceOf(Answer.Unanswered.class);
    }

    @Test
    void floodIsNoAnswer() throws Exception {
        try (Loopback server = Loopback.flooding(200)) {
            assertThat(ask(server.url())).isInstanceOf(Answer.Unanswered.class);
        }
    }

    @Test
    void silenceIsNoAnswer() throws Exception {
        try (Loopback server = Loopback.hanging()) {
            assertThat(ask(server.url())).isInstanceOf(Answer.Unanswered.class);
        }
    }

    @Test
    void redirectIsNoAnswer() throws Exception {
        try (Loopback other = Loopback.answering(200, result("vector", "[]"));
                Loopback server = Loopback.redirecting(other.url())) {
            assertThat(ask(server.url())).isInstanceOf(Answer.Unanswered.class);
            assertThat(other.asked()).isEmpty();
        }
    }

    @Test
    void refusedConnectionIsNoAnswer() throws Exception {
        assertThat(ask("http://127.0.0.1:" + OpenSsh.freePort()))
                .isInstanceOf(Answer.Unanswered.class);
    }

    @Test
    void serverWithAQueryOfItsOwnIsRefused() {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> ask("http://127.0.0.1/?query=vector(0)"));
    }
}
