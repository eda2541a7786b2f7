/// What JMH measures: the steps of a measurement that are ours and touch no disk. The usual build
/// only compiles it.
@NullMarked
package dev.assay.bench.jmh;

import org.jspecify.annotations.NullMarked;
