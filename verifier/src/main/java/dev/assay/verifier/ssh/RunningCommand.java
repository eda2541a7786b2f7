package dev.assay.verifier.ssh;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;

/// A command at the other side. Both of its outputs have to be read, or it stands still.
public final class RunningCommand implements Closeable {
    private final Session session;
    private final Session.Command command;

    RunningCommand(Session session, Session.Command command) {
        this.session = session;
        this.command = command;
    }

    /// Its standard input; to close it tells the command that nothing more comes.
    public OutputStream in() {
        return command.getOutputStream();
    }

    public InputStream out() {
        return command.getInputStream();
    }

    public InputStream err() {
        return command.getErrorStream();
    }

    /// Waits for it.
    ///
    /// @throws IOException where it does not end in this time
    public CommandEnd end(Duration limit) throws IOException {
        command.join(limit.toMillis(), TimeUnit.MILLISECONDS);
        Integer status = command.getExitStatus();
        Signal signal = command.getExitSignal();
        if (status != null) {
            return new CommandEnd.Status(status);
        }
        return signal == null ? new CommandEnd.Unknown() : new CommandEnd.Signal(signal.name());
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
