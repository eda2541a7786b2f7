package dev.assay.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;

/// Holds roles against what was asked for.
final class Rights {
    private Rights() {}

    static void assertLeast(MockCluster mock, String user, List<Granted> granted) {
        assertLeast(mock, user, granted, right -> false);
    }

    /// @param sometimes what the client asks for only where it has to wait
    static void assertLeast(
            MockCluster mock, String user, List<Granted> granted, Predicate<Granted> sometimes) {
        List<Asked> asked =
                mock.asked().stream().filter(one -> one.user().equals(user)).distinct().toList();
        assertThat(asked).as("asked by %s", user).hasSizeGreaterThan(2);
        assertThat(granted).isNotEmpty();
        assertThat(asked)
                .as("asked and not granted")
                .allMatch(one -> granted.stream().anyMatch(right -> right.allows(one)));
        assertThat(granted)
                .as("granted and never asked for")
                .filteredOn(right -> !sometimes.test(right))
                .allMatch(right -> asked.stream().anyMatch(right::allows));
    }
}
