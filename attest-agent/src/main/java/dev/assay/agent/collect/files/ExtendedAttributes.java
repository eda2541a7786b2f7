package dev.assay.agent.collect.files;

import dev.assay.agent.collect.files.FileFaultException.Fault;
import dev.assay.bytes.Bytes;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Reads a list of extended attributes and the values of those that are wanted.
final class ExtendedAttributes {
    interface Names {
        byte[] list() throws FileFaultException;
    }

    interface Values {
        byte[] get(byte[] name) throws FileFaultException;
    }

    private ExtendedAttributes() {}

    static SortedMap<Bytes, Bytes> read(Names names, Values values, Predicate<Bytes> wanted)
            throws FileFaultException {
        byte[] list = names.list();
        if (list.length == 0) {
            return Collections.emptySortedMap();
        }
        SortedMap<Bytes, Bytes> found = new TreeMap<>();
        int start = 0;
        for (int i = 0; i < list.length; i++) {
            if (list[i] == 0) {
                Bytes name = Bytes.copyOf(list, start, i);
                start = i + 1;
                if (wanted.test(name)) {
                    found.put(name, value(values, name));
                }
            }
        }
        return found;
    }

    private static Bytes value(Values values, Bytes name) throws FileFaultException {
        try {
            return Bytes.copyOf(values.get(name.toArray()));
        } catch (FileFaultException e) {
            if (Errno.name(Errno.ENODATA).equals(e.reason())) {
                throw new FileFaultException(
                        Fault.REPLACED, "attribute removed while it was looked at");
            }
            throw e;
        }
    }
}
