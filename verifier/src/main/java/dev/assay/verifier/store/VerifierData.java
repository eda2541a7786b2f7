package dev.assay.verifier.store;

import java.nio.file.Path;

/// The layout of a verifier's data folder, mode 0700.
public record VerifierData(Path folder) {
    /// The pinned trust root, an envelope.
    public Path trustRoot() {
        return folder.resolve("trust-root.json");
    }

    /// The versions that followed it, each an envelope `N.json`.
    public Path trustRoots() {
        return folder.resolve("trust-roots");
    }

    public Path keys() {
        return folder.resolve("keys");
    }

    public Path orderKey() {
        return keys().resolve("order.key");
    }

    public Path resultKey() {
        return keys().resolve("result.key");
    }

    /// Made by `init` for small installations; a careful one keeps it elsewhere.
    public Path baselineKey() {
        return keys().resolve("baseline.key");
    }

    /// Made by `init`; belongs offline.
    public Path rootKey() {
        return keys().resolve("root.key");
    }

    public Path tlsKey() {
        return folder.resolve("tls.key");
    }

    public Path tlsCertificate() {
        return folder.resolve("tls.pem");
    }

    public Path database() {
        return folder.resolve("assay.db");
    }

    /// Content-addressed: `SHA-256.jsonl.gz`.
    public Path manifests() {
        return folder.resolve("manifests");
    }

    /// What runs on this verifier, or is asked by it: executors and blockers. Need not be there.
    public Path site() {
        return folder.resolve("site.json");
    }

    /// Which TPMs are believed: manufacturers' certificates and a list of keys. Need not be there.
    public Path endorsements() {
        return folder.resolve("endorsements");
    }

    /// What hosts handed in before they were reset: `RESETID.json.gz`.
    public Path exhibits() {
        return folder.resolve("exhibits");
    }

    /// The address that a serving verifier listens on, written by it.
    public Path address() {
        return folder.resolve("address");
    }

    /// The secret of the first operator's token, mode 0600.
    public Path operatorToken() {
        return folder.resolve("operator.token");
    }
}
