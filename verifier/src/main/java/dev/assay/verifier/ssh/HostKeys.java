package dev.assay.verifier.ssh;

import dev.assay.bytes.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of the key that a host shows. There is no first use that is trusted.
public interface HostKeys {
    /// The types of the keys that it may show; empty where that is not known.
    List<String> types();

    /// Null where the key is the host's; else why not, as one line.
    ///
    /// @param type as in SSH's names of keys
    /// @param blob the public key as on the wire (RFC 4253, section 6.6)
    @Nullable String refusalOf(String type, Bytes blob);
}
