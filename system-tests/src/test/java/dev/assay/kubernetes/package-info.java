/// The verifier, agents and the controller as processes, against an API server.
@NullMarked
package dev.assay.kubernetes;

import org.jspecify.annotations.NullMarked;
