package dev.assay.agent.measure;

import dev.assay.measurement.Entry;
import java.io.IOException;
import java.util.List;

/// Where the kernel's values, the mounts and the verity devices of a host come from: leaves under
/// `kernel/…`, `mount/…`, `verity/…`, before any class or expectation was applied.
public interface KernelSource {
    /// For scopes of files alone.
    KernelSource NONE = List::of;

    List<Entry> collect() throws IOException;
}
