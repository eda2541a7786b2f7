package dev.assay.verifier.http;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.jspecify.annotations.Nullable;

/// The table of all routes: what is not in it does not exist.
final class Routes {
    private final List<Route> all;
    private final PathMappings<Map<Method, Route>> byPath = new PathMappings<>();

    /// A path that exists, whatever the method.
    record Match(Map<Method, Route> methods, Map<String, String> parameters) {}

    Routes(List<Route> routes) {
        this.all = List.copyOf(routes);
        for (Route route : all) {
            UriTemplatePathSpec path = new UriTemplatePathSpec(route.path());
            Map<Method, Route> methods = byPath.get(path);
            if (methods == null) {
                methods = new EnumMap<>(Method.class);
                byPath.put(path, methods);
            }
            if (methods.put(route.method(), route) != null) {
                throw new IllegalArgumentException(
                        "two routes " + route.method() + " " + route.path());
            }
        }
    }

    List<Route> all() {
        return all;
    }

    @Nullable Match match(String path) {
        MatchedResource<Map<Method, Route>> matched = byPath.getMatched(path);
        if (matched == null) {
            return null;
        }
        Map<String, String> parameters =
                matched.getPathSpec() instanceof UriTemplatePathSpec template
                        ? template.getPathParams(path)
                        : Map.of();
        return new Match(matched.getResource(), parameters);
    }
}
