package dev.assay.agent.collect.files;

/// Something that is named in a directory and could not be looked at as it should be. It carries no
/// stack trace, because a tree without permissions raises it a million times.
public final class FileFaultException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What became of it.
    public enum Fault {
        /// It was listed and is not there any more: a removal, which is a state.
        GONE,
        /// Another thing stands under its name than a moment ago.
        REPLACED,
        /// It lies on a filesystem that is not the host's own storage.
        LEFT_OUT,
        /// It is there and the kernel refused it; the reason is the errno's name.
        UNREADABLE
    }

    private final Fault fault;
    private final String reason;

    FileFaultException(Fault fault, String reason) {
        super(reason, null, false, false);
        this.fault = fault;
        this.reason = reason;
    }

    static FileFaultException ofErrno(int errno) {
        Fault fault = errno == Errno.ENOENT ? Fault.GONE : Fault.UNREADABLE;
        return new FileFaultException(fault, Errno.name(errno));
    }

    public Fault fault() {
        return fault;
    }

    /// The errno's name, or a few words.
    public String reason() {
        return reason;
    }
}
