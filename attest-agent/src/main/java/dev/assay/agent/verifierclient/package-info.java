/// Speaking to the verifier: pinned TLS, deadlines and limits on everything that comes back.
@NullMarked
package dev.assay.agent.verifierclient;

import org.jspecify.annotations.NullMarked;
