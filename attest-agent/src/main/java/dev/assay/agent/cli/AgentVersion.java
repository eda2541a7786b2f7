package dev.assay.agent.cli;

import picocli.CommandLine.IVersionProvider;

/// Name and version of this program, from its jar.
final class AgentVersion implements IVersionProvider {
    static String text() {
        String version = AgentVersion.class.getPackage().getImplementationVersion();
        return "attest-agent " + (version == null ? "dev" : version);
    }

    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }
}
