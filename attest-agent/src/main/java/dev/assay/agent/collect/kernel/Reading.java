package dev.assay.agent.collect.kernel;

import dev.assay.bytes.Bytes;

/// What came of reading one file of `/proc` or `/sys`.
sealed interface Reading {
    record Content(Bytes bytes) implements Reading {
        /// Without the one line feed that the kernel puts behind a value.
        Bytes value() {
            int end = bytes.length();
            return end > 0 && bytes.at(end - 1) == '\n' ? bytes.slice(0, end - 1) : bytes;
        }
    }

    record Absent() implements Reading {}

    /// @param reason an errno's name or a short phrase, the same on every host
    record Unreadable(String reason) implements Reading {}
}
