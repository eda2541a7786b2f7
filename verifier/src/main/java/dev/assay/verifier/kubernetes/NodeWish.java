package dev.assay.verifier.kubernetes;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a Node should be, from what is known of its host. Pure, and total: every state has a line.
///
/// | | taints | cordon | drain | condition |
/// |---|---|---|---|---|
/// | admitted | none | lifted, if ours | | True |
/// | outdated | NoSchedule | as it is | | False |
/// | drifted | NoSchedule | as it is | | False |
/// | reset-pending | NoSchedule | set | by evictions | False |
/// | resetting, quarantined | NoSchedule, NoExecute | set | | False |
/// | silent, host-fault, archived, unknown host | NoSchedule | as it is | | Unknown |
/// | verifier-fault, no answer: was admitted | as they are | as it is | | Unknown |
/// | verifier-fault, no answer: was not | at least NoSchedule | as it is | | Unknown |
///
/// NoExecute throws pods out at once and asks no PodDisruptionBudget. So it stands only where a
/// reset has been ordered within the budget, or has failed for good: were it the answer to drift
/// itself, a bad baseline that accuses every host would empty the cluster in the very moment in
/// which the breaker holds back the resets. A site that wants it so asks for it ({@link
/// Policy#evictDrifted}).
///
/// @param state for the label and the taint's value
/// @param drainBy until when pods are evicted; null for no drain
record NodeWish(
        Taints taints,
        Cordon cordon,
        String state,
        Condition condition,
        @Nullable Instant drainBy) {
    static final String TAINT = "assay.dev/not-golden";
    static final int MAX_MESSAGE_CHARS = 512;

    /// @param observe says everything and does nothing: label, condition and events alone
    /// @param evictDrifted throws pods off drifted nodes at once, whatever their budgets
    public record Policy(boolean observe, boolean evictDrifted) {}

    /// Of the taint. Kubernetes knows a third, which cannot be asked for here.
    enum Effect {
        NO_SCHEDULE("NoSchedule"),
        NO_EXECUTE("NoExecute");

        private final String word;

        Effect(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /// Of our key; all others are somebody else's.
    sealed interface Taints {
        record Exactly(Set<Effect> effects) implements Taints {}

        /// Takes nothing away.
        record AtLeast(Set<Effect> effects) implements Taints {}
    }

    enum Cordon {
        SET,
        KEEP,
        /// Only what this program cordoned itself.
        LIFT
    }

    enum Status {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /// @param reason one word in CamelCase
    record Condition(Status status, String reason, String message) {
        Condition {
            message =
                    message.length() <= MAX_MESSAGE_CHARS
                            ? message
                            : message.substring(0, MAX_MESSAGE_CHARS - 1) + "…";
        }
    }

    /// @param keeps whether the verifier's silence leaves this Node as it is: where this very Node
    ///   was admitted when the verifier last spoke, or was there before this process began to lead,
    ///   so that its taints are the judgement of the leader before
    static NodeWish of(Testimony testimony, NodeFacts node, boolean keeps, Policy policy) {
        NodeWish wish =
                switch (testimony) {
                    case Testimony.Said(HostSays host) -> said(host, node, keeps, policy);
                    case Testimony.Nobody(String why) ->
                            withheld("unknown", Status.UNKNOWN, "NoHost", why);
                    case Testimony.Silence(String why) -> silence(why, keeps);
                };
        return policy.observe() ? wish.observed() : wish;
    }

    private static NodeWish said(HostSays host, NodeFacts node, boolean keeps, Policy policy) {
        String because = host.because();
        return switch (host.state()) {
            case GOLDEN -> golden(host, node);
            case OUTDATED -> withheld("outdated", Status.FALSE, "Outdated", because);
            case DRIFTED ->
                    refused(
                            "drifted",
                            "Drifted",
                            because,
                            policy.evictDrifted() ? both() : noSchedule(),
                            Cordon.KEEP,
                            null);
            case RESET_PENDING ->
                    refused(
                            "reset-pending",
                            "ResetPending",
                            because,
                            noSchedule(),
                            Cordon.SET,
                            host.drained() ? null : host.drainBy());
            case RESETTING -> refused("resetting", "Resetting", because, both(), Cordon.SET, null);
            case QUARANTINED ->
                    refused("quarantined", "Quarantined", because, both(), Cordon.SET, null);
            case ARCHIVED -> withheld("archived", Status.UNKNOWN, "Archived", because);
            case SILENT -> withheld("unknown", Status.UNKNOWN, "Silent", because);
            case HOST_FAULT -> withheld("unknown", Status.UNKNOWN, "HostFault", because);
            case VERIFIER_FAULT -> silence(because, keeps);
            case NOT_UNDERSTOOD ->
                    withheld(
                            "unknown",
                            Status.UNKNOWN,
                            "NotUnderstood",
                            "the verifier says what this program does not know: " + because);
        };
    }

    private static NodeWish golden(HostSays host, NodeFacts node) {
        if (!host.admit()) {
            return withheld("unknown", Status.UNKNOWN, "NotAdmitted", host.because());
        }
        // A machine replaced under the same name would inherit the verdict of the one before it,
        // for as long as that lives. The API server cuts its times to whole seconds.
        Instant at = host.verdictAt();
        if (at == null || at.isBefore(node.created().plusSeconds(1))) {
            return withheld(
                    "unknown",
                    Status.UNKNOWN,
                    "NotYetProved",
                    "no evidence since this node registered; before: " + host.because());
        }
        // The verdict of the last boot lives on for two intervals. The kubelet may lie about its
        // boot; that gains it nothing but this line.
        if (node.bootId() != null && !node.bootId().equals(host.boot())) {
            return withheld(
                    "unknown",
                    Status.UNKNOWN,
                    "OtherBoot",
                    "the node says that it is in boot "
                            + node.bootId()
                            + ", which has proved nothing yet");
        }
        return new NodeWish(
                new Taints.Exactly(Set.of()),
                Cordon.LIFT,
                "golden",
                new Condition(Status.TRUE, "Golden", host.because()),
                null);
    }

    /// Not admitted, and not accused: no new work, and no pod is disturbed.
    private static NodeWish withheld(String state, Status status, String reason, String because) {
        return new NodeWish(
                new Taints.Exactly(noSchedule()),
                Cordon.KEEP,
                state,
                new Condition(status, reason, because),
                null);
    }

    private static NodeWish refused(
            String state,
            String reason,
            String because,
            Set<Effect> effects,
            Cordon cordon,
            @Nullable Instant drainBy) {
        return new NodeWish(
                new Taints.Exactly(effects),
                cordon,
                state,
                new Condition(Status.FALSE, reason, because),
                drainBy);
    }

    /// The verifier's own outage evicts nobody and takes no admission away; but nobody is admitted
    /// by it either.
    private static NodeWish silence(String why, boolean keeps) {
        return new NodeWish(
                new Taints.AtLeast(keeps ? Set.of() : noSchedule()),
                Cordon.KEEP,
                "unknown",
                new Condition(Status.UNKNOWN, "VerifierFault", why),
                null);
    }

    private NodeWish observed() {
        return new NodeWish(new Taints.AtLeast(Set.of()), Cordon.KEEP, state, condition, null);
    }

    private static Set<Effect> noSchedule() {
        return Collections.unmodifiableSet(EnumSet.of(Effect.NO_SCHEDULE));
    }

    private static Set<Effect> both() {
        return Collections.unmodifiableSet(EnumSet.allOf(Effect.class));
    }
}
