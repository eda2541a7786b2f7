/// What the kernel measured since it booted: the IMA measurement list.
@NullMarked
package dev.assay.ima;

import org.jspecify.annotations.NullMarked;
