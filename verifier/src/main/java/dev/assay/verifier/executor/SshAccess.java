package dev.assay.verifier.executor;

import dev.assay.verifier.reset.ResetTask;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How hosts are reached by SSH.
///
/// @param keyFile an ed25519 key in OpenSSH's format, without a passphrase
/// @param knownHosts keys by the hosts' enrolled names
/// @param address where a host is
/// @param receipts whether what answers is out of the hosts' hands (a hypervisor, a power
///   controller), so that its record of a restart is the platform's. Where the host itself answers,
///   its word that it restarted is no proof
public record SshAccess(
        String user, Path keyFile, Path knownHosts, int port, Address address, boolean receipts) {
    /// @throws IllegalArgumentException where a bound is broken; the message names it
    public SshAccess {
        if (!user.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")) {
            throw new IllegalArgumentException("user is no user's name");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port has to be from 1 to 65535");
        }
    }

    /// Where a host is reached; never who it is.
    public sealed interface Address {
        /// Of the host's own name.
        record Name() implements Address {}

        /// What a label says.
        record Label(String key) implements Address {}

        /// `host`, or `label:KEY`.
        ///
        /// @throws IllegalArgumentException where it is neither
        static Address parse(String text) {
            if (text.equals("host")) {
                return new Name();
            }
            if (text.matches("label:[a-zA-Z0-9._/-]{1,128}")) {
                return new Label(text.substring("label:".length()));
            }
            throw new IllegalArgumentException("address is \"host\" or \"label:KEY\"");
        }

        /// Null where there is none that could be one.
        default @Nullable String of(ResetTask task) {
            String text =
                    switch (this) {
                        case Name() -> task.host();
                        case Label(String key) -> task.labels().get(key);
                    };
            return text != null && text.matches("[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}") ? text : null;
        }
    }
}
