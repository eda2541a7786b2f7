package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import dev.assay.tree.NodePath;
import java.util.SortedMap;
import java.util.function.Predicate;

/// A name of which nothing is asked, because an earlier question had no answer.
record SilentNode(NodePath path, Bytes name) implements FoundNode {
    static final String REASON = "does not answer";

    private static FileFaultException noAnswer() {
        return new FileFaultException(Fault.UNREADABLE, REASON);
    }

    @Override
    public FileStat stat() throws FileFaultException {
        throw noAnswer();
    }

    @Override
    public boolean hasHonestTimes() throws FileFaultException {
        throw noAnswer();
    }

    @Override
    public Bytes target() throws FileFaultException {
        throw noAnswer();
    }

    @Override
    public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted)
            throws FileFaultException {
        throw noAnswer();
    }

    @Override
    public OpenFile open() throws FileFaultException {
        throw noAnswer();
    }
}
