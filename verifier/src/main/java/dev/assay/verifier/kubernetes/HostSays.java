package dev.assay.verifier.kubernetes;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the verifier says of a host, as far as a cluster asks.
///
/// @param platformId as the cloud names the instance; null where the enrolment named none
/// @param because one line for people
/// @param boot that the verdict is about; null where the host never showed one
/// @param verdictAt when the last evidence was appraised
/// @param drainBy until when work may be moved away; null where no reset is announced
/// @param drained whether the verifier knows already that the work is away
public record HostSays(
        String name,
        @Nullable String platformId,
        State state,
        boolean admit,
        String because,
        @Nullable String boot,
        @Nullable Instant verdictAt,
        @Nullable Instant drainBy,
        boolean drained) {

    /// The verifier's states, with the three whys of `unknown` told apart.
    public enum State {
        GOLDEN,
        OUTDATED,
        DRIFTED,
        RESET_PENDING,
        RESETTING,
        QUARANTINED,
        /// Silent for so long that it counts nowhere.
        ARCHIVED,
        SILENT,
        HOST_FAULT,
        VERIFIER_FAULT,
        /// A verifier that is newer than this program: not admitted.
        NOT_UNDERSTOOD
    }

    /// Reads a host of the API. What is missing or not understood is never admitted.
    public static HostSays of(JsonNode host) {
        State state = state(host.path("state").asString(""), host.path("why").asString(""));
        return new HostSays(
                host.path("name").asString(""),
                text(host.path("platformId")),
                state,
                // Two fields have to agree, so that neither a new state nor a lost field admits.
                state == State.GOLDEN && isTrue(host.path("admit")),
                host.path("because").asString("no reason was given"),
                text(host.path("boot")),
                instant(host.path("clocks").path("verdictAt")),
                instant(host.path("reset").path("drainBy")),
                host.path("reset").hasNonNull("drainedAt"));
    }

    private static State state(String state, String why) {
        return switch (state) {
            case "golden" -> State.GOLDEN;
            case "outdated" -> State.OUTDATED;
            case "drifted" -> State.DRIFTED;
            case "reset-pending" -> State.RESET_PENDING;
            case "resetting" -> State.RESETTING;
            case "quarantined" -> State.QUARANTINED;
            case "archived" -> State.ARCHIVED;
            case "unknown" ->
                    switch (why) {
                        case "silent" -> State.SILENT;
                        case "host-fault" -> State.HOST_FAULT;
                        case "verifier-fault" -> State.VERIFIER_FAULT;
                        default -> State.NOT_UNDERSTOOD;
                    };
            default -> State.NOT_UNDERSTOOD;
        };
    }

    /// The boolean, and nothing that could be read as one.
    private static boolean isTrue(JsonNode node) {
        return node.isBoolean() && node.booleanValue();
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() && !node.asString().isEmpty() ? node.asString() : null;
    }

    private static @Nullable Instant instant(JsonNode node) {
        try {
            return node.isString() ? Instant.parse(node.asString()) : null;
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }
}
