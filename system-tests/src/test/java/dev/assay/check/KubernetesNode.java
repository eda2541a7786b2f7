package dev.assay.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A worker of a Kubernetes cluster (kubeadm, containerd, Calico) as two folders: its disk, and its
/// kernel as `/proc` and `/sys` show it.
final class KubernetesNode {
    private static final String CONTAINERD = "var/lib/containerd/";
    private static final String SNAPSHOTS =
            CONTAINERD + "io.containerd.snapshotter.v1.overlayfs/snapshots/";
    private static final String BLOBS =
            CONTAINERD + "io.containerd.content.v1.content/blobs/sha256/";
    private static final String TASKS = "run/containerd/io.containerd.runtime.v2.task/k8s.io/";
    private static final String SANDBOXES = "run/containerd/io.containerd.grpc.v1.cri/sandboxes/";
    private static final int FIRST_MOUNT = 30;

    final HostFolder disk;
    final HostFolder kernel;
    final String name;
    private final List<String> mounts = new ArrayList<>();

    private KubernetesNode(Path folder, String name) {
        this.disk = new HostFolder(folder.resolve("disk"));
        this.kernel = new HostFolder(folder.resolve("kernel"));
        this.name = name;
    }

    /// As it comes up: everything installed, joined to its cluster, one pod.
    static KubernetesNode make(Path folder, String name) throws IOException {
        KubernetesNode node = new KubernetesNode(folder, name);
        node.installSystem();
        node.installKubernetes();
        node.bootKernel();
        node.identify();
        node.startNetworkAgent();
        node.startPod("0d663954-dc1d-4b4b-92d8-dbfc250f1322", "kube-proxy", 1);
        return node;
    }

    private void installSystem() throws IOException {
        disk.program("usr/bin/bash")
                .program("usr/bin/ssh")
                .file("usr/bin/sudo", HostFolder.ELF, 04755)
                .file("usr/bin/ip", HostFolder.ELF, 0755)
                .file("usr/lib/systemd/system/ssh.service", "[Service]\nExecStart=/usr/sbin/sshd\n")
                .file("etc/passwd", "root:x:0:0::/root:/bin/bash\n")
                .file("etc/shadow", "root:!:20000::::::\n", 0640)
                .file("etc/ssh/sshd_config", "PermitRootLogin no\n")
                .file("etc/cron.d/e2scrub_all", "30 3 * * 0 root /bin/true\n")
                .file("etc/cloud/cloud.cfg", "users:\n  - default\n")
                .folder("etc/systemd/system/multi-user.target.wants", 0755)
                .link(
                        "etc/systemd/system/multi-user.target.wants/ssh.service",
                        "/usr/lib/systemd/system/ssh.service")
                .file("root/.bashrc", "umask 022\n")
                .folder("root/.ssh", 0700)
                .folder("proc", 0555)
                .folder("sys", 0555)
                .folder("dev/shm", 01777)
                .folder("tmp", 01777)
                .folder("var/tmp", 01777)
                .folder("home/admin", 0755)
                .file("home/admin/.bashrc", "umask 022\n")
                .folder("run/systemd/system", 0755)
                .folder("run/lock", 01777)
                .link("var/run", "/run")
                .file("boot/vmlinuz-6.1.0-42-cloud-amd64", "MZ kernel")
                .file("boot/grub/grub.cfg", "linux /boot/vmlinuz quiet\n")
                .file("var/lib/dpkg/status", "Package: kubelet\n")
                .file("var/lib/dpkg/info/kubelet.list", "/usr/bin/kubelet\n")
                .file("var/lib/dpkg/info/kubelet.postinst", "#!/bin/sh\n", 0755)
                .file("var/log/syslog", "kernel: up\n", 0640)
                .file("var/log/auth.log", "sshd: up\n", 0640)
                .file("var/log/dpkg.log", "status installed\n")
                .file("var/log/cloud-init-output.log", "done\n", 0640)
                .file("var/log/wtmp", "x", 0664);
    }

    private void installKubernetes() throws IOException {
        disk.program("usr/bin/kubelet")
                .program("usr/bin/containerd")
                .program("usr/bin/containerd-shim-runc-v2")
                .program("usr/sbin/runc")
                .program("opt/cni/bin/calico")
                .program("opt/cni/bin/calico-ipam")
                .program("opt/cni/bin/portmap")
                .program("opt/cni/bin/loopback")
                .file("usr/lib/systemd/system/kubelet.service", "[Service]\n")
                .file("usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "[Service]\n")
                .file("etc/containerd/config.toml", "version = 2\n")
                .file("etc/crictl.yaml", "runtime-endpoint: unix:///run/containerd.sock\n")
                .file("etc/sysctl.d/k8s.conf", "net.ipv4.ip_forward = 1\n")
                .file("etc/modules-load.d/k8s.conf", "overlay\nbr_netfilter\n")
                .folder("etc/kubernetes/manifests", 0755)
                .file("etc/kubernetes/pki/ca.crt", "-----BEGIN CERTIFICATE-----\nca\n")
                .file("etc/kubernetes/kubelet.conf", "server: https://control:6443\n", 0600)
                .file("var/lib/kubelet/config.yaml", "authentication: webhook\n")
                .file("var/lib/kubelet/kubeadm-flags.env", "KUBELET_KUBEADM_ARGS=\"\"\n")
                .folder(CONTAINERD + "opt", 0711)
                .file(CONTAINERD + "io.containerd.metadata.v1.bolt/meta.db", "bolt 1", 0644)
                .folder("var/log/pods", 0755)
                .folder("var/log/containers", 0755);
    }

    private void bootKernel() throws IOException {
        kernel.file("proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz root=LABEL=root ro quiet\n")
                .file("proc/sys/kernel/osrelease", "6.1.0-42-cloud-amd64\n")
                .file("proc/sys/kernel/version", "#1 SMP Debian 6.1.159-1\n")
                .file("proc/sys/kernel/tainted", "0\n")
                .file("proc/sys/kernel/kptr_restrict", "2\n")
                .file("proc/sys/kernel/core_pattern", "core\n")
                .file("proc/sys/kernel/modprobe", "/sbin/modprobe\n")
                .file("proc/sys/kernel/panic", "0\n")
                .file("proc/sys/kernel/panic_on_oops", "1\n")
                .file("proc/sys/vm/overcommit_memory", "0\n")
                .file("proc/sys/kernel/keys/root_maxkeys", "200\n")
                .file("proc/sys/kernel/keys/root_maxbytes", "20000\n")
                .file("proc/sys/kernel/pid_max", "4194304\n")
                .file("proc/sys/kernel/ns_last_pid", "900\n")
                .file("proc/sys/net/ipv4/ip_forward", "0\n")
                .file("proc/sys/fs/file-nr", "1000\t0\t100000\n")
                .file("proc/sys/net/bridge/bridge-nf-call-iptables", "1\n")
                .file("proc/sys/net/netfilter/nf_log/2", "NONE\n")
                .file("proc/sys/fs/binfmt_misc/status", "enabled\n")
                .file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n")
                .file("sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n");
        link("all");
        link("default");
        link("lo");
        link("ens5");
        modules("ext4", "overlay", "br_netfilter", "bridge");
        mount("/", "ext4", "rw,relatime");
        mount("/proc", "proc", "rw,nosuid,nodev,noexec");
        mount("/sys", "sysfs", "rw,nosuid,nodev,noexec");
        mount("/dev", "devtmpfs", "rw,nosuid");
        mount("/dev/shm", "tmpfs", "rw,nosuid,nodev");
        mount("/run", "tmpfs", "rw,nosuid,nodev,noexec");
        mount("/sys/fs/cgroup", "cgroup2", "rw,nosuid,nodev,noexec");
        writeMounts();
    }

    /// What differs from host to host.
    private void identify() throws IOException {
        disk.file("etc/machine-id", hex(name, 32) + "\n", 0444)
                .file("etc/hostname", name + "\n")
                .file("etc/hosts", "127.0.1.1 " + name + "\n")
                .link("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
                .file("etc/ssh/ssh_host_ed25519_key", "private of " + name, 0600)
                .file("etc/ssh/ssh_host_ed25519_key.pub", "public of " + name)
                .file("etc/netplan/50-cloud-init.yaml", "addresses of " + name, 0600)
                .file("var/lib/kubelet/pki/kubelet.crt", "server of " + name)
                .file("var/lib/kubelet/pki/kubelet.key", "key of " + name, 0600)
                .link("var/lib/dbus/machine-id", "/etc/machine-id")
                .file("var/lib/systemd/random-seed", "seed of " + name, 0600)
                .file("var/log/journal/" + hex(name, 32) + "/system.journal", "LPKSHHRH", 0640)
                .link("var/lib/cloud/instance", "/var/lib/cloud/instances/i-" + hex(name, 17));
        cloudInit("i-" + hex(name, 17));
        kernel.file("proc/sys/kernel/hostname", name + "\n")
                .file("proc/sys/kernel/random/boot_id", uuid(name) + "\n");
        certificate("2026-11-01-10-00-00");
    }

    private void cloudInit(String instance) throws IOException {
        String folder = "var/lib/cloud/instances/" + instance + "/";
        disk.file(folder + "boot-finished", "up\n")
                .file(folder + "cloud-config.txt", "#cloud-config\n", 0600)
                .file(folder + "user-data.txt", "#!/bin/sh\nkubeadm join\n", 0600)
                .file(folder + "user-data.txt.i", "Content-Type: multipart/mixed\n", 0600)
                .file(folder + "scripts/part-001", "#!/bin/sh\nkubeadm join\n", 0700)
                .file(folder + "sem/config_scripts_user", "ran\n");
    }

    /// The kubelet's certificate_store: a new pair, the link moved over, the old one left.
    void certificate(String time) throws IOException {
        String file = "kubelet-client-" + time + ".pem";
        disk.file("var/lib/kubelet/pki/" + file, "pair of " + time, 0600)
                .link(
                        "var/lib/kubelet/pki/kubelet-client-current.pem",
                        "/var/lib/kubelet/pki/" + file);
    }

    /// Calico's install-cni writes the configuration of the node's own name at each start.
    void startNetworkAgent() throws IOException {
        disk.file(
                        "etc/cni/net.d/10-calico.conflist",
                        "{\"plugins\":[{\"type\":\"calico\",\"nodename\":\"" + name + "\"}]}\n",
                        0600)
                .file("etc/cni/net.d/calico-kubeconfig", "token " + System.nanoTime(), 0600)
                .file("var/lib/calico/nodename", name)
                .file("var/lib/calico/mtu", "1450");
        link("vxlan.calico");
    }

    /// @param uid of the pod
    /// @param number small and of its own, from which its containers' and links' names follow
    void startPod(String uid, String pod, int number) throws IOException {
        String id = hex(uid, 64);
        podFolder(uid, pod);
        podLogs(uid, pod, id);
        containers(id, number);
        network(id, number);
        podMounts(uid, id);
    }

    private void podFolder(String uid, String pod) throws IOException {
        String folder = "var/lib/kubelet/pods/" + uid + "/";
        String access = folder + "volumes/kubernetes.io~projected/kube-api-access-x/";
        disk.file(folder + "etc-hosts", "10.0.0.9 " + pod + "\n")
                .file(folder + "containers/" + pod + "/1a2b3c4d", "", 0666)
                .file(folder + "plugins/kubernetes.io~empty-dir/wrapped_x/ready", "")
                .folder(folder + "volumes/kubernetes.io~empty-dir/scratch", 0777)
                .program(folder + "volumes/kubernetes.io~empty-dir/scratch/tool")
                .file(access + "..2026_11_23/token", "eyJ", 0644)
                .link(access + "..data", "..2026_11_23")
                .link(access + "token", "..data/token")
                .file(folder + "volume-subpaths/conf/" + pod + "/0", "x");
    }

    private void podLogs(String uid, String pod, String id) throws IOException {
        String log = "var/log/pods/ns_" + pod + "_" + uid + "/" + pod + "/0.log";
        disk.file(log, "2026 stdout F up\n", 0640)
                .link("var/log/containers/" + pod + "_ns_" + pod + "-" + id + ".log", "/" + log);
    }

    private void containers(String id, int number) throws IOException {
        disk.file(BLOBS + id, "\u001f\u008b a layer", 0444)
                .file(CONTAINERD + "io.containerd.content.v1.content/ingest/" + id + "/data", "x")
                .program(SNAPSHOTS + number + "/fs/bin/sh")
                .file(SNAPSHOTS + number + "/fs/bin/su", HostFolder.ELF, 04755)
                .folder(SNAPSHOTS + number + "/work", 0711)
                .file(CONTAINERD + "io.containerd.metadata.v1.bolt/meta.db", "bolt " + number)
                .file(
                        CONTAINERD + "io.containerd.grpc.v1.cri/sandboxes/" + id + "/resolv.conf",
                        "nameserver 10.96.0.10\n")
                .file(TASKS + id + "/config.json", "{}")
                .file(TASKS + id + "/init.pid", "77")
                .link(TASKS + id + "/work", "/" + CONTAINERD + "io.containerd.runtime.v2.task")
                .program(TASKS + id + "/rootfs/bin/sh")
                .file("run/containerd/runc/k8s.io/" + id + "/state.json", "{}")
                .folder(SANDBOXES + id + "/shm", 01777);
    }

    private void network(String id, int number) throws IOException {
        disk.file("var/lib/cni/networks/k8s-pod-network/10.0.0." + number, id)
                .file("var/lib/cni/networks/k8s-pod-network/last_reserved_ip.0", "10.0.0." + number)
                .file("var/lib/cni/results/k8s-pod-network-" + id + "-eth0", "{}", 0600)
                .file("run/netns/cni-" + uuid(id), "", 0444);
        link("cali" + hex(id, 11));
        link("veth" + hex(id, 8));
    }

    private void podMounts(String uid, String id) throws IOException {
        String pod = "/var/lib/kubelet/pods/" + uid;
        mount(pod + "/volumes/kubernetes.io~projected/kube-api-access-x", "tmpfs", "rw,relatime");
        mount(pod + "/volume-subpaths/conf/app/0", "ext4", "rw,relatime");
        mount("/run/netns/cni-" + uuid(id), "nsfs", "rw");
        mount("/" + SANDBOXES + id + "/shm", "tmpfs", "rw,nosuid,nodev,noexec,relatime");
        mount("/" + TASKS + id + "/rootfs", "overlay", "rw,relatime");
        writeMounts();
    }

    /// The sysctls that the kernel makes for a network interface.
    void link(String link) throws IOException {
        kernel.file("proc/sys/net/ipv4/conf/" + link + "/forwarding", "1\n")
                .file("proc/sys/net/ipv4/conf/" + link + "/route_localnet", "0\n")
                .file("proc/sys/net/ipv4/conf/" + link + "/rp_filter", "2\n")
                .file("proc/sys/net/ipv4/neigh/" + link + "/gc_stale_time", "60\n")
                .file("proc/sys/net/ipv6/conf/" + link + "/disable_ipv6", "0\n");
    }

    void modules(String... loaded) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String module : loaded) {
            lines.append(module).append(" 16384 1 - Live 0x0000000000000000\n");
        }
        kernel.file("proc/modules", lines.toString());
    }

    void mount(String point, String type, String options) {
        int id = FIRST_MOUNT + mounts.size();
        mounts.add(id + " 29 0:" + id + " / " + point + " " + options + " - " + type + " x rw");
    }

    void writeMounts() throws IOException {
        kernel.file("proc/1/mountinfo", String.join("\n", mounts) + "\n");
    }

    /// Digits that follow from a name.
    private static String hex(String of, int digits) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; hex.length() < digits; i++) {
            hex.append(String.format("%08x", (of + i).hashCode()));
        }
        return hex.substring(0, digits);
    }

    private static String uuid(String of) {
        String hex = hex(of, 32);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }
}
