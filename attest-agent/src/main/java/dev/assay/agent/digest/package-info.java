/// SHA-256 of contents, at the speed of the machine. Knows bytes and digests; nothing of files.
@NullMarked
package dev.assay.agent.digest;

import org.jspecify.annotations.NullMarked;
