package dev.assay.kubernetes;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request as the API server's authorization sees it.
///
/// @param group empty for the core group
/// @param resource with its subresource: `nodes/status`
/// @param namespace empty where it is in none, or in all
/// @param name empty for a list, and for what is made
record Asked(
        String user, String verb, String group, String resource, String namespace, String name) {

    /// Null for what is no resource: discovery.
    static @Nullable Asked of(String user, String method, String path) {
        URI uri = URI.create(path);
        List<String> parts =
                List.of(Objects.requireNonNull(uri.getPath()).substring(1).split("/", -1));
        boolean core = parts.getFirst().equals("api");
        int begin = core ? 2 : 3;
        if (parts.size() <= begin) {
            return null;
        }
        String group = core ? "" : parts.get(1);
        List<String> rest = parts.subList(begin, parts.size());
        String namespace = "";
        if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        String resource = rest.size() > 2 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        return new Asked(user, verb(method, name, query), group, resource, namespace, name);
    }

    private static String verb(String method, String name, String query) {
        return switch (method) {
            case "GET" -> query.contains("watch=true") ? "watch" : name.isEmpty() ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> method;
        };
    }
}
