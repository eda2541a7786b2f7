package dev.assay.evidence;

import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import java.time.Instant;
import java.util.Objects;

/// The verifier's order that a host reset itself, signed by the trust root's order role. It binds
/// the host and the very boot: replayed on a later boot it orders nothing.
///
/// @param id of the reset, not of the paper: the same reset may be ordered again with a new expiry
public record ResetOrder(
        String id, String host, BootId boot, Instant issued, Instant expires, String reason) {
    public static final String PAYLOAD_TYPE = "application/vnd.assay.reset-order.v1+json";
    public static final int MAX_BYTES = 16 << 10;

    /// @throws IllegalArgumentException where a field is missing or too long
    public ResetOrder {
        Objects.requireNonNull(host, "order without host");
        Objects.requireNonNull(boot, "order without boot");
        if (id == null || id.length() > 128 || reason == null || reason.length() > 1024) {
            throw new IllegalArgumentException("order breaks a limit");
        }
        if (!issued.isBefore(expires)) {
            throw new IllegalArgumentException("order expires before it is issued");
        }
    }

    public static ResetOrder parse(Bytes json) throws MalformedInputException {
        return Json.parse(json, ResetOrder.class, MAX_BYTES);
    }
}
