package dev.assay.verifier.site;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.EscapedText;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.executor.CommandExecutor;
import dev.assay.verifier.executor.PrometheusBlocker;
import dev.assay.verifier.executor.SshExecutor;
import dev.assay.verifier.executor.UrlBlocker;
import dev.assay.verifier.executor.WebhookExecutor;
import dev.assay.verifier.reset.Blocker;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.Rungs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a site file to its end, and gathers what is wrong with it.
final class SiteReader {
    private static final Set<String> RESERVED = Set.of("agent", "operator");
    private static final int MAX_ENTRIES = 64;

    private final KubernetesExecutors kubernetes;
    private final InstantSource clock;
    private final List<String> problems = new ArrayList<>();

    SiteReader(KubernetesExecutors kubernetes, InstantSource clock) {
        this.kubernetes = kubernetes;
        this.clock = clock;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /// What of it could be read, while there are no problems.
    Rungs read(Bytes json) {
        Map<String, Executor> executors = new TreeMap<>();
        Map<String, Blocker> blockers = new TreeMap<>();
        try {
            JsonNode document = Json.parseTree(json, Site.MAX_BYTES);
            if (!(document instanceof ObjectNode object)) {
                throw new MalformedInputException("it is no JSON object");
            }
            for (String field : object.propertyNames()) {
                if (!Set.of("executors", "blockers").contains(field)) {
                    refuse(field, "is neither executors nor blockers");
                }
            }
            each(
                    object,
                    "executors",
                    (name, kind, config) -> executors.put(name, executor(name, kind, config)));
            each(
                    object,
                    "blockers",
                    (name, kind, config) -> blockers.put(name, blocker(name, kind, config)));
        } catch (MalformedInputException e) {
            problems.add(e.getMessage());
        }
        return new Rungs(executors, blockers);
    }

    private interface Entry {
        void take(String name, String kind, Bytes config)
                throws IOException, MalformedInputException;
    }

    private void each(ObjectNode document, String field, Entry entry) {
        JsonNode entries = document.path(field);
        if (!entries.isMissingNode() && !entries.isObject()) {
            refuse(field, "is no object");
        }
        if (entries.size() > MAX_ENTRIES) {
            refuse(field, "has more than " + MAX_ENTRIES + " entries");
            return;
        }
        for (Map.Entry<String, JsonNode> one : entries.properties()) {
            String where = field + "." + one.getKey();
            try {
                one(one.getKey(), one.getValue(), entry);
            } catch (IOException | MalformedInputException | IllegalArgumentException e) {
                refuse(where, e.getMessage() == null ? "is refused" : e.getMessage());
            }
        }
    }

    private static void one(String name, JsonNode value, Entry entry)
            throws IOException, MalformedInputException {
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new MalformedInputException("is no name of [a-z0-9-]");
        }
        if (RESERVED.contains(name)) {
            throw new MalformedInputException("is a rung that every ladder has: take another name");
        }
        if (!(value instanceof ObjectNode object)) {
            throw new MalformedInputException("is no object");
        }
        JsonNode kind = object.path("kind");
        if (!kind.isString()) {
            throw new MalformedInputException("says no kind");
        }
        object.remove("kind");
        entry.take(name, kind.asString(), Json.write(object));
    }

    private Executor executor(String name, String kind, Bytes json)
            throws IOException, MalformedInputException {
        ExecutorConfig config =
                switch (kind) {
                    case "command" -> parse(json, ExecutorConfig.Command.class);
                    case "ssh" -> parse(json, ExecutorConfig.Ssh.class);
                    case "webhook" -> parse(json, ExecutorConfig.Webhook.class);
                    case "kubernetes" -> parse(json, ExecutorConfig.Kubernetes.class);
                    default ->
                            throw new MalformedInputException(
                                    "kind "
                                            + kind
                                            + " is none of command, ssh, webhook, kubernetes");
                };
        return executor(name, config);
    }

    private Executor executor(String name, ExecutorConfig config)
            throws IOException, MalformedInputException {
        return switch (config) {
            case ExecutorConfig.Command command ->
                    CommandExecutor.of(name, command.argv(), command.timeout(), clock);
            case ExecutorConfig.Ssh ssh -> SshExecutor.of(name, ssh.access(), ssh.timeout(), clock);
            case ExecutorConfig.Webhook webhook ->
                    WebhookExecutor.of(
                            name,
                            webhook.url(),
                            Path.of(webhook.secretFile()),
                            webhook.timeout(),
                            clock);
            case ExecutorConfig.Kubernetes node -> kubernetes.make(name, node);
        };
    }

    private static Blocker blocker(String name, String kind, Bytes json)
            throws MalformedInputException {
        return switch (kind) {
            case "prometheus" -> {
                var config = parse(json, BlockerConfig.Prometheus.class);
                yield PrometheusBlocker.of(name, config.url(), config.query(), config.timeout());
            }
            case "url" -> {
                var config = parse(json, BlockerConfig.Url.class);
                yield UrlBlocker.of(name, config.url(), config.timeout());
            }
            default ->
                    throw new MalformedInputException(
                            "kind " + kind + " is none of prometheus, url");
        };
    }

    private static <T> T parse(Bytes json, Class<T> type) throws MalformedInputException {
        return Json.parse(json, type, Site.MAX_BYTES);
    }

    private void refuse(String where, String why) {
        problems.add(EscapedText.printable(where + ": " + why));
    }
}
