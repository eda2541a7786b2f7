/// The measured files of a host, packed: what a million of them are held and remembered as.
@NullMarked
package dev.assay.agent.tree;

import org.jspecify.annotations.NullMarked;
