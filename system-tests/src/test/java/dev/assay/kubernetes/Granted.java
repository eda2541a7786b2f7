package dev.assay.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One right of a service account: a verb on a resource.
///
/// @param namespace empty for all of the cluster
/// @param name empty for any
record Granted(String verb, String group, String resource, String namespace, String name) {
    boolean allows(Asked asked) {
        return verb.equals(asked.verb())
                && group.equals(asked.group())
                && resource.equals(asked.resource())
                && (namespace.isEmpty() || namespace.equals(asked.namespace()))
                && (name.isEmpty() || name.equals(asked.name()));
    }

    /// What the shipped files grant an account of the namespace `assay`.
    static List<Granted> to(String account, List<Path> files) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        KubernetesSerialization yaml = new KubernetesSerialization();
        for (Path file : files) {
            for (String document : Files.readString(file).split("(?m)^---\\s*$", -1)) {
                objects.add(yaml.unmarshal(document));
            }
        }
        List<Granted> granted = new ArrayList<>();
        for (HasMetadata object : objects) {
            switch (object) {
                case ClusterRoleBinding binding -> {
                    if (binds(binding.getSubjects(), account)) {
                        String role = binding.getRoleRef().getName();
                        for (HasMetadata other : objects) {
                            if (other instanceof ClusterRole found && isNamed(found, role, "")) {
                                add(found.getRules(), "", granted);
                            }
                        }
                    }
                }
                case RoleBinding binding -> {
                    if (binds(binding.getSubjects(), account)) {
                        String namespace = binding.getMetadata().getNamespace();
                        String role = binding.getRoleRef().getName();
                        for (HasMetadata other : objects) {
                            if (other instanceof Role found && isNamed(found, role, namespace)) {
                                add(found.getRules(), namespace, granted);
                            }
                        }
                    }
                }
                default -> {}
            }
        }
        return granted;
    }

    private static boolean isNamed(HasMetadata role, String name, String namespace) {
        String its = role.getMetadata().getNamespace();
        return role.getMetadata().getName().equals(name)
                && namespace.equals(its == null ? "" : its);
    }

    private static boolean binds(List<Subject> subjects, String account) {
        return subjects.stream()
                .anyMatch(
                        subject ->
                                subject.getName().equals(account)
                                        && "assay".equals(subject.getNamespace()));
    }

    private static void add(List<PolicyRule> rules, String namespace, List<Granted> granted) {
        for (PolicyRule rule : rules) {
            List<String> names =
                    rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
            for (String group : rule.getApiGroups()) {
                for (String resource : rule.getResources()) {
                    for (String verb : rule.getVerbs()) {
                        for (String name : names) {
                            granted.add(new Granted(verb, group, resource, namespace, name));
                        }
                    }
                }
            }
        }
    }
}
