/// Walks a host's files by system calls relative to directory descriptors, so that no path is ever
/// resolved twice. Knows names, attributes and bytes; nothing of scopes, classes or digests.
@NullMarked
package dev.assay.agent.collect.files;

import org.jspecify.annotations.NullMarked;
