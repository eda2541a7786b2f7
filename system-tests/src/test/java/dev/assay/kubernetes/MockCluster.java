package dev.assay.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetList;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A mock of an API server, and no more: it keeps objects, and knows neither validation nor
/// admission nor authorization nor controllers. What the flow needs beside that is below, as the
/// API conventions describe it: evictions against a budget, the strategic merge of conditions, a
/// field selector, and a command in a pod that always ends well. That something works here shows
/// that the controller does what we think an API server wants; run the same test against a real one
/// to see whether it is so.
final class MockCluster implements AutoCloseable {
    private static final Pattern EVICTION =
            Pattern.compile("(/api/v1/namespaces/[^/]+)(/pods/[^/]+)/eviction");
    private static final Pattern NODE_STATUS = Pattern.compile("/api/v1/nodes/[^/]+/status");
    private static final String ON_NODE = "fieldSelector=spec.nodeName";
    private static final byte ERROR_CHANNEL = 3;

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final KubernetesCrudDispatcher crud = new KubernetesCrudDispatcher();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final KubernetesMockServer server;

    // It tells of every request.
    private static final Logger TALK = Logger.getLogger("io.fabric8.mockwebserver");

    MockCluster() {
        TALK.setLevel(Level.WARNING);
        server =
                new KubernetesMockServer(
                        new Context(), new MockWebServer(), new HashMap<>(), new Front(), false);
        server.start();
    }

    String url() {
        return server.url("/");
    }

    /// All that was asked for, by whom.
    List<Asked> asked() {
        return List.copyOf(asked);
    }

    /// What was run in pods: the query of the request.
    List<String> commands() {
        return List.copyOf(commands);
    }

    @Override
    public void close() {
        server.shutdown();
    }

    private final class Front extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            String path = request.getPath();
            String authorization = request.getHeader("Authorization");
            String user = authorization == null ? "" : authorization.replace("Bearer ", "");
            Asked ask = Asked.of(user, request.getMethod(), path);
            if (ask != null) {
                asked.add(ask);
            }
            Matcher eviction = EVICTION.matcher(path);
            if (eviction.matches()) {
                return evict(eviction.group(1), eviction.group(2));
            }
            if (ask != null && path.contains("/exec?")) {
                // From 1.35 an API server asks for both.
                asked.add(new Asked(user, "create", "", "pods/exec", ask.namespace(), ask.name()));
                commands.add(String.valueOf(URI.create(path).getQuery()));
                return new MockResponse().withWebSocketUpgrade(new EndsWell());
            }
            if (path.contains(ON_NODE)) {
                return onNode(path);
            }
            if (request.getMethod().equals("PATCH") && NODE_STATUS.matcher(path).matches()) {
                return status(request, path);
            }
            if (request.getMethod().equals("PATCH")
                    && String.valueOf(request.getHeader("Content-Type")).contains("merge-patch")) {
                return merge(request, path);
            }
            return crud.dispatch(request);
        }
    }

    /// RFC 7386, which the mock does not: it leaves nulls standing.
    private MockResponse merge(RecordedRequest request, String path) {
        String found = body(crud.handleGet(path));
        if (found.isEmpty()) {
            return new MockResponse().setResponseCode(404);
        }
        JsonNode patch = json.unmarshal(request.getUtf8Body(), JsonNode.class);
        JsonNode merged = merged(json.unmarshal(found, JsonNode.class), patch);
        if (!patch.path("metadata").hasNonNull("resourceVersion")) {
            ((ObjectNode) merged.path("metadata")).remove("resourceVersion");
        }
        return crud.handleUpdate(
                new RecordedRequest(
                        request.getHttpVersion(),
                        HttpMethod.PUT,
                        path,
                        Headers.builder().add("Content-Type", "application/json").build(),
                        new Buffer().writeUtf8(json.asJson(merged))));
    }

    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode result =
                target instanceof ObjectNode object
                        ? object.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(
                        change.getKey(), merged(result.path(change.getKey()), change.getValue()));
            }
        }
        return result;
    }

    private MockResponse evict(String namespace, String pod) {
        String found = body(crud.handleGet(namespace + pod));
        if (found.isEmpty()) {
            return new MockResponse().setResponseCode(404);
        }
        Map<String, String> labels = json.unmarshal(found, Pod.class).getMetadata().getLabels();
        for (PodDisruptionBudget budget : budgets(namespace)) {
            Map<String, String> selected = budget.getSpec().getSelector().getMatchLabels();
            if (labels != null && labels.entrySet().containsAll(selected.entrySet())) {
                return new MockResponse()
                        .setResponseCode(429)
                        .setHeader("Retry-After", "10")
                        .setBody(
                                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                                        + "\"message\":\"Cannot evict pod as it would violate the"
                                        + " pod's disruption budget.\",\"reason\":"
                                        + "\"TooManyRequests\",\"code\":429}");
            }
        }
        crud.handleDelete(namespace + pod);
        return new MockResponse()
                .setResponseCode(201)
                .setBody("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}");
    }

    private List<PodDisruptionBudget> budgets(String namespace) {
        String path = namespace.replace("/api/v1", "/apis/policy/v1") + "/poddisruptionbudgets";
        return json.unmarshal(body(crud.handleGet(path)), PodDisruptionBudgetList.class).getItems();
    }

    private MockResponse onNode(String path) {
        String selector = path.substring(path.indexOf(ON_NODE) + ON_NODE.length());
        String node = selector.replaceFirst("^(=|%3D)", "").replaceFirst("&.*", "");
        String plain = path.replaceFirst(ON_NODE + "[^&]*&?", "");
        PodList pods = json.unmarshal(body(crud.handleGet(plain)), PodList.class);
        List<Pod> there = new ArrayList<>(pods.getItems());
        there.removeIf(pod -> !node.equals(pod.getSpec().getNodeName()));
        pods.setItems(there);
        return new MockResponse().setResponseCode(200).setBody(json.asJson(pods));
    }

    /// Conditions are merged by their type.
    private MockResponse status(RecordedRequest request, String path) {
        String found = body(crud.handleGet(path.replace("/status", "")));
        if (found.isEmpty()) {
            return new MockResponse().setResponseCode(404);
        }
        Node node = json.unmarshal(found, Node.class);
        Node patch = json.unmarshal(request.getUtf8Body(), Node.class);
        List<NodeCondition> conditions = new ArrayList<>();
        if (node.getStatus() != null) {
            conditions.addAll(node.getStatus().getConditions());
        }
        for (NodeCondition changed : patch.getStatus().getConditions()) {
            conditions.removeIf(one -> one.getType().equals(changed.getType()));
            conditions.add(changed);
        }
        node.getMetadata().setResourceVersion(null);
        if (node.getStatus() == null) {
            node.setStatus(patch.getStatus());
        }
        node.getStatus().setConditions(conditions);
        return crud.handleUpdate(
                new RecordedRequest(
                        request.getHttpVersion(),
                        HttpMethod.PUT,
                        path,
                        Headers.builder().add("Content-Type", "application/json").build(),
                        new Buffer().writeUtf8(json.asJson(node))));
    }

    private static String body(MockResponse response) {
        Buffer body = response.getBody();
        return response.code() == 404 || body == null
                ? ""
                : new String(body.getBytes(), StandardCharsets.UTF_8);
    }

    /// A command that ends with 0 and says nothing.
    private static final class EndsWell extends WebSocketListener {
        @Override
        public void onOpen(WebSocket socket, Response response) {
            byte[] status = "{\"status\":\"Success\"}".getBytes(StandardCharsets.UTF_8);
            byte[] message = new byte[status.length + 1];
            message[0] = ERROR_CHANNEL;
            System.arraycopy(status, 0, message, 1, status.length);
            socket.send(message);
            socket.close(1000, "done");
        }
    }
}
