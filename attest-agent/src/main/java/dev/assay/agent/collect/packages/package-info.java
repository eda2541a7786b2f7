/// Says which package a host's file belongs to, from the host's own package databases. The host may
/// lie in them: an owner is printed beside a drift, and no verdict rests on it.
@NullMarked
package dev.assay.agent.collect.packages;

import org.jspecify.annotations.NullMarked;
