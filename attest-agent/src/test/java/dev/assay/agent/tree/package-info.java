@NullMarked
package dev.assay.agent.tree;

import org.jspecify.annotations.NullMarked;
