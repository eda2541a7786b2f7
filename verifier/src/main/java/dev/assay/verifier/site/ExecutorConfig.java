package dev.assay.verifier.site;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.verifier.executor.SshAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One executor, as the site file has it.
public sealed interface ExecutorConfig {
    /// Of every kind: a rung that waits longer keeps a host drifted longer.
    long MAX_TIMEOUT_SECONDS = 3600;

    int MAX_ARGUMENTS = 64;

    @Nullable Long timeoutSeconds();

    /// After which nobody waits for it any more.
    default Duration timeout() {
        Long seconds = timeoutSeconds();
        return Duration.ofSeconds(seconds == null ? defaultSeconds() : seconds);
    }

    private long defaultSeconds() {
        return switch (this) {
            case Command command -> 60;
            case Ssh ssh -> 30;
            case Webhook webhook -> 10;
            case Kubernetes kubernetes -> 60;
        };
    }

    /// @param argv an absolute path first
    record Command(List<String> argv, @Nullable Long timeoutSeconds) implements ExecutorConfig {
        public Command {
            argv = List.copyOf(argv);
            if (argv.isEmpty() || argv.size() > MAX_ARGUMENTS) {
                throw new IllegalArgumentException("argv has from 1 to 64 words");
            }
            requireTimeout(timeoutSeconds);
        }
    }

    /// @param address `host` (the default) or `label:KEY`
    /// @param receipts whether what answers is out of the hosts' hands; not, where it is missing
    record Ssh(
            String user,
            String keyFile,
            String knownHosts,
            @Nullable Integer port,
            @Nullable String address,
            @Nullable Boolean receipts,
            @Nullable Long timeoutSeconds)
            implements ExecutorConfig {
        private static final int DEFAULT_PORT = 22;

        public Ssh {
            requireTimeout(timeoutSeconds);
        }

        SshAccess access() {
            return new SshAccess(
                    user,
                    Path.of(keyFile),
                    Path.of(knownHosts),
                    port == null ? DEFAULT_PORT : port,
                    SshAccess.Address.parse(address == null ? "host" : address),
                    receipts != null && receipts);
        }
    }

    record Webhook(String url, String secretFile, @Nullable Long timeoutSeconds)
            implements ExecutorConfig {
        public Webhook {
            requireTimeout(timeoutSeconds);
        }
    }

    /// @param kubeconfig null for the pod's own service account
    /// @param namespace where the agents' pods are; `assay-agent` where it is missing
    /// @param receipts whether deleting a node ends its machine, so that the deletion proves a
    ///   reset
    record Kubernetes(
            @Nullable String kubeconfig,
            Method method,
            @Nullable String namespace,
            @Nullable Boolean receipts,
            @Nullable Long timeoutSeconds)
            implements ExecutorConfig {
        public Kubernetes {
            requireTimeout(timeoutSeconds);
        }

        /// What is done to a node.
        public enum Method {
            /// Through the agent's pod.
            REBOOT,
            /// The node is deleted, and its group makes another.
            DELETE;

            private final String wire = name().toLowerCase(Locale.ROOT);

            @JsonValue
            public String wire() {
                return wire;
            }
        }
    }

    private static void requireTimeout(@Nullable Long seconds) {
        if (seconds != null && (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS)) {
            throw new IllegalArgumentException(
                    "timeoutSeconds has to be from 1 to " + MAX_TIMEOUT_SECONDS);
        }
    }
}
