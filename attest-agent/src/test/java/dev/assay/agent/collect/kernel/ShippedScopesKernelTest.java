package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.agent.MountTable;
import dev.assay.agent.measure.CompiledScope;
import dev.assay.agent.measure.Measurer;
import dev.assay.agent.measure.Progress;
import dev.assay.measurement.Entry;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Facts;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.scope.ShippedScopes;
import dev.assay.tree.NodePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the shipped scopes let through of a kernel's nodes, and what they must not.
class ShippedScopesKernelTest {
    private static final Facts FACTS = Facts.of(Map.of(Facts.HOST_NAME, "web-1"));

    @TempDir Path golden;
    @TempDir Path other;
    @TempDir Path files;

    private CapturedKernel before;
    private CapturedKernel after;

    @BeforeEach
    void captureTwoEqualHosts() {
        before = host(golden);
        after = host(other);
    }

    private static CapturedKernel host(Path folder) {
        return new CapturedKernel(folder)
                .file("proc/modules", "ext4 1 0 - Live 0x0\n")
                .file("proc/sys/kernel/hostname", "web-1\n")
                .file("proc/sys/kernel/kptr_restrict", "2\n")
                .file("proc/sys/kernel/tainted", "0\n")
                .file("proc/sys/kernel/threads-max", "1000\n")
                .file("proc/sys/kernel/panic", "0\n")
                .file("proc/sys/net/ipv4/ip_forward", "0\n")
                .file("proc/sys/net/ipv4/conf/eth0/forwarding", "0\n")
                .file("proc/sys/net/ipv4/conf/eth0/route_localnet", "0\n")
                .file("proc/sys/net/ipv4/tcp_mem", "1\t2\t3\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian-host", "immutable-host", "kubernetes-node"})
    void whatFollowsFromMemoryTimeOrTheHostIsNoDrift(String scope) {
        after.file("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
                .file("proc/sys/kernel/threads-max", "2000\n")
                .file("proc/sys/kernel/ns_last_pid", "4711\n")
                .file("proc/sys/net/ipv4/tcp_mem", "4\t5\t6\n")
                .file("proc/sys/net/ipv6/conf/eth0/stable_secret", "fe80::1\n")
                .file("proc/sys/kernel/tainted", "512\n");
        assertThat(drift(scope)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian-host", "immutable-host", "kubernetes-node"})
    void whatAnIntruderChangesIsDrift(String scope) {
        after.file("proc/sys/kernel/kptr_restrict", "0\n")
                .file("proc/sys/kernel/hostname", "web-2\n")
                .file("proc/sys/kernel/core_pattern", "|/tmp/x\n")
                .file("proc/sys/fs/binfmt_misc/elf", "enabled\ninterpreter /tmp/x\nflags: OC\n")
                .file("proc/sys/net/ipv4/conf/eth0/route_localnet", "1\n")
                .file("proc/cmdline", "quiet mitigations=off\n")
                .file("proc/sys/kernel/tainted", "8192\n")
                .file("proc/modules", "ext4 1 0 - Live 0x0\nxt_evil 1 0 - Live 0x0\n")
                .file(
                        "proc/1/mountinfo",
                        """
                        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
                        28 27 0:9 / /usr/bin rw - tmpfs tmpfs rw
                        29 27 0:9 / /var/lib/kubelet/evil rw - tmpfs tmpfs rw
                        30 27 0:9 / /run/netns/evil rw - tmpfs tmpfs rw
                        """);
        assertThat(drift(scope))
                .containsExactlyInAnyOrder(
                        "kernel/cmdline/mitigations",
                        "kernel/module/xt_evil",
                        "kernel/sysctl/fs.binfmt_misc.elf",
                        "kernel/sysctl/kernel.core_pattern",
                        "kernel/sysctl/kernel.hostname",
                        "kernel/sysctl/kernel.kptr_restrict",
                        "kernel/sysctl/net.ipv4.conf.eth0.route_localnet",
                        "kernel/taint/E",
                        "mount/run/netns/evil",
                        "mount/usr/bin",
                        "mount/var/lib/kubelet/evil");
    }

    @Test
    void podsLinksMountsAndModulesAreNoDriftOnAKubernetesNode() {
        String pod = "/var/lib/kubelet/pods/0d663954-dc1d-4b4b-92d8-dbfc250f1322";
        String id = "5f0c".repeat(16);
        after.file("proc/sys/net/ipv4/conf/veth1a2b/route_localnet", "1\n")
                .file("proc/sys/net/ipv4/conf/cali0123/forwarding", "1\n")
                .file("proc/sys/net/ipv4/conf/eth0/forwarding", "1\n")
                .file("proc/sys/net/ipv6/neigh/lxc12/gc_stale_time", "60\n")
                .file("proc/sys/net/ipv4/ip_forward", "1\n")
                .file("proc/sys/kernel/panic", "10\n")
                .file("proc/sys/net/netfilter/nf_conntrack_max", "131072\n")
                .file("proc/modules", "ext4 1 0 - Live 0x0\nxt_comment 1 0 - Live 0x0\n")
                .file(
                        "proc/1/mountinfo",
                        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
                                + mount(pod + "/volumes/kubernetes.io~projected/kube-api", "tmpfs")
                                + mount(pod + "/volume-subpaths/conf/app/0", "ext4")
                                + mount("/run/netns/cni-00ff", "nsfs")
                                + mount(
                                        "/run/containerd/io.containerd.runtime.v2.task/k8s.io/"
                                                + id
                                                + "/rootfs",
                                        "overlay")
                                + mount(
                                        "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/"
                                                + id
                                                + "/shm",
                                        "tmpfs"));
        assertThat(drift("kubernetes-node")).isEmpty();
        assertThat(drift("debian-host")).isNotEmpty();
    }

    private static String mount(String point, String type) {
        return point.hashCode() + " 27 0:9 / " + point + " rw - " + type + " x rw\n";
    }

    @Test
    void theTreeScopeMeasuresNoKernel() {
        assertThat(projected("tree", before.observe().entries())).isEmpty();
    }

    /// Programs run, files are opened and memory is used between the two; nothing else may differ.
    @Test
    @ExtendWith(MountTable.Still.class)
    void thisHostIsTheSameAMomentLater() throws Exception {
        KernelCollector collector = KernelCollector.of(Path.of("/"), Path.of("/"));
        Assumptions.assumeTrue(collector.collect().entries().size() > 100, "no /proc");
        List<Entry> first;
        List<Entry> second;
        String modules;
        // Whose test needs FUSE or a loop device may have just loaded its module.
        int looks = 0;
        do {
            modules = loadedModules();
            first = collector.collect().entries();
            useTheHost(Duration.ofSeconds(2));
            second = collector.collect().entries();
        } while (!loadedModules().equals(modules) && ++looks < 3);
        for (String scope : List.of("debian-host", "immutable-host", "kubernetes-node")) {
            assertThat(difference(projected(scope, first), projected(scope, second)))
                    .as(scope)
                    .isEmpty();
        }
    }

    private static void useTheHost(Duration time) throws Exception {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            Process process = new ProcessBuilder("find", "/usr/lib", "-maxdepth", "2").start();
            assertThat(process.getInputStream().readAllBytes()).isNotEmpty();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static String loadedModules() throws IOException {
        Path table = Path.of("/proc/modules");
        if (!Files.isReadable(table)) {
            return "";
        }
        return Files.readAllLines(table).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.kptr_restrict",
                "kernel.dmesg_restrict",
                "kernel.unprivileged_bpf_disabled",
                "kernel.yama.ptrace_scope",
                "kernel.randomize_va_space",
                "kernel.modprobe",
                "kernel.modules_disabled",
                "kernel.kexec_load_disabled",
                "kernel.core_pattern",
                "kernel.core_pipe_limit",
                "kernel.perf_event_paranoid",
                "kernel.sysrq",
                "kernel.usermodehelper.bset",
                "kernel.io_uring_disabled",
                "kernel.ftrace_enabled",
                "kernel.poweroff_cmd",
                "dev.tty.ldisc_autoload",
                "dev.tty.legacy_tiocsti",
                "fs.protected_hardlinks",
                "fs.protected_symlinks",
                "fs.protected_fifos",
                "fs.protected_regular",
                "fs.suid_dumpable",
                "net.core.bpf_jit_harden",
                "net.ipv4.tcp_syncookies",
                "net.ipv4.conf.all.accept_source_route",
                "net.ipv4.conf.all.send_redirects",
                "net.ipv4.ip_unprivileged_port_start",
                "user.max_user_namespaces",
                "vm.mmap_min_addr",
                "vm.unprivileged_userfaultfd",
                "vm.memfd_noexec"
            })
    void hardeningStaysExactEverywhere(String sysctl) {
        for (String scope : List.of("debian-host", "immutable-host", "kubernetes-node")) {
            NodePath path = Sysctls.BELOW.child(sysctl);
            assertThat(classOf(scope, path)).as(scope).isEqualTo(MutabilityClass.IMMUTABLE);
            assertThat(shipped(scope).expectations())
                    .as(scope)
                    .noneMatch(expectation -> expectation.path().text().equals(path.toString()));
        }
    }

    private List<String> drift(String scope) {
        return difference(
                projected(scope, before.observe().entries()),
                projected(scope, after.observe().entries()));
    }

    private static List<String> difference(Map<NodePath, Leaf> one, Map<NodePath, Leaf> two) {
        Map<NodePath, Leaf> all = new TreeMap<>(one);
        all.putAll(two);
        return all.keySet().stream()
                .filter(
                        path ->
                                !Optional.ofNullable(one.get(path))
                                        .equals(Optional.ofNullable(two.get(path))))
                .map(NodePath::toString)
                .toList();
    }

    /// As the agent projects them, of a host without files.
    private Map<NodePath, Leaf> projected(String scope, List<Entry> entries) {
        CompiledScope compiled = CompiledScope.of(shipped(scope));
        Map<NodePath, Leaf> kept = new TreeMap<>();
        try {
            Measurer measurer = Measurer.of(compiled, List.of(), FACTS, () -> entries);
            for (Entry entry : measurer.measure(files, Progress.NONE).set()) {
                if (!entry.path().startsWith(CompiledScope.FILES)) {
                    kept.put(entry.path(), entry.leaf());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kept;
    }

    private static MutabilityClass classOf(String scope, NodePath path) {
        return RuleState.root(shipped(scope)).descend(path).rule().orElseThrow().mutability();
    }

    private static Scope shipped(String name) {
        return ShippedScopes.named(name).orElseThrow();
    }
}
