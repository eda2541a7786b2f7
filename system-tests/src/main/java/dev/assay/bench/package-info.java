/// `./assay bench`: what the agent costs beside what people use today, on their own machine.
@NullMarked
package dev.assay.bench;

import org.jspecify.annotations.NullMarked;
