package dev.assay.agent.measure;

/// Told now and then, from any thread, how far a measurement is.
public interface Progress {
    Progress NONE = (files, bytes) -> {};

    /// @param files looked at so far
    /// @param bytes read so far
    void reached(long files, long bytes);
}
