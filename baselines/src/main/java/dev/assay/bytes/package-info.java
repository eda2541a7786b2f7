/// Bytes, bounds, strict JSON and the one kind of refusal for malformed input. The only place that
/// configures Jackson and the only home of Commons Codec.
@NullMarked
package dev.assay.bytes;

import org.jspecify.annotations.NullMarked;
