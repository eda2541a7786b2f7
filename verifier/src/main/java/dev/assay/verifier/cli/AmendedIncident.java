package dev.assay.verifier.cli;

import dev.assay.baseline.Drift;
import dev.assay.baseline.DriftReport;
import dev.assay.baseline.LeafJson;
import dev.assay.bytes.MalformedInputException;
import dev.assay.measurement.Leaf;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import dev.assay.verifier.appraise.IncidentKey;
import dev.assay.verifier.fleet.StoredDrift;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An incident as the verifier tells it, held against its own name: a verifier that shows a
/// harmless drift under the name of another would have a signer pardon what he never saw.
///
/// @param channel of the baseline that it was seen by
/// @param accusation null where its list is the whole story
record AmendedIncident(Digest id, String channel, StoredDrift drift, @Nullable String accusation) {

    static AmendedIncident of(JsonNode incident) throws MalformedInputException, CommandFailure {
        Digest id = digest(OnlineCommand.text(incident, "id"));
        if (!incident.path("baseline").isObject()) {
            throw CommandFailure.operation("the incident was seen by no baseline");
        }
        String accusation =
                incident.hasNonNull("accusation")
                        ? OnlineCommand.text(incident, "accusation")
                        : null;
        List<Drift> drifts = new ArrayList<>();
        for (JsonNode item : incident.path("drifts")) {
            drifts.add(drift(item));
        }
        List<DriftReport.Subtree> subtrees = new ArrayList<>();
        for (JsonNode subtree : incident.path("subtrees")) {
            subtrees.add(subtree(subtree));
        }
        if (accusation == null && !IncidentKey.of(drifts, subtrees, null).equals(id)) {
            throw CommandFailure.operation(
                    "what the verifier shows of incident " + id.brief() + " is not what it names");
        }
        return new AmendedIncident(
                id,
                OnlineCommand.text(incident, "baseline", "channel"),
                new StoredDrift(null, drifts, subtrees),
                accusation);
    }

    private static Drift drift(JsonNode item) throws MalformedInputException {
        try {
            return new Drift(
                    path(item),
                    leaf(item.path("golden")),
                    leaf(item.path("measured")),
                    item.hasNonNull("owner") ? OnlineCommand.text(item, "owner") : null,
                    item.path("survivesReset").asBoolean(true));
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("incident: " + e.getMessage(), e);
        }
    }

    private static DriftReport.Subtree subtree(JsonNode item) throws MalformedInputException {
        try {
            return new DriftReport.Subtree(
                    path(item),
                    item.hasNonNull("digest") ? digest(OnlineCommand.text(item, "digest")) : null,
                    item.path("added").asLong(),
                    item.path("removed").asLong(),
                    item.path("changed").asLong(),
                    item.path("undetermined").asLong());
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("incident: " + e.getMessage(), e);
        }
    }

    private static NodePath path(JsonNode item) {
        return NodePath.of(OnlineCommand.text(item, "path"));
    }

    private static Digest digest(String hex) throws MalformedInputException {
        try {
            return Digest.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException("incident: " + e.getMessage(), e);
        }
    }

    private static @Nullable Leaf leaf(JsonNode fields) throws MalformedInputException {
        if (!fields.isObject()) {
            return null;
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            texts.put(field.getKey(), field.getValue().asString());
        }
        return LeafJson.parse(texts);
    }
}
