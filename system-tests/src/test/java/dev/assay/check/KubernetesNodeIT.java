package dev.assay.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A node's own life is no drift under the scope that ships for it; an intruder's doings in the
/// very same places are.
class KubernetesNodeIT {
    private static final String POD = "5f0c2d1e-7a6b-4c3d-9e8f-001122334455";
    private static final String POD_LOG = "var/log/pods/ns_web_" + POD + "/web/";
    private static final String POD_FOLDER = "var/lib/kubelet/pods/" + POD + "/";

    @TempDir private static Path folder;
    private static Capture golden;

    @TempDir private Path hosts;

    @BeforeAll
    static void captureOneNode() throws Exception {
        KubernetesNode node = KubernetesNode.make(folder.resolve("node-1"), "node-1");
        golden = Capture.of(folder, "kubernetes-node", node.disk, node.kernel, node.name);
    }

    @AfterEach
    void removeTheHost() throws IOException {
        new HostFolder(hosts.resolve("node")).clear();
    }

    @AfterAll
    static void removeTheGoldenNode() throws IOException {
        new HostFolder(folder.resolve("node-1")).clear();
    }

    /// Another node of the same image, which has been at work for weeks.
    private KubernetesNode nodeAtWork() throws IOException {
        KubernetesNode node = KubernetesNode.make(hosts.resolve("node"), "node-2");
        rotateLogs(node);
        rotateCertificates(node);
        runPods(node);
        goOn(node);
        return node;
    }

    private static void rotateLogs(KubernetesNode node) throws IOException {
        node.disk
                .rename("var/log/syslog", "var/log/syslog.1")
                .file("var/log/syslog", "kernel: on\n", 0640)
                .file("var/log/syslog.2.gz", "\u001f\u008b", 0640)
                .rename("var/log/dpkg.log", "var/log/dpkg.log.1")
                .file("var/log/alternatives.log.3.gz", "\u001f\u008b")
                .file("var/log/btmp.1", "x", 0660)
                .file("var/log/kern.log", "on\n", 0640)
                .file("var/log/calico/cni/cni.log", "up\n")
                .file("var/log/calico/cni/cni-2026-11-23T16-00-00.000.log", "up\n")
                .file("var/log/apt/history.log.1.gz", "\u001f\u008b")
                .file("var/log/apt/term.log", "x", 0640)
                .file("var/log/unattended-upgrades/unattended-upgrades.log", "x")
                .file("var/log/journal/0d66/system@1a-2b.journal", "LPKSHHRH", 0640)
                .file("var/log/journal/0d66/user-1000.journal", "LPKSHHRH", 0640)
                .file("var/log/sysstat/sa23", "x");
    }

    private static void rotateCertificates(KubernetesNode node) throws IOException {
        node.certificate("2026-11-23-16-00-00");
        node.disk
                .file("etc/kubernetes/kubelet.conf", "server: https://control-2:6443\n", 0600)
                .file("var/lib/kubelet/pki/kubelet-server-2026-11-23-16-00-00.pem", "x", 0600)
                .link(
                        "var/lib/kubelet/pki/kubelet-server-current.pem",
                        "/var/lib/kubelet/pki/kubelet-server-2026-11-23-16-00-00.pem");
    }

    private static void runPods(KubernetesNode node) throws IOException {
        node.startPod(POD, "web", 12);
        node.startPod("0a1b2c3d-4e5f-4a6b-8c7d-99aabbccddee", "db", 13);
        String log = POD_LOG + "0.log";
        node.disk
                .rename(log, log + ".20261123-160000")
                .file(log + ".20261122-160000.gz", "\u001f\u008b", 0640)
                .file(log, "2026 stdout F on\n", 0640)
                .file(POD_LOG + "1.log", "2026 stdout F again\n", 0640)
                .file("var/lib/kubelet/plugins/ebs.csi.aws.com/ready", "")
                .file(POD_FOLDER + "volumes/kubernetes.io~csi/pvc-1/mount/run.sh", "#!/bin/sh\n")
                .program("var/lib/containerd/tmpmounts/containerd-mount77/bin/sh");
        node.mount(
                "/var/lib/kubelet/plugins/kubernetes.io/csi/ebs.csi.aws.com/1f2e/globalmount",
                "ext4",
                "rw,relatime");
        node.mount(
                "/" + POD_FOLDER + "volumes/kubernetes.io~csi/pvc-1/mount", "ext4", "rw,relatime");
        node.mount("/run/user/1000", "tmpfs", "rw,nosuid,nodev,relatime");
        blockVolume(node);
        node.writeMounts();
    }

    /// A raw block device that a pod asked for stands among the kubelet's files.
    private static void blockVolume(KubernetesNode node) throws IOException {
        String volume = "var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices/";
        node.disk
                .file(volume + "pvc-2/data/vol_data.json", "{}")
                .file(volume + "publish/pvc-2/" + POD, "")
                .link(POD_FOLDER + "volumeDevices/kubernetes.io~csi/pvc-2", "/" + volume + "x");
        node.mount("/" + volume + "publish/pvc-2/" + POD, "devtmpfs", "rw,nosuid");
        node.mount("/" + volume + "pvc-2/dev/" + POD, "devtmpfs", "rw,nosuid");
        node.mount(
                "/" + POD_FOLDER + "volumeDevices/kubernetes.io~csi/pvc-2",
                "devtmpfs",
                "rw,nosuid");
    }

    private static void goOn(KubernetesNode node) throws IOException {
        node.startNetworkAgent();
        node.disk
                .rewrite("etc/cni/net.d/10-calico.conflist")
                .file("etc/machine-id", "11112222333344445555666677778888\n", 0444)
                .file("var/lib/systemd/timers/stamp-logrotate.timer", "")
                .file("var/lib/logrotate/status", "logrotate state -- version 2\n")
                .file("root/.bash_history", "kubectl get nodes\n", 0600)
                .file("run/calico/bird.pid", "1")
                .file("run/systemd/transient/cri-containerd-77.scope", "[Scope]\n")
                .file("run/systemd/transient/kubepods-pod1.slice", "[Slice]\n")
                .file("tmp/kubeadm.yaml", "x");
        node.modules("ext4", "overlay", "xt_comment", "veth", "ip_vs", "nf_conntrack", "nfs");
        node.kernel
                .file("proc/sys/kernel/ns_last_pid", "91234\n")
                .file("proc/sys/kernel/panic", "10\n")
                .file("proc/sys/vm/overcommit_memory", "1\n")
                .file("proc/sys/fs/file-nr", "9000\t0\t100000\n")
                .file("proc/sys/net/ipv4/ip_forward", "1\n")
                .file("proc/sys/net/ipv4/vs/conntrack", "1\n")
                .file("proc/sys/net/netfilter/nf_conntrack_max", "131072\n")
                .file("proc/sys/net/netfilter/nf_conntrack_count", "77\n")
                .file("proc/sys/net/netfilter/nf_hooks_lwtunnel", "0\n")
                .file("proc/sys/net/netfilter/nf_log/2", "nf_log_ipv4\n")
                .file("proc/sys/fs/nfs/nlm_tcpport", "0\n")
                .file("proc/sys/fs/xfs/rotorstep", "1\n")
                .file("proc/sys/sunrpc/tcp_slot_table_entries", "2\n");
        node.link("flannel.1");
        node.link("cni0");
        node.link("nodelocaldns");
    }

    @Test
    void anotherNodeAtWorkForWeeksHasNotDrifted() throws Exception {
        KubernetesNode node = nodeAtWork();
        AgentRun run = golden.check(node.disk, node.kernel, node.name);
        assertThat(run.drifts()).isEmpty();
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.json().get("result").asString()).isEqualTo("golden");
    }

    @Test
    void aNodeUnderAnothersNameHasDrifted() throws Exception {
        KubernetesNode node = nodeAtWork();
        AgentRun run = golden.check(node.disk, node.kernel, "node-3");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.drifts()).containsOnlyKeys("kernel/sysctl/kernel.hostname");
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void anIntrudersDeedIsFoundAndNothingElse(Deed<KubernetesNode> deed) throws Exception {
        KubernetesNode node = nodeAtWork();
        deed.doing().to(node);
        AgentRun run = golden.check(node.disk, node.kernel, node.name);
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(told(run)).containsExactlyElementsOf(deed.shows());
    }

    private static List<String> told(AgentRun run) throws Exception {
        return run.drifts().entrySet().stream()
                .map(drift -> drift.getValue() + " " + drift.getKey())
                .toList();
    }

    static Stream<Deed<KubernetesNode>> deeds() {
        return Stream.of(
                        inLogs(),
                        inTheKubeletsFolders(),
                        inTheRuntimesFolders(),
                        ofTheHost(),
                        ofTheKernel())
                .flatMap(List::stream);
    }

    private static List<Deed<KubernetesNode>> inLogs() {
        return List.of(
                Deed.of(
                        "a set-uid program under a rotated log's name",
                        node -> node.disk.file(POD_LOG + "2.log", HostFolder.ELF, 04755),
                        "added fs/" + POD_LOG + "2.log"),
                Deed.of(
                        "a program that may be run among the pods' logs",
                        node -> node.disk.program(POD_LOG + "0.log.20261123-170000"),
                        "added fs/" + POD_LOG + "0.log.20261123-170000"),
                Deed.of(
                        "a hidden file among the logs",
                        node -> node.disk.file("var/log/.x", "x"),
                        "added fs/var/log/.x"),
                Deed.of(
                        "a library among the logs",
                        node -> node.disk.file("var/log/libpam.so", HostFolder.ELF, 0644),
                        "added fs/var/log/libpam.so"),
                Deed.of(
                        "a link of another name among the containers' logs",
                        node -> node.disk.link("var/log/containers/x", "/etc/shadow"),
                        "added fs/var/log/containers/x"),
                Deed.of(
                        "a log that all may write",
                        node -> node.disk.mode("var/log/auth.log", 0666),
                        "added fs/var/log/auth.log"));
    }

    private static List<Deed<KubernetesNode>> inTheKubeletsFolders() {
        return List.of(
                Deed.of(
                        "a static pod",
                        node -> node.disk.file("etc/kubernetes/manifests/x.yaml", "kind: Pod\n"),
                        "added fs/etc/kubernetes/manifests/x.yaml"),
                Deed.of(
                        "a kubelet that asks nobody who may command it",
                        node ->
                                node.disk.file(
                                        "var/lib/kubelet/config.yaml", "authentication: nobody\n"),
                        "changed content,size fs/var/lib/kubelet/config.yaml"),
                Deed.of(
                        "another folder of static pods in the kubelet's flags",
                        node ->
                                node.disk.file(
                                        "var/lib/kubelet/kubeadm-flags.env",
                                        "KUBELET_KUBEADM_ARGS=\"--pod-manifest-path=/tmp\"\n"),
                        "changed content,size fs/var/lib/kubelet/kubeadm-flags.env"),
                Deed.of(
                        "another authority for the kubelet's clients",
                        node -> node.disk.file("etc/kubernetes/pki/ca.crt", "evil\n"),
                        "changed content,size fs/etc/kubernetes/pki/ca.crt"),
                Deed.of(
                        "a kubeconfig that all may read",
                        node -> node.disk.mode("etc/kubernetes/kubelet.conf", 0644),
                        "changed mode fs/etc/kubernetes/kubelet.conf"),
                Deed.of(
                        "another file among the kubelet's certificates",
                        node -> node.disk.file("var/lib/kubelet/pki/evil.pem", "x", 0600),
                        "added fs/var/lib/kubelet/pki/evil.pem"),
                Deed.of(
                        "a program beside a pod's volumes",
                        node -> node.disk.program(POD_FOLDER + "volumes/x"),
                        "added fs/" + POD_FOLDER + "volumes/x"),
                Deed.of(
                        "a volume plug-in",
                        node -> node.disk.program("var/lib/kubelet/volumeplugins/x~y/y"),
                        "added fs/var/lib/kubelet/volumeplugins",
                        "added fs/var/lib/kubelet/volumeplugins/x~y",
                        "added fs/var/lib/kubelet/volumeplugins/x~y/y"),
                Deed.of(
                        "a script among the CNI plug-ins",
                        node -> node.disk.file("opt/cni/bin/helper", "#!/bin/sh\n", 0755),
                        "added fs/opt/cni/bin/helper"),
                Deed.of(
                        "a CNI plug-in replaced",
                        node -> node.disk.file("opt/cni/bin/loopback", "ELF\u007fxxxxxxx", 0755),
                        "changed content fs/opt/cni/bin/loopback"),
                Deed.of(
                        "a network that comes before the node's own",
                        node -> node.disk.file("etc/cni/net.d/00-x.conflist", "{}"),
                        "added fs/etc/cni/net.d/00-x.conflist"),
                Deed.of(
                        "a program among the addresses that were given out",
                        node -> node.disk.program("var/lib/cni/networks/k8s-pod-network/x"),
                        "added fs/var/lib/cni/networks/k8s-pod-network/x"));
    }

    private static List<Deed<KubernetesNode>> inTheRuntimesFolders() {
        String content = "var/lib/containerd/io.containerd.content.v1.content/";
        return List.of(
                Deed.of(
                        "a set-uid program among the images' parts",
                        node ->
                                node.disk.file(
                                        content + "blobs/sha256/" + "ab".repeat(32),
                                        HostFolder.ELF,
                                        04755),
                        "added fs/" + content + "blobs/sha256/" + "ab".repeat(32)),
                Deed.of(
                        "a program where the runtime's own are looked for",
                        node -> node.disk.program("var/lib/containerd/opt/bin/containerd-shim-x"),
                        "added fs/var/lib/containerd/opt/bin",
                        "added fs/var/lib/containerd/opt/bin/containerd-shim-x"),
                Deed.of(
                        "a program beside the snapshots",
                        node ->
                                node.disk.program(
                                        "var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/x"),
                        "added fs/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/x"),
                Deed.of(
                        "a script in the runtime's state",
                        node -> node.disk.file("run/containerd/x", "#!/bin/sh\n"),
                        "added fs/run/containerd/x"),
                Deed.of(
                        "a program among the parts of images that are fetched",
                        node -> node.disk.program(content + "ingest/x/data"),
                        "added fs/" + content + "ingest/x/data"),
                Deed.of(
                        "a program beside the pods' block devices",
                        node -> node.disk.program(POD_FOLDER + "volumeDevices/x"),
                        "added fs/" + POD_FOLDER + "volumeDevices/x"),
                Deed.of(
                        "another runtime's configuration",
                        node -> node.disk.file("etc/containerd/config.toml", "version = 3\n"),
                        "changed content fs/etc/containerd/config.toml"));
    }

    private static List<Deed<KubernetesNode>> ofTheHost() {
        return List.of(
                Deed.of(
                        "a unit",
                        node -> node.disk.file("etc/systemd/system/x.service", "[Service]\n"),
                        "added fs/etc/systemd/system/x.service"),
                Deed.of(
                        "a unit until the next boot",
                        node -> node.disk.file("run/systemd/system/x.service", "[Service]\n"),
                        "added fs/run/systemd/system/x.service"),
                Deed.of(
                        "a service made by hand",
                        node ->
                                node.disk.file(
                                        "run/systemd/transient/run-1.service", "[Service]\n"),
                        "added fs/run/systemd/transient/run-1.service"),
                Deed.of(
                        "a key that lets somebody in",
                        node -> node.disk.file("root/.ssh/authorized_keys", "ssh-ed25519 x", 0600),
                        "added fs/root/.ssh/authorized_keys"),
                Deed.of(
                        "a user's key",
                        node ->
                                node.disk
                                        .folder("home/admin/.ssh", 0700)
                                        .file("home/admin/.ssh/authorized_keys", "x", 0600),
                        "added fs/home/admin/.ssh/authorized_keys"),
                Deed.of(
                        "a library for every program",
                        node -> node.disk.file("etc/ld.so.preload", "/var/lib/x.so\n"),
                        "added fs/etc/ld.so.preload"),
                Deed.of(
                        "a table of cron",
                        node -> node.disk.file("etc/cron.d/x", "* * * * * root x\n"),
                        "added fs/etc/cron.d/x"),
                Deed.of(
                        "a script in a temporary folder",
                        node -> node.disk.file("tmp/x", "#!/bin/sh\n"),
                        "added fs/tmp/x"),
                Deed.of(
                        "the server of SSH lets root in",
                        node -> node.disk.file("etc/ssh/sshd_config", "PermitRootLogin yes\n"),
                        "changed content,size fs/etc/ssh/sshd_config"),
                Deed.of(
                        "a host key that all may read",
                        node -> node.disk.mode("etc/ssh/ssh_host_ed25519_key", 0644),
                        "changed mode fs/etc/ssh/ssh_host_ed25519_key"),
                Deed.of(
                        "another user's shell of the administrator",
                        node -> node.disk.append("root/.bashrc", "/var/lib/x\n"),
                        "changed content,size fs/root/.bashrc"));
    }

    private static List<Deed<KubernetesNode>> ofTheKernel() {
        return List.of(
                Deed.of(
                        "an overlay over the programs",
                        node -> {
                            node.mount("/usr", "overlay", "rw,relatime");
                            node.writeMounts();
                        },
                        "added mount/usr"),
                Deed.of(
                        "a memory file system over a folder of the kubelet",
                        node -> {
                            node.mount("/var/lib/kubelet/pki", "tmpfs", "rw");
                            node.writeMounts();
                        },
                        "added mount/var/lib/kubelet/pki"),
                Deed.of(
                        "shared memory that may be run",
                        node -> {
                            node.mount("/dev/shm", "tmpfs", "rw");
                            node.writeMounts();
                        },
                        "changed options,stacked mount/dev/shm"),
                Deed.of(
                        "a program for every crash",
                        node -> node.kernel.file("proc/sys/kernel/core_pattern", "|/tmp/x\n"),
                        "changed value kernel/sysctl/kernel.core_pattern"),
                Deed.of(
                        "a program for every module",
                        node -> node.kernel.file("proc/sys/kernel/modprobe", "/tmp/x\n"),
                        "changed value kernel/sysctl/kernel.modprobe"),
                Deed.of(
                        "a module that nobody needs",
                        node -> node.modules("ext4", "overlay", "diamorphine"),
                        "added kernel/module/diamorphine"),
                Deed.of(
                        "lockdown taken off",
                        node ->
                                node.kernel.file(
                                        "sys/kernel/security/lockdown",
                                        "[none] integrity confidentiality\n"),
                        "changed value kernel/lockdown"),
                Deed.of(
                        "pods' packets past the filters",
                        node ->
                                node.kernel.file(
                                        "proc/sys/net/bridge/bridge-nf-call-iptables", "0\n"),
                        "changed value kernel/sysctl/net.bridge.bridge-nf-call-iptables"),
                Deed.of(
                        "a route to the node's own services",
                        node ->
                                node.kernel.file(
                                        "proc/sys/net/ipv4/conf/ens5/route_localnet", "1\n"),
                        "changed value kernel/sysctl/net.ipv4.conf.ens5.route_localnet"));
    }
}
