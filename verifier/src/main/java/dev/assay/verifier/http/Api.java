package dev.assay.verifier.http;

import dev.assay.verifier.Verifier;
import dev.assay.verifier.fleet.HostQuery;
import dev.assay.verifier.fleet.HostState;
import dev.assay.verifier.fleet.HostView;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The API, version 1, over a verifier's services.
public final class Api {
    private final Routes routes;
    private final ApiHandler handler;
    private final LiveFeed liveFeed;
    private final Metrics metrics;

    /// @param metrics the observer that the verifier was opened with
    public Api(Verifier verifier, Metrics metrics, InstantSource clock) {
        this.metrics = metrics;
        metrics.watch(() -> byState(verifier));
        WatchedHosts watched = new WatchedHosts(verifier);
        metrics.watchWatching(watched::byMeans, watched::lost, watched::oldestDigestByGroup);
        metrics.watchExpiry(() -> verifier.baselines().expiry());
        Gate gate = new Gate(verifier.tokens(), System::nanoTime);
        this.liveFeed = new LiveFeed(verifier.feed(), gate);
        this.routes =
                new Routes(
                        Stream.of(
                                        new OpenRoutes(verifier).routes(),
                                        new AgentRoutes(verifier, gate, metrics).routes(),
                                        new HostRoutes(verifier).routes(),
                                        new IncidentRoutes(verifier).routes(),
                                        new ResetRoutes(verifier, clock).routes(),
                                        new OperatorRoutes(verifier, clock).routes(),
                                        new Export(verifier).routes(),
                                        liveFeed.routes(),
                                        List.of(Route.get("/metrics", Access.VIEWER, this::scrape)))
                                .flatMap(List::stream)
                                .toList());
        this.handler = new ApiHandler(routes, gate, new Bodies(System::nanoTime), metrics);
    }

    Routes routes() {
        return routes;
    }

    ApiHandler handler() {
        return handler;
    }

    void stopLive() {
        liveFeed.stop();
    }

    private Reply scrape(Call call) throws IOException {
        return Reply.text(Metrics.MEDIA_TYPE, metrics.scrape());
    }

    /// Every state is there, also at zero: an alert on a series that does not exist never fires.
    private static Map<String, Long> byState(Verifier verifier) {
        Map<String, Long> counts = new TreeMap<>();
        for (HostState state : HostState.values()) {
            counts.put(state.wire(), 0L);
        }
        counts.putAll(
                verifier.fleet().hosts(HostQuery.ALL).stream()
                        .map(HostView::state)
                        .map(HostState::wire)
                        .collect(
                                Collectors.groupingBy(Function.identity(), Collectors.counting())));
        return counts;
    }
}
