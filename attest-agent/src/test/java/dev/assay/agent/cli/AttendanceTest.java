package dev.assay.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AttendanceTest {
    private final StringWriter said = new StringWriter();
    private final CountDownLatch gone = new CountDownLatch(1);

    private Attendance begin(InputStream in) {
        return Attendance.begin(in, new PrintWriter(said, true), gone::countDown);
    }

    @Test
    void whoeverWaitsIsGoneWhenTheInputEnds() throws Exception {
        begin(new ByteArrayInputStream("still here".getBytes(StandardCharsets.UTF_8)));
        assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anOpenInputIsSomebody() throws Exception {
        try (PipedOutputStream other = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(other)) {
            begin(in);
            assertThat(gone.await(300, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void progressIsALineAndNotOneForEachFile() {
        Attendance attendance = begin(new ByteArrayInputStream(new byte[0]));
        for (int i = 1; i <= 1000; i++) {
            attendance.reached(i, 10L * i);
        }
        assertThat(said.toString()).isEqualToNormalizingNewlines("progress: 1 files, 10 bytes\n");
    }
}
