package dev.assay.verifier.simulate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.assay.bytes.Bytes;
import dev.assay.bytes.Json;
import dev.assay.bytes.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a simulated fleet is and what befalls it. Strict JSON: a word that is not known is refused.
///
/// @param about one line for people
/// @param hosts how many, where nobody says otherwise
/// @param zones over which the hosts are spread in turn, as labels
/// @param minutes that are simulated, where nobody says otherwise
/// @param measureSeconds that an agent needs to measure a host
/// @param group settings that differ from a group's defaults, by name
/// @param executors of the site file, by name
/// @param blockers of the site file, by name
/// @param person who is there to act; null for nobody
public record Scenario(
        String about,
        int hosts,
        int zones,
        double minutes,
        double measureSeconds,
        Map<String, Object> group,
        Map<String, Hand> executors,
        Map<String, Voice> blockers,
        @Nullable Person person,
        List<Happening> happenings) {
    /// In the order in which they are listed.
    public static final List<String> SHIPPED =
            List.of(
                    "one-intrusion",
                    "campaign",
                    "bad-baseline",
                    "zone-split",
                    "verifier-outage",
                    "flapping-disks",
                    "dead-executor",
                    "new-measurement-version",
                    "daily-noise",
                    "halt-by-likeness",
                    "random-files");

    public static final int MAX_HOSTS = 100_000;
    public static final int MAX_ZONES = 1000;
    public static final int MAX_BYTES = 1 << 20;

    private static final double MAX_MINUTES = Duration.ofDays(30).toMinutes();
    private static final double MAX_MEASURE_SECONDS = 3600;

    /// @throws IllegalArgumentException where a bound is broken
    public Scenario {
        requireBetween("hosts", hosts, 1, MAX_HOSTS);
        requireBetween("zones", zones, 1, MAX_ZONES);
        requireBetween("minutes", minutes, 1, MAX_MINUTES);
        requireBetween("measureSeconds", measureSeconds, 0.001, MAX_MEASURE_SECONDS);
        // Not Map.copyOf, whose order differs from run to run.
        group = Collections.unmodifiableMap(new TreeMap<>(group));
        executors = Collections.unmodifiableMap(new TreeMap<>(executors));
        blockers = Collections.unmodifiableMap(new TreeMap<>(blockers));
        happenings = List.copyOf(happenings);
        for (Happening happening : happenings) {
            requireBetween("atMinute", happening.atMinute(), 0, MAX_MINUTES);
        }
    }

    /// What an executor is like.
    ///
    /// @param seconds until it answers
    /// @param receipt whether it keeps a record of the restart
    /// @param untilMinute from when it is as it should be; null for never
    public record Hand(Does does, double seconds, boolean receipt, @Nullable Double untilMinute) {
        public enum Does {
            /// The host is restarted, or replaced where that is what is needed.
            RESTARTS,
            FAILS,
            /// It says nothing until its time is over.
            HANGS,
            /// It says that the host was restarted.
            LIES,
            UNREACHABLE,
            /// The host is restarted, and the answer comes when nobody waits any more.
            ANSWERS_LATE;

            @JsonValue
            public String wire() {
                return word(this);
            }

            @JsonCreator
            public static Does of(String word) {
                return named(values(), word);
            }
        }
    }

    /// What a blocker says from one minute to another; before and after it says go.
    public record Voice(Says says, double fromMinute, double untilMinute) {
        public enum Says {
            GO,
            NOT_NOW,
            /// It does not answer.
            DEAD;

            @JsonValue
            public String wire() {
                return word(this);
            }

            @JsonCreator
            public static Says of(String word) {
                return named(values(), word);
            }
        }
    }

    /// Who is on duty.
    ///
    /// @param afterMinutes from being told to acting
    /// @param onBadBaseline what is done about a wrong baseline
    /// @param approves whether resets that wait for approval are approved
    /// @param repairs whether quarantined hosts are repaired and readmitted
    /// @param holdsPercent of the hosts that drift are held by name, for two hours
    public record Person(
            double afterMinutes,
            OnBadBaseline onBadBaseline,
            boolean approves,
            boolean repairs,
            int holdsPercent) {
        public enum OnBadBaseline {
            NOTHING,
            /// The next serial, right, which says that it was a false alarm.
            AMENDS,
            /// The hosts are rolled back to the image before.
            RETIRES;

            @JsonValue
            public String wire() {
                return word(this);
            }

            @JsonCreator
            public static OnBadBaseline of(String word) {
                return named(values(), word);
            }
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E named(E[] values, String word) {
        for (E value : values) {
            if (word(value).equals(word)) {
                return value;
            }
        }
        throw new IllegalArgumentException("there is no '" + word + "' among the words for it");
    }

    private static void requireBetween(String what, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it has to be from %s to %s",
                            what,
                            value,
                            min,
                            max));
        }
    }

    /// @throws MalformedInputException with the field and the reason
    public static Scenario parse(Bytes json) throws MalformedInputException {
        return Json.parse(json, Scenario.class, MAX_BYTES);
    }

    /// One of {@link #SHIPPED}.
    public static Scenario shipped(String name) {
        if (!SHIPPED.contains(name)) {
            throw new IllegalArgumentException("there is no scenario " + name);
        }
        try (InputStream in = Scenario.class.getResourceAsStream(name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("scenario " + name + " is not in this program");
            }
            return parse(Bytes.copyOf(in.readAllBytes()));
        } catch (IOException | MalformedInputException e) {
            throw new IllegalStateException("scenario " + name + " cannot be read", e);
        }
    }
}
