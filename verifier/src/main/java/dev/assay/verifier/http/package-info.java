/// The HTTP API: routes as data, who may call them, limits, and every error as problem+json. Jetty
/// stays in here.
@NullMarked
package dev.assay.verifier.http;

import org.jspecify.annotations.NullMarked;
