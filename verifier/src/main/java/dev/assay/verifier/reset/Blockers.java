package dev.assay.verifier.reset;

import dev.assay.verifier.fleet.GroupSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What the blockers said last. They are asked in the background, and only while somebody waits for
/// what they say: a reset never waits for a socket.
final class Blockers {
    /// After which it is asked again.
    static final Duration FRESH = Duration.ofSeconds(10);

    /// For how long an answer counts. What was said when somebody waited last, days ago, would let
    /// a reset go that has no time to drain before the blocker has said no.
    static final Duration BELIEVED = Duration.ofSeconds(90);

    private final Map<String, Blocker> byName;
    private final Executor background;
    private final Clock clock;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    /// @param at when it was asked; later than the answer's where it is asked again
    /// @param answer null until there is one
    /// @param answeredAt when the answer came
    /// @param unansweredSince null while it answers
    private record Said(
            Instant at,
            boolean asking,
            Blocker.@Nullable Answer answer,
            Instant answeredAt,
            @Nullable Instant unansweredSince) {
        Said askedAt(Instant now) {
            return new Said(now, true, answer, answeredAt, unansweredSince);
        }

        /// A clock that was put back makes every answer one of the future: it would count for as
        /// long as the clock was put back.
        boolean isOlderThan(Duration most, Instant since, Instant now) {
            return since.isAfter(now) || now.isAfter(since.plus(most));
        }
    }

    Blockers(Map<String, Blocker> byName, Executor background, Clock clock) {
        this.byName = Map.copyOf(byName);
        this.background = background;
        this.clock = clock;
    }

    /// Why a reset of the group has to wait; null where nobody is against it. What is not there, or
    /// does not answer, holds a reset too, but no longer than the group's patience.
    @Nullable String obstacle(GroupSettings group) {
        Instant now = clock.instant();
        for (String name : group.blockers()) {
            String why = obstacle(name, group, now);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private @Nullable String obstacle(String name, GroupSettings group, Instant now) {
        Said last =
                said.computeIfAbsent(
                        name, key -> new Said(Instant.EPOCH, false, null, Instant.EPOCH, null));
        if (!last.asking() && last.isOlderThan(FRESH, last.at(), now)) {
            last = last.askedAt(now);
            said.put(name, last);
            background.execute(() -> ask(name));
            last = said.getOrDefault(name, last);
        }
        if (last.answer() != null && last.isOlderThan(BELIEVED, last.answeredAt(), now)) {
            return isAwaited(last, group, now) ? "reset waits for a new answer of " + name : null;
        }
        return switch (last.answer()) {
            case null ->
                    isAwaited(last, group, now)
                            ? "reset waits for the first answer of " + name
                            : null;
            case Blocker.Answer.Go go -> null;
            case Blocker.Answer.NotNow not -> "not now, says " + name + ": " + not.why();
            case Blocker.Answer.Unanswered none -> {
                Instant since = Objects.requireNonNullElse(last.unansweredSince(), now);
                Instant until = since.plusMillis(group.blockerPatienceMillis());
                yield now.isBefore(until)
                        ? "reset waits for "
                                + name
                                + ", which does not answer ("
                                + none.why()
                                + "), until "
                                + until
                        : null;
            }
        };
    }

    /// One that hangs in its answer does not hold resets for ever either.
    private static boolean isAwaited(Said last, GroupSettings group, Instant now) {
        Instant until = last.at().plusMillis(group.blockerPatienceMillis());
        return now.isBefore(until) || !last.isOlderThan(BELIEVED, last.at(), now);
    }

    private void ask(String name) {
        Blocker blocker = byName.get(name);
        Blocker.Answer answer;
        try {
            answer =
                    blocker == null
                            ? new Blocker.Answer.Unanswered("the site file does not have it")
                            : blocker.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = new Blocker.Answer.Unanswered("it was interrupted");
        } catch (RuntimeException e) {
            answer = new Blocker.Answer.Unanswered(e.getClass().getSimpleName());
        }
        Blocker.Answer now = answer;
        Instant at = clock.instant();
        said.compute(
                name,
                (key, before) -> {
                    Instant since = before == null ? null : before.unansweredSince();
                    boolean answered = !(now instanceof Blocker.Answer.Unanswered);
                    Instant from = since == null || since.isAfter(at) ? at : since;
                    return new Said(at, false, now, at, answered ? null : from);
                });
    }
}
