package dev.assay.verifier.merge;

import dev.assay.bytes.Bytes;
import dev.assay.measurement.Kind;
import dev.assay.measurement.Leaf;
import dev.assay.scope.Expectation;
import dev.assay.scope.Facts;
import dev.assay.scope.Glob;
import dev.assay.scope.MutabilityClass;
import dev.assay.scope.PathPattern;
import dev.assay.scope.Rule;
import dev.assay.scope.RuleState;
import dev.assay.scope.Scope;
import dev.assay.tree.NodePath;
import dev.assay.verifier.incident.PathNature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The strictest class or expectation under which what was seen would be golden. It is for one
/// path, never for what lies beside it, and there is none for what runs or gives rights: where that
/// differs, the captures are of two images or one of them is not golden.
final class Proposer {
    private static final NodePath FILES = NodePath.of("fs");
    private static final NodePath HOST_NAME = NodePath.of("kernel/sysctl/kernel.hostname");
    private static final List<NodePath> COMMAND_LINE = List.of(NodePath.of("kernel/cmdline"));

    /// What the kernel itself is, and what is mounted: to expect several of it is a decision about
    /// images.
    private static final List<NodePath> IDENTITY =
            List.of(
                    NodePath.of("kernel/release"),
                    NodePath.of("kernel/version"),
                    NodePath.of("kernel/module"),
                    NodePath.of("kernel/config"),
                    NodePath.of("kernel/taint"),
                    NodePath.of("kernel/lockdown"),
                    NodePath.of("kernel/lsm"),
                    NodePath.of("kernel/selinux-enforcing"),
                    NodePath.of("mount"),
                    NodePath.of("verity"));

    private static final Set<String> CONTENT = Set.of(Leaf.CONTENT, Leaf.SIZE, Leaf.FS_VERITY);
    private static final Pattern LOG =
            Pattern.compile(".*(\\.log|\\.journal|messages|syslog|wtmp|btmp|lastlog)");
    private static final Pattern ROTATED =
            Pattern.compile(".*(log|journal|messages|wtmp|btmp).*[0-9].*");
    private static final int MAX_VALUES = 16;
    private static final int MAX_VALUE_CHARS = 256;

    private final RuleState rules;
    private final int captures;

    Proposer(Scope scope, int captures) {
        this.rules = RuleState.root(scope);
        this.captures = captures;
    }

    /// @param byTime the leaves in the order in which they were captured; null where it is not
    ///   there
    /// @param dangersBelow of a folder that some lack, what lies below it
    Proposal of(NodePath path, List<@Nullable Leaf> byTime, Set<String> dangersBelow) {
        Optional<Rule> present = rules.descend(path).rule();
        if (present.isEmpty()) {
            return new Proposal.ByHand("no rule of the scope covers it");
        }
        MutabilityClass mutability = present.get().mutability();
        boolean file = path.startsWith(FILES);
        if (mutability == MutabilityClass.APPEND_ONLY && file) {
            return appendOnly(path, byTime, present.get());
        }
        if (mutability != MutabilityClass.IMMUTABLE) {
            return new Proposal.ByHand(
                    "class " + mutability.wire() + " does not hold on all of them: find out why");
        }
        return file
                ? ofFile(path, byTime, present.get(), dangersBelow)
                : ofValue(path, byTime, present.get());
    }

    /// What the captures do not share although it may only grow.
    private Proposal appendOnly(NodePath path, List<@Nullable Leaf> leaves, Rule present) {
        boolean begins =
                !Difference.comesAndGoes(leaves)
                        && Set.of(Leaf.LENGTH, Leaf.PREFIX)
                                .containsAll(Difference.attributes(leaves));
        return begins
                ? rule(path, MutabilityClass.METADATA, "does not begin alike", present, List.of())
                : new Proposal.ByHand("class append-only does not hold on all: find out why");
    }

    private Proposal ofFile(
            NodePath path, List<@Nullable Leaf> leaves, Rule present, Set<String> dangersBelow) {
        SortedSet<String> dangers = new TreeSet<>(dangersBelow);
        for (Leaf leaf : Difference.present(leaves)) {
            dangers.addAll(PathNature.of(path, leaf).dangers());
        }
        if (!dangers.isEmpty()) {
            return new Proposal.ByHand(
                    "runs or gives rights ("
                            + String.join(", ", dangers)
                            + "): one of them is not golden, or they are two images");
        }
        boolean folder =
                Difference.present(leaves).stream().anyMatch(leaf -> leaf.kind() == Kind.DIRECTORY);
        if (Difference.comesAndGoes(leaves)) {
            return folder
                    ? new Proposal.ByHand(
                            "a folder that comes and goes: give the one that it lies in a class, as"
                                    + " data-only, or have all of them make it")
                    : comesAndGoes(path, present);
        }
        TreeSet<String> differing = Difference.attributes(leaves);
        if (folder) {
            return new Proposal.ByHand(
                    "mode, owner or attributes of a folder: have all of them alike");
        }
        boolean link = Difference.present(leaves).getFirst().kind() == Kind.SYMLINK;
        boolean metadata =
                differing.stream()
                        .allMatch(
                                name ->
                                        CONTENT.contains(name)
                                                || name.startsWith(Leaf.XATTR)
                                                || name.startsWith(Leaf.XATTR_DIGEST)
                                                || link && name.equals(Leaf.TARGET));
        if (!metadata) {
            return rule(
                    path,
                    MutabilityClass.PRESENT,
                    "mode, owner or kind differs",
                    present,
                    List.of());
        }
        if (CONTENT.containsAll(differing) && isLog(path) && grows(leaves)) {
            return rule(path, MutabilityClass.APPEND_ONLY, "a log that grew", present, List.of());
        }
        return rule(path, MutabilityClass.METADATA, "another content", present, List.of());
    }

    private Proposal comesAndGoes(NodePath path, Rule present) {
        String name = path.name().lossyText();
        if (ROTATED.matcher(name).matches()) {
            String pattern = numbered(path.name());
            return new Proposal.OfRule(
                    new Rule(
                            PathPattern.of(parent(path) + "/" + Glob.of(pattern)),
                            MutabilityClass.ROTATING,
                            reason("a rotated log"),
                            present.survivesReset(),
                            List.of(pattern)));
        }
        return rule(path, MutabilityClass.DATA_ONLY, "comes and goes", present, List.of());
    }

    private static String parent(NodePath path) {
        return PathPattern.naming(path.parent()).text();
    }

    /// A pattern for the same name with other numbers: `syslog.2.gz` becomes `syslog.[0-9]*.gz`.
    static String numbered(Bytes name) {
        return Glob.naming(name).pattern().lossyText().replaceAll("[0-9]+", "[0-9]*");
    }

    private static boolean isLog(NodePath path) {
        return LOG.matcher(path.name().lossyText()).matches();
    }

    private static boolean grows(List<@Nullable Leaf> byTime) {
        long last = -1;
        for (Leaf leaf : Difference.present(byTime)) {
            String size = leaf.attribute(Leaf.SIZE).map(Bytes::lossyText).orElse("");
            if (!size.matches("[0-9]{1,18}") || Long.parseLong(size) < last) {
                return false;
            }
            last = Long.parseLong(size);
        }
        return true;
    }

    private Proposal ofValue(NodePath path, List<@Nullable Leaf> leaves, Rule present) {
        if (IDENTITY.stream().anyMatch(path::startsWith)) {
            return new Proposal.ByHand(
                    "says which kernel runs and what it lets in: have all of them alike, or make two"
                            + " channels");
        }
        if (Difference.comesAndGoes(leaves)) {
            return COMMAND_LINE.stream().anyMatch(path::startsWith)
                    ? new Proposal.ByHand("they were booted with other arguments: boot them alike")
                    : rule(
                            path,
                            MutabilityClass.UNMEASURED,
                            "only some have this value, and no other class lets it be missing",
                            present,
                            List.of());
        }
        if (path.equals(HOST_NAME)) {
            return new Proposal.OfExpectation(
                    expectation(path, "each host's own name", null, Facts.HOST_NAME));
        }
        SortedSet<String> values = new TreeSet<>();
        for (Leaf leaf : Difference.present(leaves)) {
            Optional<String> text = text(leaf);
            if (text.isEmpty()) {
                return rule(
                        path,
                        MutabilityClass.METADATA,
                        "another value, which no expectation can name",
                        present,
                        List.of());
            }
            values.add(text.get());
        }
        return values.size() > MAX_VALUES || values.size() < 2
                ? rule(path, MutabilityClass.METADATA, "another value", present, List.of())
                : new Proposal.OfExpectation(
                        expectation(path, "one of those seen", new ArrayList<>(values), null));
    }

    /// Empty where it is no text, or too long to be listed.
    private static Optional<String> text(Leaf leaf) {
        return leaf.attribute(Leaf.VALUE)
                .filter(value -> leaf.kind() == Kind.VALUE)
                .filter(value -> value.equals(Bytes.utf8(value.lossyText())))
                .map(Bytes::lossyText)
                .filter(text -> text.length() <= MAX_VALUE_CHARS);
    }

    private Expectation expectation(
            NodePath path, String why, @Nullable List<String> oneOf, @Nullable String fact) {
        return new Expectation(
                PathPattern.naming(path), reason(why), null, oneOf, null, null, null, fact);
    }

    private Proposal rule(
            NodePath path,
            MutabilityClass mutability,
            String why,
            Rule present,
            List<String> names) {
        return new Proposal.OfRule(
                new Rule(
                        PathPattern.naming(path),
                        mutability,
                        reason(why),
                        present.survivesReset(),
                        names));
    }

    private String reason(String why) {
        return "Proposed from " + captures + " captures: " + why + ".";
    }
}
