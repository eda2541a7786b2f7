package dev.assay.verifier.site;

import dev.assay.bytes.MalformedInputException;
import dev.assay.verifier.reset.Executor;
import java.io.IOException;

/// Makes executors of the kind `kubernetes`; handed in by who wires the program, so that reading a
/// site file needs no Kubernetes client.
@FunctionalInterface
public interface KubernetesExecutors {
    /// @throws IOException where a file is not there, or is open to others
    /// @throws MalformedInputException where a file is not what it should be
    Executor make(String name, ExecutorConfig.Kubernetes config)
            throws IOException, MalformedInputException;

    /// Where there is no Kubernetes client.
    static KubernetesExecutors none() {
        return (name, config) -> {
            throw new IOException("this verifier was built without Kubernetes");
        };
    }
}
