package dev.assay.verifier.exhibit;

import dev.assay.bytes.MalformedInputException;
import dev.assay.tree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/// Where exhibits are kept, one document for a reset.
public interface ExhibitArchive {
    /// A document as it was sent; the caller closes it.
    record Kept(InputStream content, long bytes) {}

    /// A document that was received whole and that nobody sees yet. Closing it discards it unless
    /// it was kept.
    interface Received extends AutoCloseable {
        InputStream open() throws IOException;

        /// Gives it its place, durably; the oldest others go where there is no room.
        ///
        /// @throws NotStoredException where that cannot be done; then nothing of it is there
        void keep(String resetId, Instant now) throws NotStoredException;

        @Override
        void close();
    }

    /// @throws MalformedInputException where these are not the bytes that were announced
    /// @throws NotStoredException where they cannot be written
    /// @throws IOException where they cannot be read from their sender
    Received receive(InputStream in, Digest document, long bytes)
            throws IOException, MalformedInputException;

    boolean has(String resetId);

    Optional<Kept> open(String resetId) throws IOException;

    /// Removes what was kept before, and the oldest that are over the limit of all.
    ///
    /// @return how many
    int prune(Instant before) throws IOException;
}
