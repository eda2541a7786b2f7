package dev.assay.agent.cli;

import java.time.Instant;

/// What a captured baseline is to be golden for, and from when to when.
record CaptureTarget(
        String channel, long serial, Instant notBefore, Instant notAfter, Instant capturedAt) {}
