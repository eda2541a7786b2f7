package dev.assay.agent;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// The calling thread, and those that it starts, with the rights of a user who owns nothing: the
/// kernel takes root's rights over files away with his identity (setfsuid(2), capabilities(7)).
public final class PlainUser implements AutoCloseable {
    private static final int NOBODY = 65534;

    private final int before;

    private PlainUser(int before) {
        this.before = before;
    }

    /// No change where the user is no root.
    public static PlainUser become() {
        int before = setfsuid(-1);
        int ignored = before == 0 ? setfsuid(NOBODY) : before;
        return new PlainUser(before);
    }

    public boolean isPlain() {
        return setfsuid(-1) != 0;
    }

    @Override
    public void close() {
        int ignored = setfsuid(before);
    }

    @SuppressWarnings("restricted") // tests run with native access
    private static int setfsuid(int uid) {
        Linker linker = Linker.nativeLinker();
        MethodHandle handle =
                linker.downcallHandle(
                        linker.defaultLookup().find("setfsuid").orElseThrow(),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            return (int) handle.invoke(uid);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
