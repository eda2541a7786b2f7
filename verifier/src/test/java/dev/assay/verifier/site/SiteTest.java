package dev.assay.verifier.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.verifier.executor.CommandExecutor;
import dev.assay.verifier.executor.Given;
import dev.assay.verifier.executor.PrometheusBlocker;
import dev.assay.verifier.executor.SshExecutor;
import dev.assay.verifier.executor.UrlBlocker;
import dev.assay.verifier.executor.WebhookExecutor;
import dev.assay.verifier.reset.Executor;
import dev.assay.verifier.reset.Rungs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteTest {
    @TempDir private Path folder;
    private Path script;

    @BeforeEach
    void writeScript() throws IOException {
        script = Given.script(folder.resolve("reset"), "true");
    }

    private Rungs read(String json) throws IOException, SiteRefusedException {
        return read(json, KubernetesExecutors.none());
    }

    private Rungs read(String json, KubernetesExecutors kubernetes)
            throws IOException, SiteRefusedException {
        Path file = folder.resolve("site.json");
        Files.writeString(file, json.replace('\'', '"').replace("SCRIPT", script.toString()));
        return Site.read(file, kubernetes, Given.CLOCK);
    }

    private List<String> problems(String json) throws IOException {
        try {
            read(json);
            return List.of();
        } catch (SiteRefusedException e) {
            return e.problems();
        }
    }

    private static String executor(String config) {
        return "{'executors':{'bmc':" + config + "}}";
    }

    @Test
    void everyKindIsMade() throws Exception {
        Path secret =
                Given.secret(folder.resolve("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        List<String> asked = new ArrayList<>();
        Executor node = task -> new Executor.Outcome.Done("", null);
        Rungs site =
                read(
                        "{'executors':{"
                                + "'bmc':{'kind':'command','argv':['SCRIPT','now'],"
                                + "'timeoutSeconds':7},"
                                + "'hook':{'kind':'webhook','url':'https://hooks.example/',"
                                + "'secretFile':'"
                                + secret
                                + "'},"
                                + "'nodes':{'kind':'kubernetes','method':'delete'}},"
                                + "'blockers':{"
                                + "'alerts':{'kind':'prometheus','url':'http://prometheus:9090',"
                                + "'query':'ALERTS'},"
                                + "'freeze':{'kind':'url','url':'https://freeze.example/',"
                                + "'timeoutSeconds':2}}}",
                        (name, config) -> {
                            asked.add(name + " " + config.method().wire());
                            return node;
                        });
        assertThat(site.executors().get("bmc")).isInstanceOf(CommandExecutor.class);
        assertThat(site.executors().get("hook")).isInstanceOf(WebhookExecutor.class);
        assertThat(site.executors().get("nodes")).isSameAs(node);
        assertThat(asked).containsExactly("nodes delete");
        assertThat(site.blockers().get("alerts")).isInstanceOf(PrometheusBlocker.class);
        assertThat(site.blockers().get("freeze")).isInstanceOf(UrlBlocker.class);
    }

    @Test
    void sshIsMadeOfAKeyAndKnownHosts() throws Exception {
        Path key = folder.resolve("key");
        Process keygen =
                new ProcessBuilder(
                                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                        .start();
        assertThat(keygen.waitFor()).isZero();
        String[] words = Files.readString(Path.of(key + ".pub")).split(" ", 3);
        Files.writeString(
                folder.resolve("known_hosts"), "web-1 " + words[0] + " " + words[1] + "\n");
        Rungs site =
                read(
                        executor(
                                "{'kind':'ssh','user':'assay-reset','keyFile':'"
                                        + key
                                        + "','knownHosts':'"
                                        + folder.resolve("known_hosts")
                                        + "','address':'label:address'}"));
        assertThat(site.executors().get("bmc")).isInstanceOf(SshExecutor.class);
    }

    @Test
    void timeoutsAreTheFilesOrTheKinds() {
        assertThat(new ExecutorConfig.Command(List.of("/x"), 7L).timeout())
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(new ExecutorConfig.Webhook("https://h/", "/s", null).timeout())
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(new BlockerConfig.Url("https://h/", null).timeout())
                .isEqualTo(Duration.ofSeconds(5));
    }

    // What people copy has to be understood: only the files that it names are not here.
    @Test
    void exampleOfTheGuideIsUnderstood() throws IOException {
        String guide =
                Files.readString(Path.of(System.getProperty("assay.root"), "docs/executors.md"));
        String example = guide.split("```json\n", 2)[1].split("```", 2)[0];
        Path file = folder.resolve("site.json");
        Files.writeString(file, example);
        assertThatExceptionOfType(SiteRefusedException.class)
                .isThrownBy(() -> Site.read(file, KubernetesExecutors.none(), Given.CLOCK))
                .satisfies(
                        refused ->
                                assertThat(refused.problems())
                                        .hasSize(4)
                                        .allMatch(
                                                problem ->
                                                        problem.contains("is not there")
                                                                || problem.contains(
                                                                        "without Kubernetes")));
    }

    @Test
    void nothingIsASite() throws Exception {
        assertThat(read("{}")).isEqualTo(Rungs.NONE);
    }

    @Test
    void everyProblemIsSaid() throws IOException {
        assertThat(
                        problems(
                                "{'executors':{'a':{'kind':'magic'},'b':{'argv':['SCRIPT']}},"
                                        + "'blockers':{'c':{'kind':'url','url':'mailto:x'}},"
                                        + "'executor':{}}"))
                .containsExactly(
                        "executor: is neither executors nor blockers",
                        "executors.a: kind magic is none of command, ssh, webhook, kubernetes",
                        "executors.b: says no kind",
                        "blockers.c: url has to begin with https://HOST or http://HOST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "operator", "", "Bmc", "b_mc", "-b", "b.c", "ü", "b\\u0000"})
    void nameThatCannotStandInALadderIsRefused(String name) throws IOException {
        assertThat(problems("{'executors':{'" + name + "':{'kind':'command','argv':['SCRIPT']}}}"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'kind':'command'}|argv",
                "{'kind':'command','argv':[]}|argv has from 1 to 64 words",
                "{'kind':'command','argv':'SCRIPT'}|argv",
                "{'kind':'command','argv':['reset']}|no absolute path",
                "{'kind':'command','argv':['/nowhere']}|is not there",
                "{'kind':'command','argv':['SCRIPT'],'shell':true}|shell",
                "{'kind':'command','argv':['SCRIPT'],'timeoutSeconds':0}|from 1 to 3600",
                "{'kind':'command','argv':['SCRIPT'],'timeoutSeconds':3601}|from 1 to 3600",
                "{'kind':'command','argv':['SCRIPT'],'timeoutSeconds':'60'}|timeoutSeconds",
                "{'kind':'command','argv':['SCRIPT'],'timeoutSeconds':1.5}|timeoutSeconds",
                "{'kind':1,'argv':['SCRIPT']}|says no kind",
                "{'kind':'kubernetes','method':'explode'}|method",
                "{'kind':'kubernetes','method':'delete'}|without Kubernetes",
                "{'kind':'webhook','url':'https://h/','secretFile':'/nowhere'}|is not there",
                "{'kind':'ssh','user':'a b','keyFile':'/k','knownHosts':'/h'}|no user's name",
                "{'kind':'ssh','user':'a','keyFile':'/k','knownHosts':'/h','port':0}|port",
                "{'kind':'ssh','user':'a','keyFile':'/k','knownHosts':'/h','address':'x'}|address",
                "{'kind':'ssh','user':'a','keyFile':'/k','knownHosts':'/h'}|is not there",
                "['kind']|is no object",
                "null|is no object",
            })
    void entryThatIsNotWholeIsRefusedByItsName(String config, String reason) throws IOException {
        assertThat(problems(executor(config)))
                .singleElement()
                .asString()
                .startsWith("executors.bmc: ")
                .contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{'executors':[]}",
                "{'executors':{},'executors':{}}",
                "{'executors':{}} x",
                "{'blockers':{'a':{'kind':'prometheus','url':'http://p'}}}",
                "{'blockers':{'a':{'kind':'url','url':'http://u','timeoutSeconds':61}}}",
            })
    void fileThatIsNotStrictIsRefused(String json) throws IOException {
        assertThat(problems(json)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw--w----", "rw-----w-"})
    void fileThatOthersMayWriteIsRefused(String permissions) throws IOException {
        Path file = folder.resolve("site.json");
        Files.writeString(file, "{}");
        Given.mode(file, permissions);
        assertThatExceptionOfType(SiteRefusedException.class)
                .isThrownBy(() -> Site.read(file, KubernetesExecutors.none(), Given.CLOCK))
                .withMessageContaining("written by others");
    }

    @Test
    void fileThatIsMissingIsRefused() {
        assertThatExceptionOfType(SiteRefusedException.class)
                .isThrownBy(
                        () ->
                                Site.read(
                                        folder.resolve("none"),
                                        KubernetesExecutors.none(),
                                        Given.CLOCK))
                .withMessageContaining("is not there");
    }

    @Test
    void fileOfADifferentUserIsRefused() throws IOException {
        assumeTrue(
                System.getProperty("user.name").equals("root"), "needs root to give a file away");
        Path file = folder.resolve("site.json");
        Files.writeString(file, "{}");
        Files.setAttribute(file, "unix:uid", 65_534);
        assertThatExceptionOfType(SiteRefusedException.class)
                .isThrownBy(() -> Site.read(file, KubernetesExecutors.none(), Given.CLOCK))
                .withMessageContaining("belongs neither to root");
    }
}
