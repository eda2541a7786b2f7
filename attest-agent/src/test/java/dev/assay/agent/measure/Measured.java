package dev.assay.agent.measure;

import dev.assay.agent.HostTree;
import dev.assay.baseline.Anchor;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.MalformedInputException;
import dev.assay.scope.Facts;
import dev.assay.scope.Scope;
import java.io.IOException;
import java.util.List;

/// Measures a tree under rules that a test writes in short.
final class Measured {
    private Measured() {}

    /// @param rules each `PATH CLASS`, for rotating with the names' pattern behind it
    static Measurement measure(HostTree host, List<Anchor> anchors, String... rules)
            throws IOException {
        return Measurer.of(CompiledScope.of(scope(rules)), anchors, Facts.NONE, KernelSource.NONE)
                .measure(host.root(), Progress.NONE);
    }

    static Measurement measure(HostTree host, String... rules) throws IOException {
        return measure(host, List.of(), rules);
    }

    static Leaves leaves(HostTree host, String... rules) throws IOException {
        return Leaves.of(measure(host, rules));
    }

    static Scope scope(String... rules) {
        StringBuilder json = new StringBuilder();
        for (String rule : rules) {
            List<String> words = List.of(rule.split(" ", -1));
            json.append(json.isEmpty() ? "" : ",");
            json.append("{\"path\":\"").append(words.get(0));
            json.append("\",\"class\":\"").append(words.get(1)).append("\",\"reason\":\"a test\"");
            if (words.size() > 2) {
                json.append(",\"names\":[\"").append(words.get(2)).append("\"]");
            }
            json.append('}');
        }
        return parse(
                "{\"name\":\"t\",\"version\":1,\"description\":\"\",\"rules\":[" + json + "]}");
    }

    static Scope parse(String json) {
        try {
            return Scope.parse(Bytes.utf8(json));
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
