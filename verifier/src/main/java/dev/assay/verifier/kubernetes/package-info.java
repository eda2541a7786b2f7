/// Nodes of a Kubernetes cluster take work while and only while the verifier admits their hosts.
///
/// Everything is decided from what the verifier says. A kubelet may write its own Node object
/// (labels, annotations, status, at registration its taints too; the admission plugin
/// NodeRestriction takes away some of that, where it is on), so that nothing of a Node ever speaks
/// for its host. What a Node says can only be held against it.
@NullMarked
package dev.assay.verifier.kubernetes;

import org.jspecify.annotations.NullMarked;
