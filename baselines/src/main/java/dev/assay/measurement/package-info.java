/// The closed family of measured things and their canonical leaf encoding.
@NullMarked
package dev.assay.measurement;

import org.jspecify.annotations.NullMarked;
