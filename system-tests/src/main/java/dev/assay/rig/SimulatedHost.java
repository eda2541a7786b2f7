package dev.assay.rig;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A host of folders: a disk that a boot restores from the image, a kernel's `/proc` and `/sys`, a
/// state folder that outlives boots, and a real agent. It "reboots" when the agent obeys an order
/// whose reset command leaves a note, and somebody calls {@link #rebootIfOrdered}.
public final class SimulatedHost implements AutoCloseable {
    private final Programs programs;
    private final GoldenImage image;
    private final String name;
    private final Path folder;
    private final RestoredFolder restoredDisk;
    private final RestoredFolder restoredKernel;
    private String boot = "";
    private @Nullable Process agent;
    private List<String> tpm = List.of();

    public SimulatedHost(Programs programs, GoldenImage image, String name, Path folder)
            throws IOException {
        this.programs = programs;
        this.image = image;
        this.name = name;
        this.folder = Files.createDirectories(folder);
        this.restoredDisk = new RestoredFolder(image.disk(), disk());
        this.restoredKernel = new RestoredFolder(image.kernel(), kernel());
        newBoot();
    }

    public String name() {
        return name;
    }

    public Path disk() {
        return image.isInPlace() ? image.disk() : folder.resolve("disk");
    }

    public Path kernel() {
        return folder.resolve("kernel");
    }

    public Path state() {
        return folder.resolve("state");
    }

    public Path log() {
        return folder.resolve("agent.log");
    }

    /// The id of the present boot.
    public String boot() {
        return boot;
    }

    /// Restores disk and kernel from the image and gives the boot a new id.
    public void newBoot() throws IOException {
        if (!image.isInPlace()) {
            restoredDisk.restore();
        }
        restoredKernel.restore();
        setBootId(UUID.randomUUID().toString());
        Files.writeString(kernel().resolve("proc/sys/kernel/hostname"), name + "\n");
    }

    /// For a test that lets an old boot speak again.
    public void setBootId(String id) throws IOException {
        boot = id;
        Path random = Files.createDirectories(kernel().resolve("proc/sys/kernel/random"));
        Files.writeString(random.resolve("boot_id"), id + "\n");
    }

    /// Gives the host a TPM.
    ///
    /// @param address as `--tpm` takes it
    public void attachTpm(String address) {
        tpm = List.of("--tpm", address);
    }

    /// What a node's boot runs before it takes work; the process's exit code says whether it may.
    ///
    /// @param token null for a host that its TPM makes known
    public Process bootstrap(URI verifier, @Nullable Path token, Path trustRoot, Duration wait)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add("bootstrap");
        arguments.addAll(List.of("--verifier", verifier.toString()));
        if (token != null) {
            arguments.addAll(List.of("--token-file", token.toString()));
        }
        arguments.addAll(List.of("--trust-root", trustRoot.toString()));
        arguments.addAll(List.of("--wait", wait.toSeconds() + "s"));
        arguments.addAll(List.of("--host", name));
        arguments.addAll(place());
        return programs.startAgent(arguments, log());
    }

    private List<String> place() {
        List<String> place = new ArrayList<>(tpm);
        place.addAll(List.of("--state", state().toString()));
        place.addAll(List.of("--root", disk().toString()));
        place.addAll(List.of("--kernel-from", kernel().toString()));
        return place;
    }

    /// Starts the daemon.
    public void startAgent() throws IOException {
        startAgent(List.of());
    }

    /// The same, with more arguments.
    public void startAgent(List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add("run");
        arguments.addAll(place());
        arguments.addAll(List.of("--reset-command", resetCommand().toString()));
        arguments.addAll(more);
        agent = programs.startAgent(arguments, log());
    }

    private Path resetCommand() throws IOException {
        Path script = folder.resolve("reset");
        if (!Files.exists(script)) {
            Files.writeString(script, "#!/bin/sh\n: > '" + note() + "'\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        return script;
    }

    private Path note() {
        return folder.resolve("reset-ordered");
    }

    /// Where somebody who does not ask the host leaves a note that its power is to be cycled.
    public Path powerNote() {
        return folder.resolve("power-cycle");
    }

    /// Whether the agent has obeyed an order, or the host's power was cycled, and neither was
    /// carried out yet.
    public boolean isResetOrdered() {
        return Files.exists(note()) || Files.exists(powerNote());
    }

    /// The power cycle that was asked for: agent gone, image restored, new boot.
    public boolean rebootIfOrdered() throws IOException {
        if (!isResetOrdered()) {
            return false;
        }
        stopAgent();
        newBoot();
        Files.deleteIfExists(note());
        Files.deleteIfExists(powerNote());
        return true;
    }

    public boolean isAgentAlive() {
        return agent != null && agent.isAlive();
    }

    /// The daemon while it runs, for who asks what it costs.
    public Optional<ProcessHandle> agent() {
        return Optional.ofNullable(agent).filter(Process::isAlive).map(Process::toHandle);
    }

    /// As `kill -9` does.
    public void stopAgent() {
        if (agent != null) {
            Programs.stop(agent);
        }
    }

    /// A path on the disk.
    public Path file(String path) {
        Path file = disk().resolve(path);
        if (!file.normalize().startsWith(disk()) || Files.isSymbolicLink(file)) {
            throw new IllegalArgumentException(path + " is not on the host's disk");
        }
        return file;
    }

    public boolean has(String path) {
        return Files.isRegularFile(disk().resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() {
        stopAgent();
    }
}
