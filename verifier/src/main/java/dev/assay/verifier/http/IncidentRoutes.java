package dev.assay.verifier.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.assay.baseline.DriftReport;
import dev.assay.verifier.Verifier;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.incident.Incident;
import dev.assay.verifier.incident.IncidentDetail;
import dev.assay.verifier.incident.PathIncident;
import dev.assay.verifier.refusal.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What drifted alike, and what it looks like.
final class IncidentRoutes {
    private static final String GONE = "forgotten";

    private final Verifier verifier;

    IncidentRoutes(Verifier verifier) {
        this.verifier = verifier;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/incidents", Access.VIEWER, this::incidents),
                Route.get("/v1/incidents/{id}", Access.VIEWER, this::incident));
    }

    /// @param paths that hosts share now though their drift differs
    private record Incidents(List<Incident> incidents, List<PathIncident> paths) {}

    /// @param states how many of its hosts are in each state now; `forgotten` of those that are no
    ///   longer enrolled
    /// @param drifts in full, as the first host showed them
    private record Detail(
            @JsonUnwrapped Incident incident,
            Map<String, Integer> states,
            List<IncidentDetail.Member> members,
            List<DriftJson.Item> drifts,
            List<DriftReport.Subtree> subtrees) {
        static Detail of(IncidentDetail detail) {
            Map<String, Integer> states = new TreeMap<>();
            for (IncidentDetail.Member member : detail.members()) {
                HostState now = member.now();
                states.merge(now == null ? GONE : now.wire(), 1, Integer::sum);
            }
            return new Detail(
                    detail.incident(),
                    states,
                    detail.members(),
                    DriftJson.items(detail.drift().drifts()),
                    detail.drift().subtrees());
        }
    }

    private Reply incidents(Call call) {
        return Reply.json(
                new Incidents(verifier.incidents().list(), verifier.incidents().byPath()));
    }

    private Reply incident(Call call) throws RefusedException {
        return Reply.json(Detail.of(verifier.incidents().find(call.variable("id"))));
    }
}
