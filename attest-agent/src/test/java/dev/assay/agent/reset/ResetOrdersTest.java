package dev.assay.agent.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.agent.reset.ResetOrders.Outcome;
import dev.assay.agent.reset.ResetOrders.Refusal;
import dev.assay.agent.stub.TestClock;
import dev.assay.agent.stub.TestTrust;
import dev.assay.bytes.Bytes;
import dev.assay.evidence.BootId;
import dev.assay.evidence.ResetOrder;
import dev.assay.signing.Envelope;
import dev.assay.signing.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResetOrdersTest {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final String HOST = "web-1";

    @TempDir Path folder;
    private final TestTrust trust = new TestTrust();
    private final TrustRoot root = trust.root(1);
    private final TestClock clock = new TestClock(Instant.parse("2026-05-01T12:00:00Z"));
    private final BootId boot = newBoot();
    private final List<String> carriedOut = new CopyOnWriteArrayList<>();

    private static BootId newBoot() {
        return new BootId(UUID.randomUUID().toString());
    }

    /// A fresh one, as after a restart of the agent.
    private ResetOrders orders() {
        return new ResetOrders(
                folder.resolve("resets.json"),
                (order, signed) -> carriedOut.add(order.id()),
                clock);
    }

    private Envelope order(String id) {
        return trust.order(id, HOST, boot, clock.instant(), LIFE);
    }

    private Outcome receive(Envelope order) {
        return orders().receive(order, root, HOST, boot);
    }

    private static void assertRefused(Outcome outcome, Refusal reason) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private static void assertAccepted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void anOrderThatIsRightIsCarriedOut() {
        assertAccepted(receive(order("r1")));
        await().untilAsserted(() -> assertThat(carriedOut).containsExactly("r1"));
    }

    @Test
    void anOrderReplayedOnALaterBootOrdersNothing() {
        Envelope order = order("r1");
        assertRefused(orders().receive(order, root, HOST, newBoot()), Refusal.OTHER_BOOT);
    }

    @Test
    void anOrderForAnotherHostIsRefused() {
        Envelope order = trust.order("r1", "web-2", boot, clock.instant(), LIFE);
        assertRefused(receive(order), Refusal.OTHER_HOST);
    }

    @Test
    void anExpiredOrderIsRefused() {
        Envelope order = order("r1");
        clock.advance(LIFE);
        assertRefused(receive(order), Refusal.EXPIRED);
    }

    @Test
    void anOrderOfAVerifierWhoseClockIsAheadIsObeyed() {
        Envelope order =
                trust.order("r1", HOST, boot, clock.instant().plus(Duration.ofMinutes(2)), LIFE);
        assertAccepted(receive(order));
    }

    @Test
    void anOrderThatCouldBeKeptForLaterIsRefused() {
        Envelope order = trust.order("r1", HOST, boot, clock.instant(), Duration.ofHours(24));
        assertRefused(receive(order), Refusal.LIVES_TOO_LONG);
    }

    @Test
    void anOrderBySomeOtherRolesKeyIsRefused() {
        Envelope order = trust.order("r1", HOST, boot, clock.instant(), LIFE, trust.baselineKey);
        assertRefused(receive(order), Refusal.NOT_SIGNED);
    }

    @Test
    void anOrderUnderAnotherPayloadTypeIsRefused() {
        Envelope other = Envelope.sign("application/json", order("r1").payload(), trust.orderKey);
        assertRefused(receive(other), Refusal.NOT_SIGNED);
    }

    @Test
    void aSignedPayloadThatIsNoOrderIsRefused() {
        Envelope empty = Envelope.sign(ResetOrder.PAYLOAD_TYPE, Bytes.utf8("{}"), trust.orderKey);
        assertRefused(receive(empty), Refusal.MALFORMED);
    }

    @Test
    void anOrderUnderAnExpiredTrustRootIsRefused() {
        TrustRoot expired = trust.root(1, List.of(), clock.instant());
        assertRefused(orders().receive(order("r1"), expired, HOST, boot), Refusal.NOT_SIGNED);
    }

    @Test
    void theSameOrderIsObeyedOnceAlsoByARestartedAgentAndAnHourLater() {
        assertAccepted(receive(order("r1")));
        assertRefused(receive(order("r1")), Refusal.ALREADY_OBEYED);
        clock.advance(Duration.ofHours(2));
        assertRefused(receive(order("r1")), Refusal.ALREADY_OBEYED);
    }

    @Test
    void aSecondOrderWithinTheHourIsRefusedAlsoOnAnotherBoot() {
        assertAccepted(receive(order("r1")));
        clock.advance(Duration.ofMinutes(59));
        assertRefused(receive(order("r2")), Refusal.TOO_SOON);
        BootId next = newBoot();
        Envelope onNext = trust.order("r3", HOST, next, clock.instant(), LIFE);
        assertRefused(orders().receive(onNext, root, HOST, next), Refusal.TOO_SOON);
    }

    @Test
    void aSecondOrderAfterTheHourIsObeyed() {
        assertAccepted(receive(order("r1")));
        clock.advance(Duration.ofHours(1));
        assertAccepted(receive(order("r2")));
    }

    @Test
    void aClockThatWentBackDoesNotMakeRoomForAnotherReset() {
        assertAccepted(receive(order("r1")));
        clock.advance(Duration.ofDays(-30));
        assertRefused(receive(order("r2")), Refusal.TOO_SOON);
    }

    @Test
    void anOrderIsWrittenDownBeforeItIsCarriedOut() {
        Path ledger = folder.resolve("resets.json");
        List<Boolean> known = new CopyOnWriteArrayList<>();
        ResetOrders orders =
                new ResetOrders(
                        ledger,
                        (order, signed) -> known.add(Files.readString(ledger).contains(order.id())),
                        clock);
        orders.receive(order("r1"), root, HOST, boot);
        await().untilAsserted(() -> assertThat(known).containsExactly(true));
    }

    @Test
    void anAgentThatDiedBetweenWritingAndActingDoesNotObeyTheOrderAgain() throws IOException {
        new ResetLedger(folder.resolve("resets.json"))
                .add(new ResetLedger.Obeyed("r1", boot, clock.instant()));
        assertRefused(receive(order("r1")), Refusal.ALREADY_OBEYED);
    }

    @Test
    void aDamagedLedgerAllowsNothingForAnHour() throws IOException {
        for (String damaged : List.of("", "{\"obeyed\":[{\"id\"", "[]", "\0\0\0", "{}")) {
            Files.writeString(folder.resolve("resets.json"), damaged);
            assertRefused(receive(order("r1")), Refusal.TOO_SOON);
            assertRefused(receive(order("r1")), Refusal.TOO_SOON);
        }
        clock.advance(Duration.ofHours(1));
        assertAccepted(receive(order("r2")));
    }

    @Test
    void anOrderThatCannotBeWrittenDownIsNotObeyed() throws IOException {
        Files.createDirectory(folder.resolve("resets.json.next"));
        Files.createFile(folder.resolve("resets.json.next/x"));
        assertRefused(receive(order("r1")), Refusal.NOT_RECORDED);
        assertThat(carriedOut).isEmpty();
    }

    @Test
    void aResetThatWasObeyedWithTheClockAheadDelaysTheNextByAnHourOnly() {
        clock.advance(Duration.ofDays(3650));
        assertAccepted(receive(order("r1")));
        clock.advance(Duration.ofDays(-3650));
        assertRefused(receive(order("r2")), Refusal.TOO_SOON);
        clock.advance(ResetOrders.AT_MOST_ONE_IN);
        assertAccepted(receive(order("r3")));
    }
}
