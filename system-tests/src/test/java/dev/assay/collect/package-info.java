/// Captures over SSH, by the programs as they are, against Debian's own sshd.
@NullMarked
package dev.assay.collect;

import org.jspecify.annotations.NullMarked;
