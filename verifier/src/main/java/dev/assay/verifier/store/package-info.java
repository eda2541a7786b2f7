/// The data folder and the database. SQL stays in here.
@NullMarked
package dev.assay.verifier.store;

import org.jspecify.annotations.NullMarked;
