/// What is measured and how: rules that give each path its class, expectations of kernel values,
/// and the shipped scopes. Signed with the baseline, so that an agent cannot measure less than it
/// was told.
@NullMarked
package dev.assay.scope;

import org.jspecify.annotations.NullMarked;
