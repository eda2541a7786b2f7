package dev.assay.verifier.cli;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.kubernetes.HostApi;
import dev.assay.verifier.kubernetes.HostSays;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The verifier's API as the controller of a cluster asks it. Token and trust root are read again
/// after a failure, so that a secret that was replaced under a running pod is taken up.
final class KubernetesHosts implements HostApi, AutoCloseable {
    private static final int PAGE = 1000;
    private static final int EVENTS = 500;
    private static final long MAX_WAIT_SECONDS = 30;

    private final Connection connection;
    private @Nullable ApiClient open;

    KubernetesHosts(Connection connection) {
        this.connection = connection;
    }

    @FunctionalInterface
    private interface Request<T extends @Nullable Object> {
        T of(ApiClient api) throws IOException, InterruptedException, CommandFailure;
    }

    @Override
    public List<HostSays> all() throws IOException, InterruptedException {
        return ask(
                api -> {
                    List<HostSays> hosts = new ArrayList<>();
                    Map<String, @Nullable Object> query = new HashMap<>();
                    query.put("limit", PAGE);
                    JsonNode answer;
                    do {
                        answer = api.get(ApiClient.query("/v1/hosts", query));
                        answer.path("hosts").forEach(host -> hosts.add(HostSays.of(host)));
                        query.put("after", answer.path("next").asString(null));
                    } while (answer.hasNonNull("next"));
                    return hosts;
                });
    }

    @Override
    public @Nullable HostSays one(String host) throws IOException, InterruptedException {
        return this.<@Nullable HostSays>ask(
                api -> {
                    try {
                        return HostSays.of(api.get(HostCommands.path(host)));
                    } catch (CommandFailure e) {
                        if (e.status() == 404) {
                            return null;
                        }
                        throw e;
                    }
                });
    }

    /// Cursors have no gaps, so that the newest is found by halving; a feed may hold a million.
    @Override
    public long newest() throws IOException, InterruptedException {
        return ask(
                api -> {
                    JsonNode oldest = page(api, 0, 1, 0).path("events");
                    if (oldest.isEmpty()) {
                        return 0L;
                    }
                    long there = oldest.get(0).path("cursor").asLong();
                    long step = 1;
                    while (isAfter(api, there + step)) {
                        there += step;
                        step *= 2;
                    }
                    // It is after `there`, and at most at `there + step`.
                    long gone = there + step;
                    while (there < gone) {
                        long middle = there + (gone - there) / 2;
                        if (isAfter(api, middle)) {
                            there = middle + 1;
                        } else {
                            gone = middle;
                        }
                    }
                    return there;
                });
    }

    private static boolean isAfter(ApiClient api, long cursor)
            throws IOException, InterruptedException, CommandFailure {
        return !page(api, cursor, 1, 0).path("events").isEmpty();
    }

    private static JsonNode page(ApiClient api, long after, int limit, long waitSeconds)
            throws IOException, InterruptedException, CommandFailure {
        return api.get(
                ApiClient.query(
                        "/v1/events", Map.of("after", after, "limit", limit, "wait", waitSeconds)));
    }

    @Override
    public Changes changes(long after, Duration wait) throws IOException, InterruptedException {
        return ask(
                api -> {
                    long seconds = Math.clamp(wait.toSeconds(), 1, MAX_WAIT_SECONDS);
                    JsonNode page = page(api, after, EVENTS, seconds);
                    TreeSet<String> hosts = new TreeSet<>();
                    for (JsonNode event : page.path("events")) {
                        if (event.hasNonNull("host")) {
                            hosts.add(event.path("host").asString());
                        }
                    }
                    return new Changes(hosts, page.path("next").asLong(after));
                });
    }

    @Override
    public void drained(String host) throws IOException, InterruptedException {
        ask(api -> api.post(HostCommands.path(host) + "/drained"));
    }

    private <T extends @Nullable Object> T ask(Request<T> request)
            throws IOException, InterruptedException {
        ApiClient api;
        try {
            api = api();
        } catch (MalformedInputException | CommandFailure e) {
            throw new IOException(e.getMessage(), e);
        }
        try {
            return request.of(api);
        } catch (CommandFailure e) {
            forget(api);
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            forget(api);
            throw e;
        }
    }

    private synchronized ApiClient api()
            throws IOException, MalformedInputException, CommandFailure {
        if (open == null) {
            open = connection.open();
        }
        return open;
    }

    /// Others may be in the middle of a request of it; it goes when they are done with it.
    private synchronized void forget(ApiClient api) {
        if (open == api) {
            open = null;
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
