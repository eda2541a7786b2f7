package dev.assay.verifier.simulate;

import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Counts what a simulation costs: time without admission, resets, times to contain and to heal.
/// And which states follow on which. Exact to the millisecond, also for verdicts that expired
/// between two looks.
final class Ledger {
    private static final long MILLIS_PER_HOUR = 3_600_000;

    private final Agenda agenda;
    private final Agenda.AgendaClock clock;
    private final Map<String, Account> accounts = new HashMap<>();
    private final Set<Step> steps = new TreeSet<>();
    private final NavigableMap<Long, Integer> resetsByHour = new TreeMap<>();
    private long unadmittedMillis;
    private long resettingMillis;
    private int resets;
    private int quarantined;
    private int held;
    private long firstChangeMillis = -1;
    private long lastContainedMillis = -1;
    private long lastHealedMillis = -1;
    private long longestContainMillis = -1;

    /// From one state to the next.
    record Step(HostState from, HostState to) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int first = from.compareTo(other.from);
            return first != 0 ? first : to.compareTo(other.to);
        }
    }

    private static final class Account {
        HostState state = HostState.UNKNOWN;
        long sinceMillis;
        long expiresMillis = Long.MAX_VALUE;
        boolean wasGolden;
        boolean contained;
    }

    Ledger(Agenda agenda, Agenda.AgendaClock clock) {
        this.agenda = agenda;
        this.clock = clock;
    }

    void seen(Machine machine, HostView view) {
        Account account = account(machine);
        expire(machine, account);
        enter(machine, account, view.state(), agenda.nowMillis());
        Instant expires = view.expires();
        account.expiresMillis =
                expires == null
                        ? Long.MAX_VALUE
                        : expires.toEpochMilli() - Agenda.START.toEpochMilli() - clock.skewMillis();
    }

    private Account account(Machine machine) {
        return accounts.computeIfAbsent(machine.name, name -> new Account());
    }

    private void expire(Machine machine, Account account) {
        boolean expires =
                switch (account.state) {
                    case GOLDEN, OUTDATED -> true;
                    case DRIFTED, UNKNOWN, RESETTING, RESET_PENDING, QUARANTINED, ARCHIVED -> false;
                };
        if (expires && account.expiresMillis < agenda.nowMillis()) {
            enter(
                    machine,
                    account,
                    HostState.UNKNOWN,
                    Math.max(account.expiresMillis, account.sinceMillis));
        }
    }

    private void enter(Machine machine, Account account, HostState state, long atMillis) {
        spend(account, atMillis);
        if (account.state != state) {
            steps.add(new Step(account.state, state));
            account.state = state;
        }
        account.wasGolden |= state == HostState.GOLDEN;
        if (machine.changedAt >= 0) {
            follow(machine, account, state, atMillis);
        }
    }

    private void spend(Account account, long atMillis) {
        long passed = Math.max(0, atMillis - account.sinceMillis);
        if (account.wasGolden && account.state != HostState.GOLDEN) {
            unadmittedMillis += passed;
            if (account.state == HostState.RESETTING || account.state == HostState.RESET_PENDING) {
                resettingMillis += passed;
            }
        }
        account.sinceMillis = Math.max(account.sinceMillis, atMillis);
    }

    private void follow(Machine machine, Account account, HostState state, long atMillis) {
        if (firstChangeMillis < 0 || machine.changedAt < firstChangeMillis) {
            firstChangeMillis = machine.changedAt;
        }
        if (!account.contained && state != HostState.GOLDEN) {
            account.contained = true;
            long at = Math.max(atMillis, machine.changedAt);
            lastContainedMillis = Math.max(lastContainedMillis, at);
            longestContainMillis = Math.max(longestContainMillis, at - machine.changedAt);
        }
        if (state == HostState.GOLDEN && machine.drift.isEmpty() && account.contained) {
            account.contained = false;
            machine.changedAt = -1;
            lastHealedMillis = Math.max(lastHealedMillis, atMillis);
        }
    }

    void committed(Event event) {
        switch (event.type()) {
            case RESET_ORDERED -> {
                resets++;
                resetsByHour.merge(agenda.nowMillis() / MILLIS_PER_HOUR, 1, Integer::sum);
            }
            case QUARANTINED -> quarantined++;
            case HELD -> held++;
            default -> {}
        }
    }

    /// At the end.
    Figures figures(Iterable<Machine> machines, Laws laws) {
        int unhealed = 0;
        for (Machine machine : machines) {
            Account account = account(machine);
            expire(machine, account);
            spend(account, agenda.nowMillis());
            if (machine.changedAt >= 0 && account.state != HostState.GOLDEN) {
                unhealed++;
            }
        }
        return new Figures(
                resets,
                resetsByHour.values().stream().mapToInt(count -> count).max().orElse(0),
                laws.mostDown(),
                minutes(unadmittedMillis),
                minutes(resettingMillis),
                firstChangeMillis < 0 || lastContainedMillis < 0
                        ? null
                        : (lastContainedMillis - firstChangeMillis) / 1000.0,
                longestContainMillis < 0 ? null : longestContainMillis / 1000.0,
                firstChangeMillis < 0 || lastHealedMillis < 0 || unhealed > 0
                        ? null
                        : (lastHealedMillis - firstChangeMillis) / 1000.0,
                unhealed,
                laws.innocents(),
                quarantined,
                held);
    }

    private static double minutes(long millis) {
        return Math.round(millis / 6000.0) / 10.0;
    }

    Set<Step> steps() {
        return steps;
    }

    /// What a simulation came to.
    ///
    /// @param resetsPerHour in the hour with the most
    /// @param mostDown for resets at one time
    /// @param unadmittedMinutes of all hosts together, after each was golden first
    /// @param resettingMinutes of these, because of resets: from the announcement to golden again
    /// @param containedSeconds from the first change until the last changed host was not admitted
    /// @param containedEachSeconds the longest of one host
    /// @param healedSeconds from the first change until the last was golden again; null where one
    ///   is not, or none was changed
    /// @param unhealed changed hosts that are not golden at the end
    /// @param falseResets of hosts that were healthy
    /// @param quarantined and `held`: how often
    record Figures(
            int resets,
            int resetsPerHour,
            int mostDown,
            double unadmittedMinutes,
            double resettingMinutes,
            @Nullable Double containedSeconds,
            @Nullable Double containedEachSeconds,
            @Nullable Double healedSeconds,
            int unhealed,
            int falseResets,
            int quarantined,
            int held) {}
}
