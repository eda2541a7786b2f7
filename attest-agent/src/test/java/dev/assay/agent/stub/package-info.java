/// Stands in for what an agent meets: a verifier, a host, an installation's keys.
@NullMarked
package dev.assay.agent.stub;

import org.jspecify.annotations.NullMarked;
