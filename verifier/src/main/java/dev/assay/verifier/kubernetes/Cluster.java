package dev.assay.verifier.kubernetes;

import dev.assay.verifier.executor.GuardedFile;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens the API server of a cluster.
final class Cluster {
    private static final int MAX_BYTES = 1 << 20;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int REQUEST_MILLIS = 15_000;

    private Cluster() {}

    /// @param kubeconfig null for the pod's own service account
    /// @throws IOException where there is neither, or others may read or write the file
    static KubernetesClient open(@Nullable Path kubeconfig) throws IOException {
        Config config;
        if (kubeconfig == null) {
            config = Config.autoConfigure(null);
            if (config.getMasterUrl() == null || config.getAutoOAuthToken() == null) {
                throw new IOException(
                        "this is no pod with a service account: say which cluster with a"
                                + " kubeconfig");
            }
        } else {
            // It holds a credential, and may name a program that is run to get one.
            GuardedFile.readSecret(kubeconfig, MAX_BYTES);
            try {
                config = Config.fromKubeconfig(kubeconfig.toFile());
            } catch (KubernetesClientException e) {
                throw new IOException(kubeconfig + " is no kubeconfig: " + e.getMessage(), e);
            }
        }
        return open(config);
    }

    static KubernetesClient open(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder(config)
                                .withConnectionTimeout(CONNECT_MILLIS)
                                .withRequestTimeout(REQUEST_MILLIS)
                                // The client would take the 429 of an eviction that a budget
                                // forbids for an overload, and try it ten times more.
                                .withRequestRetryBackoffLimit(0)
                                .build())
                .build();
    }
}
