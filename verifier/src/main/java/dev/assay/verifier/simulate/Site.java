package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Receipt;
import dev.assay.verifier.fleet.Reset;
import dev.assay.verifier.reset.Blocker;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.ResetTask;
import dev.assay.verifier.reset.Rungs;
import dev.assay.verifier.simulate.Scenario.Hand;
import dev.assay.verifier.simulate.Scenario.Voice;
import java.util.Map;
import java.util.TreeMap;

/// What the site file of a simulated verifier offers: executors and blockers that behave as the
/// scenario says, well or not.
final class Site {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final long MILLIS_PER_MINUTE = 60_000;

    private final Agenda agenda;
    private final Sidelines sidelines;
    private final Plant plant;
    private final Laws laws;

    Site(Agenda agenda, Sidelines sidelines, Plant plant, Laws laws) {
        this.agenda = agenda;
        this.sidelines = sidelines;
        this.plant = plant;
        this.laws = laws;
    }

    Rungs rungs(Scenario scenario) {
        Map<String, Executor> executors = new TreeMap<>();
        scenario.executors()
                .forEach((name, hand) -> executors.put(name, task -> reset(name, hand, task)));
        Map<String, Blocker> blockers = new TreeMap<>();
        scenario.blockers().forEach((name, voice) -> blockers.put(name, () -> ask(voice)));
        return new Rungs(executors, blockers);
    }

    private Executor.Outcome reset(String name, Hand hand, ResetTask task)
            throws InterruptedException {
        laws.asked(task.resetId(), name, task.host());
        long answerMillis = (long) (hand.seconds() * MILLIS_PER_SECOND);
        Double until = hand.untilMinute();
        boolean isWell = until != null && agenda.nowMillis() >= until * MILLIS_PER_MINUTE;
        return switch (isWell ? Hand.Does.RESTARTS : hand.does()) {
            case RESTARTS -> {
                sidelines.pause(answerMillis);
                yield restarted(name, hand, task);
            }
            case FAILS -> {
                sidelines.pause(answerMillis);
                yield new Executor.Outcome.Failed("exit status 1", "");
            }
            case HANGS -> {
                sidelines.pause(task.timeout().toMillis());
                yield new Executor.Outcome.Failed("no answer in time", "");
            }
            case LIES -> {
                sidelines.pause(answerMillis);
                yield new Executor.Outcome.Done("restarted", null);
            }
            case UNREACHABLE -> {
                sidelines.pause(answerMillis);
                yield new Executor.Outcome.Failed("connection refused", "");
            }
            case ANSWERS_LATE -> {
                sidelines.pause(answerMillis);
                Executor.Outcome outcome = restarted(name, hand, task);
                sidelines.pause(task.timeout().toMillis());
                yield outcome;
            }
        };
    }

    private Executor.Outcome restarted(String name, Hand hand, ResetTask task) {
        plant.restart(
                plant.machine(task.host()),
                task.resetId(),
                task.remedy() == Reset.Remedy.REPLACEMENT);
        return new Executor.Outcome.Done(
                "",
                hand.receipt()
                        ? new Receipt(name, "operation " + agenda.nowMillis(), agenda.now())
                        : null);
    }

    private Blocker.Answer ask(Voice voice) throws InterruptedException {
        double minute = (double) agenda.nowMillis() / MILLIS_PER_MINUTE;
        if (minute < voice.fromMinute() || minute >= voice.untilMinute()) {
            sidelines.pause(50);
            return new Blocker.Answer.Go();
        }
        return switch (voice.says()) {
            case GO -> new Blocker.Answer.Go();
            case NOT_NOW -> {
                sidelines.pause(50);
                yield new Blocker.Answer.NotNow("an alert fires");
            }
            case DEAD -> {
                sidelines.pause(5_000);
                yield new Blocker.Answer.Unanswered("no answer in 5 s");
            }
        };
    }
}
