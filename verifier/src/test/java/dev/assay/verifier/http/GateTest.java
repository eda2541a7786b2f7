package dev.assay.verifier.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.tree.Digest;
import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Token;
import dev.assay.verifier.enrol.TokenStore;
import dev.assay.verifier.enrol.Tokens;
import dev.assay.verifier.refusal.RefusedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GateTest {
    private static final String STRANGER = "192.0.2.7";

    private final AtomicLong nanos = new AtomicLong();
    private final Tokens tokens = new Tokens(new Store(), Clock.systemUTC());
    private final Gate gate = new Gate(tokens, nanos::get);

    private static final class Store implements TokenStore {
        private final Map<Digest, Token> tokens = new ConcurrentHashMap<>();

        @Override
        public void add(Token token) {
            tokens.put(token.secretDigest(), token);
        }

        @Override
        public Optional<Token> find(Digest secretDigest) {
            return Optional.ofNullable(tokens.get(secretDigest));
        }

        @Override
        public boolean groupExists(String group) {
            return true;
        }
    }

    private String viewer() throws RefusedException {
        return tokens.create(new Tokens.NewToken(Role.VIEWER, null, null, null, null, 1)).secret();
    }

    private void exhaust() {
        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> gate.require(Access.VIEWER, "assay_guess", STRANGER))
                    .isInstanceOf(HttpRefusal.class);
        }
    }

    private static String word(Throwable refusal) {
        return ((HttpRefusal) refusal).word();
    }

    @Test
    void whoGuessesTokensIsToldToComeLater() {
        exhaust();
        assertThatThrownBy(() -> gate.require(Access.VIEWER, "assay_guess", STRANGER))
                .satisfies(refusal -> assertThat(word(refusal)).isEqualTo("too-many-requests"));
    }

    @Test
    void aGoodTokenPassesThoughItsNeighbourGuesses() throws Exception {
        exhaust();
        Principal caller = gate.require(Access.VIEWER, viewer(), STRANGER);
        assertThat(caller).extracting(Principal::role).isEqualTo(Role.VIEWER);
    }

    @Test
    void whoFailsTooOftenEnrolsLater() {
        exhaust();
        assertThatThrownBy(() -> gate.enrol(STRANGER))
                .satisfies(refusal -> assertThat(word(refusal)).isEqualTo("too-many-requests"));
        assertThatCode(() -> gate.enrol("192.0.2.8")).doesNotThrowAnyException();
        nanos.addAndGet(5_000_000_000L);
        assertThatCode(() -> gate.enrol(STRANGER)).doesNotThrowAnyException();
    }

    @Test
    void aStrangerWhoAsksInAHostsNameLeavesTheHostItsChallenges() {
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                gate.challenge(STRANGER, "web-1");
                            }
                        })
                .isInstanceOf(HttpRefusal.class);
        assertThatCode(() -> gate.challenge("192.0.2.8", "web-1")).doesNotThrowAnyException();
        assertThatCode(() -> gate.challenge(STRANGER, "web-2")).doesNotThrowAnyException();
    }

    @Test
    void allAddressesOfAnIpv6NetworkAreOne() throws Exception {
        assertThat(address("2001:db8:1:2::1")).isEqualTo(address("2001:db8:1:2:ffff::9"));
        assertThat(address("2001:db8:1:2::1")).isNotEqualTo(address("2001:db8:1:3::1"));
        assertThat(address("192.0.2.1")).isNotEqualTo(address("192.0.2.2"));
    }

    private static String address(String text) throws Exception {
        return Gate.addressOf(new InetSocketAddress(InetAddress.getByName(text), 1));
    }
}
