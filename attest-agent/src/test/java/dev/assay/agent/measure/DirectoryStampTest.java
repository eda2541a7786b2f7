package dev.assay.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.collect.files.Crew;
import dev.assay.agent.collect.files.FileStat;
import dev.assay.agent.collect.files.FoundNode;
import dev.assay.agent.collect.files.OpenFile;
import dev.assay.agent.collect.files.Walk;
import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Facts;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Two changes of a directory within one tick of the kernel's clock show as one.
class DirectoryStampTest {
    private static final long CHANGED = 1_700_000_000;

    /// One directory, as it shows at one look.
    private record Shown(int mode, int inode) implements Walk, FoundNode {
        @Override
        public <C> void run(Path root, NodePath as, Visitor<C> visitor, Crew crew)
                throws IOException {
            try {
                C context = visitor.visit(null, this);
                if (context != null) {
                    visitor.closed(context);
                }
            } catch (dev.assay.agent.collect.files.FileFaultException e) {
                throw new IOException(e);
            }
        }

        @Override
        public NodePath path() {
            return CompiledScope.FILES;
        }

        @Override
        public Bytes name() {
            return Bytes.EMPTY;
        }

        @Override
        public FileStat stat() {
            FileStat.Time time = new FileStat.Time(CHANGED, 5);
            return new FileStat(040000 | mode, 0, 0, 4096, 2, 1, inode, 0, 0, time, time, false);
        }

        @Override
        public boolean hasHonestTimes() {
            return true;
        }

        @Override
        public Bytes target() {
            throw new AssertionError("no link");
        }

        @Override
        public SortedMap<Bytes, Bytes> extendedAttributes(Predicate<Bytes> wanted) {
            return Collections.emptySortedMap();
        }

        @Override
        public OpenFile open() {
            throw new AssertionError("no file");
        }
    }

    private static Measurement look(Walk walk, long seconds, Pass pass) throws IOException {
        CompiledScope scope = CompiledScope.of(Measured.scope("fs immutable"));
        return Measurer.of(scope, List.of(), Facts.NONE, KernelSource.NONE)
                .with(walk, 1, InstantSource.fixed(Instant.ofEpochSecond(seconds)))
                .measure(Path.of("/"), pass, Progress.NONE);
    }

    private static Leaf leaf(Measurement measurement) {
        return Leaves.of(measurement).get("fs");
    }

    @Test
    void changeInTheTickOfTheLookIsFoundAtTheNext() throws IOException {
        Measurement first = look(new Shown(0755, 7), CHANGED + 1, new Pass.Full());

        Pass next = new Pass.Incremental(BothWalks.tree(first));
        Measurement second = look(new Shown(0777, 7), CHANGED + 100, next);

        assertThat(leaf(second).attribute(Leaf.MODE)).contains(Bytes.utf8("0777"));
        assertThat(second.touched()).isEmpty();
    }

    @Test
    void directoryThatWasLookedAtTooSoonIsNotToldAsTouched() throws IOException {
        Measurement first = look(new Shown(0755, 7), CHANGED + 1, new Pass.Full());

        Pass next = new Pass.Incremental(BothWalks.tree(first));
        Measurement second = look(new Shown(0755, 7), CHANGED + 100, next);
        Pass last = new Pass.Incremental(BothWalks.tree(second));
        Measurement third = look(new Shown(0755, 7), CHANGED + 200, last);

        assertThat(leaf(third).kind()).isEqualTo(Kind.DIRECTORY);
        assertThat(second.touched()).isEmpty();
        assertThat(third.touched()).isEmpty();
        assertThat(BothWalks.tree(third).digest("fs"))
                .isEqualTo(BothWalks.tree(first).digest("fs"));
    }
}
