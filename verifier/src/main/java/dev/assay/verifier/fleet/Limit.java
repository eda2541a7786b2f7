package dev.assay.verifier.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// How many hosts of a number of them: a count (`3`) or a share (`10%`).
public record Limit(int value, boolean percent) {
    public static final int MAX_COUNT = 10_000;

    /// @throws IllegalArgumentException where it is out of bounds
    public Limit {
        if (value < 0 || value > (percent ? 100 : MAX_COUNT)) {
            throw new IllegalArgumentException(
                    "a limit is a count of 0 to " + MAX_COUNT + " or a share of 0% to 100%");
        }
    }

    public static Limit count(int hosts) {
        return new Limit(hosts, false);
    }

    /// @throws IllegalArgumentException where it is neither `3` nor `10%`
    @JsonCreator
    public static Limit of(String text) {
        if (!text.matches("[0-9]{1,5}%?")) {
            throw new IllegalArgumentException(
                    "a limit is a count such as 3 or a share such as 10%");
        }
        boolean percent = text.endsWith("%");
        return new Limit(
                Integer.parseInt(percent ? text.substring(0, text.length() - 1) : text), percent);
    }

    /// Rounded down; a share that is not nothing is never less than one host, or a small group
    /// could not be healed.
    public int of(int hosts) {
        if (!percent) {
            return value;
        }
        return value == 0 ? 0 : Math.max(1, (int) ((long) hosts * value / 100));
    }

    @JsonValue
    @Override
    public String toString() {
        return percent ? value + "%" : Integer.toString(value);
    }
}
