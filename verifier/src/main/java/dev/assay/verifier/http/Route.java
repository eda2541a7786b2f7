package dev.assay.verifier.http;

import java.util.Set;

/// One line of the API.
///
/// @param path a URI template (RFC 6570, level 1) of whole segments
/// @param query the parameters it knows; any other is refused, because a misspelt filter would
///   answer for the whole fleet
record Route(
        Method method,
        String path,
        Access access,
        Body body,
        Set<String> query,
        Endpoint endpoint) {
    Route {
        query = Set.copyOf(query);
    }

    static Route get(String path, Access access, Endpoint endpoint, String... query) {
        return new Route(Method.GET, path, access, Body.NONE, Set.of(query), endpoint);
    }

    static Route post(String path, Access access, Body body, Endpoint endpoint) {
        return new Route(Method.POST, path, access, body, Set.of(), endpoint);
    }

    static Route patch(String path, Access access, Body body, Endpoint endpoint) {
        return new Route(Method.PATCH, path, access, body, Set.of(), endpoint);
    }
}
