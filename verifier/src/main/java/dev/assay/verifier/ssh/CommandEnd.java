package dev.assay.verifier.ssh;

/// How a command at the other side ended.
public sealed interface CommandEnd {
    record Status(int status) implements CommandEnd {}

    record Signal(String name) implements CommandEnd {}

    /// Nobody said.
    record Unknown() implements CommandEnd {}
}
