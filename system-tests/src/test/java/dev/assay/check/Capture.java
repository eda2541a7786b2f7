package dev.assay.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

/// A signed baseline of a host whose disk and kernel are folders, and who may say that it is
/// golden.
record Capture(Path baseline, Path trust) {
    /// @param name of the host, which a scope may hold against the kernel's
    static Capture of(Path folder, String scope, HostFolder disk, HostFolder kernel, String name)
            throws Exception {
        Signer signer = Signer.make(folder, "golden");
        Path baseline = folder.resolve(scope + ".golden");
        AgentRun run =
                AgentRun.agent(
                        List.of(
                                "capture",
                                "--root",
                                disk.root().toString(),
                                "--kernel-from",
                                kernel.root().toString(),
                                "--facts",
                                "host.name=" + name,
                                "--scope",
                                scope,
                                "--channel",
                                "nodes",
                                "--serial",
                                "1",
                                "--sign",
                                signer.privateKey().toString(),
                                "--out",
                                baseline.toString()));
        assertThat(run.exit()).as(run.err()).isZero();
        return new Capture(baseline, signer.publicKey());
    }

    AgentRun check(HostFolder disk, HostFolder kernel, String name) throws Exception {
        return AgentRun.agent(
                List.of(
                        "check",
                        "--baseline",
                        baseline.toString(),
                        "--trust",
                        trust.toString(),
                        "--root",
                        disk.root().toString(),
                        "--kernel-from",
                        kernel.root().toString(),
                        "--facts",
                        "host.name=" + name,
                        "--json"));
    }
}
