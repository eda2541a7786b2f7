package dev.assay.agent.collect.files;

import java.io.IOException;

/// A system call of a walk did not return. The walk's threads were left to themselves, and what it
/// has told so far is void. The next walk does not ask for the same again: it tells that the node
/// is unreadable.
public final class NoAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
        super(message);
    }
}
