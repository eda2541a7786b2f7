/// Who may speak: tokens and the enrolment of hosts.
@NullMarked
package dev.assay.verifier.enrol;

import org.jspecify.annotations.NullMarked;
