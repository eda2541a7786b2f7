package dev.assay.verifier.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.verifier.fleet.Given;
import dev.assay.verifier.fleet.GroupSettings;
import dev.assay.verifier.fleet.Mode;
import dev.assay.verifier.reset.Blocker.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BlockersTest {
    private static final GroupSettings GROUP =
            Given.group(Mode.ENFORCE)
                    .with(Map.of("blockers", List.of("alerts"), "blockerPatienceMillis", 600_000));

    private Answer answer = new Answer.Go();
    private Instant now = Given.NOON;
    private int asked;
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final Blockers blockers =
            new Blockers(
                    Map.of(
                            "alerts",
                            () -> {
                                asked++;
                                return answer;
                            }),
                    background::add,
                    new Clock() {
                        @Override
                        public Instant instant() {
                            return now;
                        }

                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }
                    });

    private @Nullable String obstacle() {
        String obstacle = blockers.obstacle(GROUP);
        Runnable work = background.poll();
        if (work == null) {
            return obstacle;
        }
        work.run();
        return blockers.obstacle(GROUP);
    }

    @Test
    void aResetWaitsForTheFirstAnswer() {
        assertThat(blockers.obstacle(GROUP)).contains("first answer of alerts");
    }

    @Test
    void whoSaysGoLetsGoAndIsNotAskedAtOnceAgain() {
        assertThat(obstacle()).isNull();
        assertThat(obstacle()).isNull();
        assertThat(asked).isEqualTo(1);
        now = now.plus(Blockers.FRESH).plusMillis(1);
        assertThat(obstacle()).isNull();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whoSaysNotNowIsNamedWithTheReason() {
        answer = new Answer.NotNow("HighErrorRate fires");

        assertThat(obstacle()).isEqualTo("not now, says alerts: HighErrorRate fires");
        now = now.plus(Duration.ofDays(1));
        assertThat(obstacle()).as("a no has no end").isNotNull();
    }

    @Test
    void whoDoesNotAnswerHoldsResetsOnlyForTheGroupsPatience() {
        answer = new Answer.Unanswered("connection refused");
        assertThat(obstacle()).contains("connection refused").contains("12:10");
        now = now.plusSeconds(599);
        assertThat(obstacle()).isNotNull();
        now = now.plusSeconds(1);

        assertThat(obstacle()).isNull();
        now = now.plusSeconds(60);
        answer = new Answer.NotNow("back");
        assertThat(obstacle()).isEqualTo("not now, says alerts: back");
    }

    @Test
    void anAnswerBetweenBeginsThePatienceAnew() {
        answer = new Answer.Unanswered("timeout");
        obstacle();
        now = now.plusSeconds(500);
        answer = new Answer.Go();
        obstacle();
        now = now.plusSeconds(500);
        answer = new Answer.Unanswered("timeout");

        assertThat(obstacle()).isNotNull();
    }

    @Test
    void whatWasSaidDaysAgoLetsNobodyGo() {
        assertThat(obstacle()).isNull();
        now = now.plus(Duration.ofDays(2));
        answer = new Answer.NotNow("HighErrorRate fires");

        assertThat(blockers.obstacle(GROUP)).contains("new answer of alerts");
        background.remove().run();
        assertThat(blockers.obstacle(GROUP)).contains("HighErrorRate fires");
    }

    @Test
    void anOutageOfDaysAgoLetsNobodyGoBeforeItIsAskedAgain() {
        answer = new Answer.Unanswered("connection refused");
        obstacle();
        now = now.plus(Duration.ofDays(2));
        answer = new Answer.NotNow("HighErrorRate fires");

        assertThat(blockers.obstacle(GROUP)).contains("new answer of alerts");
    }

    @Test
    void oneThatHangsHoldsResetsOnlyForTheGroupsPatience() {
        assertThat(blockers.obstacle(GROUP)).isNotNull();
        now = now.plusSeconds(599);
        assertThat(blockers.obstacle(GROUP)).isNotNull();
        now = now.plusSeconds(1);

        assertThat(blockers.obstacle(GROUP)).isNull();
    }

    @Test
    void aClockThatIsPutBackDoesNotKeepAnAnswer() {
        answer = new Answer.NotNow("HighErrorRate fires");
        assertThat(obstacle()).isNotNull();
        now = now.minus(Duration.ofDays(1));
        answer = new Answer.Go();

        assertThat(obstacle()).isNull();
    }

    @Test
    void aNameThatTheSiteFileDoesNotHaveIsUnanswered() {
        GroupSettings other = GROUP.with(Map.of("blockers", List.of("gone")));
        blockers.obstacle(other);
        background.remove().run();

        assertThat(blockers.obstacle(other)).contains("site file does not have it");
    }
}
