/// The terraform modules under the real terraform.
@NullMarked
package dev.assay.terraform;

import org.jspecify.annotations.NullMarked;
