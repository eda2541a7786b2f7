/// `./assay demo`: the whole loop, told in half a minute, with real processes and real files.
@NullMarked
package dev.assay.demo;

import org.jspecify.annotations.NullMarked;
