/// The site file: which executors and blockers there are. What runs on the verifier is set up on
/// the verifier, by who owns its files, and never over the API.
@NullMarked
package dev.assay.verifier.site;

import org.jspecify.annotations.NullMarked;
