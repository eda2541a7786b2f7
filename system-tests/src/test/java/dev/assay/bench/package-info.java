/// What the bench computes and prints; never how long anything took.
@NullMarked
package dev.assay.bench;

import org.jspecify.annotations.NullMarked;
