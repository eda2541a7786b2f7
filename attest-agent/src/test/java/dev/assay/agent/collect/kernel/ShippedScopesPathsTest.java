package dev.assay.agent.collect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.bytes.Bytes;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.scope.ShippedScopes;
import dev.assay.tree.NodePath;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which class the shipped scopes give to paths that an intruder likes, and to those that differ
/// between golden hosts.
class ShippedScopesPathsTest {
    /// Classes in which a new program, unit or key shows.
    private static final Set<MutabilityClass> WATCHFUL =
            EnumSet.of(
                    MutabilityClass.IMMUTABLE, MutabilityClass.DATA_ONLY, MutabilityClass.ROTATING);

    @ParameterizedTest
    @ValueSource(strings = {"tree", "debian-host", "immutable-host", "kubernetes-node"})
    void everyRuleHasAPathOfItsOwnAndSaysWhatAResetRestores(String name) {
        Set<String> paths = new HashSet<>();
        for (Rule rule : shipped(name).rules()) {
            assertThat(paths.add(rule.path().text())).as(rule.path().text()).isTrue();
            assertThat(rule.survivesReset()).as(rule.path().text()).isNotNull();
            assertThat(rule.reason()).as(rule.path().text()).endsWith(".");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usr/bin/ssh",
                "usr/local/bin/x",
                "etc/ld.so.preload",
                "etc/passwd",
                "etc/cron.d/x",
                "etc/ssh/sshd_config",
                "etc/ssh/sshd_config.d/x.conf",
                "etc/systemd/system/x.service",
                "etc/kubernetes/manifests/x.yaml",
                "etc/cni/net.d/00-x.conflist",
                "opt/cni/bin/x",
                "root/.ssh/authorized_keys",
                "root/.bashrc",
                "home/u/.ssh/authorized_keys",
                "home/u/.bashrc",
                "home/u/.config/systemd/user/x.service",
                "run/systemd/system/x.service",
                "run/udev/rules.d/99-x.rules",
                "var/spool/cron/crontabs/root",
                "var/www/html/shell.php",
                "boot/vmlinuz",
                "newly/made"
            })
    void whatRunsOrLetsSomebodyInIsExact(String path) {
        for (String scope : new String[] {"debian-host", "immutable-host", "kubernetes-node"}) {
            assertThat(classOf(scope, path)).as(scope).isEqualTo(MutabilityClass.IMMUTABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tmp/x",
                "var/tmp/x",
                "dev/shm/x",
                "run/x",
                "var/log/x",
                "var/cache/x",
                "var/lib/x/y",
                "home/u/x",
                "run/systemd/generator/x.service",
                "run/systemd/transient/run-1.service",
                "var/lib/cloud/instances/i-1/scripts/x",
                "var/lib/kubelet/x",
                "var/lib/kubelet/pods/x",
                "var/lib/kubelet/pki/x",
                "var/lib/kubelet/plugins/x/csi.sock",
                "var/lib/containerd/x",
                "var/lib/containerd/opt/bin/x",
                "var/log/pods/x/y/z",
                "var/log/containers/x"
            })
    void noFolderThatHostsWriteToTakesNewProgramsSilently(String path) {
        for (String scope : new String[] {"debian-host", "immutable-host", "kubernetes-node"}) {
            assertThat(classOf(scope, path)).as(scope).isIn(WATCHFUL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "etc/machine-id, METADATA",
        "etc/ssh/ssh_host_ed25519_key, METADATA",
        "etc/ssh/ssh_host_ed25519_key.pub, METADATA",
        "etc/kubernetes/kubelet.conf, METADATA",
        "etc/kubernetes/pki/apiserver.crt, METADATA",
        "etc/kubernetes/pki/ca.crt, IMMUTABLE",
        "var/lib/kubelet/config.yaml, IMMUTABLE",
        "var/lib/cni/networks/k8s/10.0.0.7, DATA_ONLY",
        "var/lib/kubelet/cpu_manager_state, DATA_ONLY"
    })
    void whatDiffersOnAKubernetesNodeIsNamed(String path, MutabilityClass expected) {
        assertThat(classOf("kubernetes-node", path)).isEqualTo(expected);
    }

    @Test
    void whatPodsWriteIsLeftOutAndNothingBesideIt() {
        String pod = "var/lib/kubelet/pods/0d663954-dc1d-4b4b-92d8-dbfc250f1322/";
        String containerd = "var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/";
        String scope = "kubernetes-node";
        assertThat(classOf(scope, pod + "volumes/kubernetes.io~empty-dir/tmp/x"))
                .isEqualTo(MutabilityClass.UNMEASURED);
        assertThat(classOf(scope, pod + "volumes/x")).isEqualTo(MutabilityClass.DATA_ONLY);
        assertThat(classOf(scope, containerd + "snapshots/12/fs/bin/sh"))
                .isEqualTo(MutabilityClass.UNMEASURED);
        assertThat(classOf(scope, containerd + "snapshots/x")).isEqualTo(MutabilityClass.DATA_ONLY);
    }

    @Test
    void rotatedNamesAreAllowedAndOthersAreNot() {
        assertAllowed("var/log", "syslog.2.gz", true);
        assertAllowed("var/log", "auth.log", true);
        assertAllowed("var/log", ".x", false);
        assertAllowed("var/log", "x.so", false);
        assertAllowed("var/log/journal/0d66", "system.journal", true);
        assertAllowed("var/lib/kubelet/pki", "kubelet-client-2026-11-23-16-00-00.pem", true);
        assertAllowed("var/lib/kubelet/pki", "evil.pem", false);
        assertAllowed("var/log/pods/ns_pod_uid/app", "0.log", true);
        assertAllowed("var/log/pods/ns_pod_uid/app", "0.log.20261123-160000.gz", true);
        assertAllowed("run/systemd/generator", "boot.mount", true);
        assertAllowed("run/systemd/generator", "evil.service", false);
    }

    @Test
    void aResetRestoresAnImmutableHostAndNotADebianHost() {
        assertThat(rule("immutable-host", "usr/bin/ssh").outlivesReset()).isFalse();
        assertThat(rule("immutable-host", "etc/passwd").outlivesReset()).isFalse();
        assertThat(rule("immutable-host", "boot/vmlinuz").outlivesReset()).isTrue();
        assertThat(rule("immutable-host", "var/lib/assay/host.key").outlivesReset()).isTrue();
        assertThat(rule("debian-host", "usr/bin/ssh").outlivesReset()).isTrue();
        assertThat(rule("debian-host", "run/x").outlivesReset()).isFalse();
    }

    private static void assertAllowed(String folder, String name, boolean allowed) {
        assertThat(rule("kubernetes-node", folder + "/" + name).allowsName(Bytes.utf8(name)))
                .as(folder + "/" + name)
                .isEqualTo(allowed);
    }

    private static MutabilityClass classOf(String scope, String path) {
        return rule(scope, path).mutability();
    }

    private static Rule rule(String scope, String path) {
        return RuleState.root(shipped(scope))
                .descend(NodePath.of("fs/" + path))
                .rule()
                .orElseThrow();
    }

    private static Scope shipped(String name) {
        return ShippedScopes.named(name).orElseThrow();
    }
}
