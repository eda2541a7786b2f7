/// A real daemon under everything that happens to a host's files, for as long as somebody likes.
@NullMarked
package dev.assay.storm;

import org.jspecify.annotations.NullMarked;
