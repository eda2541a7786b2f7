package dev.assay.verifier.http;

import dev.assay.verifier.enrol.Principal;
import dev.assay.verifier.enrol.Role;
import dev.assay.verifier.enrol.Tokens;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Who comes in. Failures are counted by address; what is over the limit is answered before its
/// signature is looked at, and a caller with a good token is never in anybody's way.
final class Gate {
    private static final String SCHEME = "Bearer ";
    private static final int MAX_KEYS = 10_000;
    private static final int FAILURES = 100;
    private static final double FAILURES_PER_SECOND = 1;
    private static final int CHALLENGES = 300;
    private static final double CHALLENGES_PER_SECOND = 30;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final Tokens tokens;
    private final Buckets failures;
    private final Buckets challenges;

    Gate(Tokens tokens, LongSupplier nanoTime) {
        this.tokens = tokens;
        this.failures = new Buckets(FAILURES, FAILURES_PER_SECOND, MAX_KEYS, nanoTime);
        this.challenges = new Buckets(CHALLENGES, CHALLENGES_PER_SECOND, MAX_KEYS, nanoTime);
    }

    /// Lets the holder of a token in whose role includes the route's; null where it asks for none.
    @Nullable Principal require(Access access, @Nullable String bearer, String address)
            throws HttpRefusal {
        if (!access.needsToken()) {
            return null;
        }
        Optional<Principal> caller =
                bearer == null ? Optional.empty() : tokens.authenticate(bearer);
        if (caller.isEmpty()) {
            failed(address);
            throw bearer == null
                    ? HttpRefusal.noToken()
                    : HttpRefusal.unauthorized("the token is unknown or expired");
        }
        if (!caller.get().role().includes(role(access))) {
            throw new HttpRefusal(
                    403,
                    "forbidden",
                    "needs a token of role "
                            + role(access).wire()
                            + ", not "
                            + caller.get().role().wire());
        }
        return caller.get();
    }

    /// Whether a token that was good is good still.
    boolean isStillGood(@Nullable String bearer) {
        return bearer != null && tokens.authenticate(bearer).isPresent();
    }

    private static Role role(Access access) {
        return switch (access) {
            case VIEWER -> Role.VIEWER;
            case ORCHESTRATOR -> Role.ORCHESTRATOR;
            case OPERATOR -> Role.OPERATOR;
            case OPEN, AGENT -> throw new IllegalArgumentException(access + " asks for no token");
        };
    }

    /// By address and host: a stranger who asks in a host's name uses up his own share, not the
    /// host's.
    void challenge(String address, String host) throws HttpRefusal {
        if (!challenges.take(address + ' ' + host)) {
            throw tooMany();
        }
    }

    /// Before an enrolment: refuses addresses that failed too often.
    void enrol(String address) throws HttpRefusal {
        if (failures.isEmpty(address)) {
            throw tooMany();
        }
    }

    /// Counts a failure.
    void failed(String address) throws HttpRefusal {
        if (!failures.take(address)) {
            throw tooMany();
        }
    }

    private static HttpRefusal tooMany() {
        return new HttpRefusal(
                429, "too-many-requests", "come again later", Map.of("Retry-After", "5"));
    }

    static @Nullable String bearer(@Nullable String header) {
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : null;
    }

    /// The address, of IPv6 the network: one subscriber owns a whole /64.
    static String addressOf(SocketAddress socket) {
        InetAddress address =
                socket instanceof InetSocketAddress internet ? internet.getAddress() : null;
        if (address instanceof Inet6Address v6) {
            return HexFormat.of().formatHex(Arrays.copyOf(v6.getAddress(), IPV6_NETWORK_BYTES));
        }
        return address == null ? "local" : address.getHostAddress();
    }
}
