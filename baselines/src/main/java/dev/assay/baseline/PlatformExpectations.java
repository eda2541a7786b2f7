package dev.assay.baseline;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.assay.bytes.Bytes;
import dev.assay.ima.ImaSigner;
import dev.assay.tree.Digest;
import dev.assay.tree.NodePath;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a host's TPM has to vouch for: how it booted and what it ran (FORMAT.md, section 16). All
/// digests are of the SHA-256 bank. Nothing of it is held against a host without a TPM.
///
/// @param boot each PCR once, in ascending order; those that are not there may be anything
/// @param programs null where what ran is not looked at
public record PlatformExpectations(List<Pcr> boot, @Nullable Programs programs) {
    public static final int MAX_PCRS = 24;
    public static final int MAX_SEQUENCES = 16;
    public static final int MAX_EVENTS = 1024;
    public static final int MAX_TEXT_CHARS = 256;
    public static final int MAX_PROGRAMS = 1 << 14;
    public static final int MAX_SIGNERS = 16;

    public PlatformExpectations {
        boot = List.copyOf(boot);
        if (boot.size() > MAX_PCRS) {
            throw new IllegalArgumentException("too many PCRs");
        }
        for (int i = 1; i < boot.size(); i++) {
            if (boot.get(i - 1).pcr() >= boot.get(i).pcr()) {
                throw new IllegalArgumentException("PCRs are not in ascending order");
            }
        }
    }

    /// @param oneOf the ways in which a golden host extends it
    /// @param ignored why it may be anything; null where it may not
    public record Pcr(int pcr, List<Sequence> oneOf, @Nullable String ignored) {
        public Pcr {
            oneOf = List.copyOf(oneOf);
            if (pcr < 0 || pcr >= MAX_PCRS || oneOf.size() > MAX_SEQUENCES) {
                throw new IllegalArgumentException("no PCR, or too many ways to extend it");
            }
            if (oneOf.isEmpty() == (ignored == null)) {
                throw new IllegalArgumentException(
                        "PCR " + pcr + " needs values or a reason why it is ignored");
            }
            requireText(ignored);
        }

        public boolean allows(Bytes value) {
            return ignored != null
                    || oneOf.stream().anyMatch(way -> way.value().bytes().equals(value));
        }
    }

    /// @param value of the PCR after all events
    /// @param events for people: the value alone decides
    public record Sequence(Digest value, List<Event> events) {
        public Sequence {
            Objects.requireNonNull(value, "sequence without value");
            events = List.copyOf(events);
            if (events.size() > MAX_EVENTS) {
                throw new IllegalArgumentException("too many events of one PCR");
            }
        }
    }

    /// @param type as the TCG names it, `EV_SEPARATOR`
    /// @param says what it says of itself, where that is text
    /// @param verified whether the digest is of what it says
    public record Event(String type, Digest digest, String says, boolean verified) {
        public Event {
            Objects.requireNonNull(digest, "event without digest");
            requireText(type);
            requireText(says);
        }
    }

    /// What the kernel measures when it is executed, mapped to be executed, or loaded. It has to be
    /// in the tree, at its path and with its content, here, or signed by one of the signers.
    ///
    /// @param beyondTree sorted by path: the initial file system's, and what is no file
    /// @param violations whether files that were open for writing while they were measured are
    ///   golden too
    /// @param signers whose signature on a file makes it golden wherever it lies
    public record Programs(
            List<Program> beyondTree,
            boolean violations,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<ImaSigner> signers) {
        public Programs {
            beyondTree = List.copyOf(beyondTree);
            signers = signers == null ? List.of() : List.copyOf(signers);
            if (beyondTree.size() > MAX_PROGRAMS || signers.size() > MAX_SIGNERS) {
                throw new IllegalArgumentException("too many programs beyond the tree, or signers");
            }
        }

        /// Never null, whatever the JSON left out.
        @Override
        public List<ImaSigner> signers() {
            return signers == null ? List.of() : signers;
        }
    }

    /// @param path below `executed`, as the kernel named it
    /// @param digest of the content
    public record Program(NodePath path, Digest digest) {
        public Program {
            Objects.requireNonNull(path, "program without path");
            Objects.requireNonNull(digest, "program without digest");
        }
    }

    private static void requireText(@Nullable String text) {
        if (text != null && text.length() > MAX_TEXT_CHARS) {
            throw new IllegalArgumentException("text is too long");
        }
    }
}
