package dev.assay.verifier.site;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One blocker, as the site file has it.
sealed interface BlockerConfig {
    long DEFAULT_TIMEOUT_SECONDS = 5;
    long MAX_TIMEOUT_SECONDS = 60;

    @Nullable Long timeoutSeconds();

    default Duration timeout() {
        Long seconds = timeoutSeconds();
        return Duration.ofSeconds(seconds == null ? DEFAULT_TIMEOUT_SECONDS : seconds);
    }

    record Prometheus(String url, String query, @Nullable Long timeoutSeconds)
            implements BlockerConfig {
        public Prometheus {
            requireTimeout(timeoutSeconds);
        }
    }

    record Url(String url, @Nullable Long timeoutSeconds) implements BlockerConfig {
        public Url {
            requireTimeout(timeoutSeconds);
        }
    }

    private static void requireTimeout(@Nullable Long seconds) {
        if (seconds != null && (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS)) {
            throw new IllegalArgumentException(
                    "timeoutSeconds has to be from 1 to " + MAX_TIMEOUT_SECONDS);
        }
    }
}
