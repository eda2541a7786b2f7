package dev.assay.verifier.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some of the hosts, sorted by name.
///
/// @param next to be given as `after` for the page that follows; null where this is the last
public record HostPage(List<HostView> hosts, @Nullable String next) {
    public HostPage {
        hosts = List.copyOf(hosts);
    }
}
