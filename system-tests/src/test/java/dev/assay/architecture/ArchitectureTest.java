package dev.assay.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameContaining;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;

@AnalyzeClasses(packages = "dev.assay", importOptions = ProductionClasses.class)
final class ArchitectureTest {
    private static final int JAVA_25_CLASS_FILE = 69;

    /// What both sides speak, in the order in which it is built up. A package knows those before
    /// it.
    private static final List<String> PIPELINE =
            List.of(
                    "bytes",
                    "tree",
                    "measurement",
                    "scope",
                    "signing",
                    "tpm",
                    "boot",
                    "ima",
                    "baseline",
                    "text",
                    "evidence");

    private static final List<String> IMPURE_TYPES =
            List.of(
                    "java.time.Clock",
                    "java.time.InstantSource",
                    "java.util.Random",
                    "java.security.SecureRandom",
                    "java.lang.ProcessBuilder",
                    "java.lang.Thread");

    // An ArchUnit that cannot read Java 25 imports nothing, and every rule below holds for nothing.
    @ArchTest
    static void theScanSeesTheClassesOfJava25(JavaClasses classes) throws IOException {
        assertThat(classes.size()).isGreaterThan(50);
        for (JavaClass type : classes) {
            var uri = type.getSource().orElseThrow().getUri();
            try (var in = new DataInputStream(uri.toURL().openStream())) {
                assertThat(in.readInt()).as("magic of %s", uri).isEqualTo(0xCAFEBABE);
                assertThat(in.readInt()).as("version of %s", uri).isEqualTo(JAVA_25_CLASS_FILE);
            }
        }
    }

    @ArchTest
    static final ArchRule baselinesKnowNeitherSide =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            PIPELINE.stream()
                                    .map(name -> "dev.assay." + name + "..")
                                    .toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.assay.agent..", "dev.assay.verifier..");

    @ArchTest
    static final ArchRule theAgentHoldsNoAppraisalCode =
            noClasses()
                    .that()
                    .resideInAPackage("dev.assay.agent..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.assay.verifier..")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theVerifierLoadsNoCollector =
            noClasses()
                    .that()
                    .resideInAPackage("dev.assay.verifier..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.assay.agent..")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule demoAndBenchStartProgramsAndCallNeither =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.assay.demo..", "dev.assay.bench..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.assay.agent..", "dev.assay.verifier..")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.assay.(**)").should().beFreeOfCycles();

    @ArchTest
    static void importsRunForwardAlongThePipeline(JavaClasses classes) {
        for (int i = 0; i < PIPELINE.size() - 1; i++) {
            String[] later =
                    PIPELINE.subList(i + 1, PIPELINE.size()).stream()
                            .map(name -> "dev.assay." + name + "..")
                            .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.assay." + PIPELINE.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule onlyTheCommandLineWiresTheHttpEdge =
            noClasses()
                    .that(
                            resideInAPackage("dev.assay.verifier..")
                                    .and(
                                            notIn(
                                                    "dev.assay.verifier.http..",
                                                    "dev.assay.verifier.cli..")))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.assay.verifier.http..")
                    .allowEmptyShould(true);

    // The same evidence must get the same answer tomorrow, on another replica and in a dispute.
    private static final DescribedPredicate<JavaClass> PURE =
            resideInAPackage("dev.assay.verifier.appraise..")
                    .or(
                            resideInAPackage("dev.assay.verifier.reset..")
                                    .and(simpleNameContaining("Policy")))
                    .as("appraisal and reset policy");

    private static final DescribedPredicate<JavaClass> IMPURE =
            describe(
                            "clocks and chance",
                            (JavaClass type) -> IMPURE_TYPES.contains(type.getFullName()))
                    .or(
                            resideInAnyPackage(
                                    "java.io..",
                                    "java.net..",
                                    "java.nio.channels..",
                                    "java.nio.file..",
                                    "java.sql..",
                                    "javax.sql..",
                                    "java.util.random..",
                                    "dev.assay.verifier.store..",
                                    "dev.assay.verifier.http.."))
                    .as("clocks, chance or the world outside");

    @ArchTest
    static final ArchRule appraisalAndResetPolicyTouchNothingOutside =
            noClasses().that(PURE).should().dependOnClassesThat(IMPURE).allowEmptyShould(true);

    @ArchTest
    static final ArchRule appraisalAndResetPolicyReadNoClock =
            noClasses()
                    .that(PURE)
                    .should()
                    .callCodeUnitWhere(
                            describe(
                                    "the target reads the clock",
                                    call -> readsTheClock(call.getTarget())))
                    .allowEmptyShould(true);

    private static boolean readsTheClock(CodeUnitCallTarget target) {
        String owner = target.getOwner().getFullName();
        String name = target.getName();
        return (owner.startsWith("java.time.") && name.equals("now"))
                || (owner.equals("java.lang.System")
                        && List.of("currentTimeMillis", "nanoTime", "getenv", "getProperty")
                                .contains(name));
    }

    @ArchTest
    static final ArchRule bouncyCastleLivesInSigning =
            library("org.bouncycastle..")
                    .livesIn("dev.assay.signing..", "dev.assay.verifier.quote..");

    @ArchTest
    static final ArchRule commonsCodecLivesInBytes =
            library("org.apache.commons.codec..").livesIn("dev.assay.bytes..");

    // A mapper configured elsewhere would not refuse duplicate keys, unknown fields or trailing
    // bytes.
    @ArchTest
    static final ArchRule jacksonIsConfiguredInBytes =
            library(
                            "tools.jackson.core.json..",
                            "tools.jackson.databind.json..",
                            "tools.jackson.databind.cfg..")
                    .livesIn("dev.assay.bytes..");

    @ArchTest
    static final ArchRule jettyLivesInTheHttpEdge =
            library("org.eclipse.jetty..").livesIn("dev.assay.verifier.http..");

    @ArchTest
    static final ArchRule sqlLivesInTheStore =
            library(
                            "java.sql..",
                            "javax.sql..",
                            "org.jdbi..",
                            "org.flywaydb..",
                            "org.sqlite..",
                            "com.zaxxer..")
                    .livesIn("dev.assay.verifier.store..");

    @ArchTest
    static final ArchRule jose4jLivesInTheVerdict =
            library("org.jose4j..").livesIn("dev.assay.verifier.verdict..");

    @ArchTest
    static final ArchRule sshjLivesInSsh =
            library("net.schmizz..", "com.hierynomus..").livesIn("dev.assay.verifier.ssh..");

    @ArchTest
    static final ArchRule picocliLivesInTheCommandLines =
            library("picocli..")
                    .livesIn("dev.assay.*.cli..", "dev.assay.demo..", "dev.assay.bench..");

    @ArchTest
    static final ArchRule theKubernetesClientLivesInKubernetes =
            library("io.fabric8..").livesIn("dev.assay.verifier.kubernetes..");

    private static Library library(String... packages) {
        return new Library(List.of(packages));
    }

    private static DescribedPredicate<JavaClass> notIn(String... packages) {
        return DescribedPredicate.not(resideInAnyPackage(packages));
    }

    private record Library(List<String> packages) {
        ArchRule livesIn(String... homes) {
            return noClasses()
                    .that()
                    .resideOutsideOfPackages(homes)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages.toArray(String[]::new));
        }
    }
}
