package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import dev.assay.verifier.fleet.Event;
import dev.assay.verifier.fleet.Observer;
import dev.assay.verifier.fleet.Verdict;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// What Prometheus reads, and the log of what happened. Labels are words of the code (routes,
/// reasons, states), or names that an operator gave to channels and groups, never what anybody may
/// send: one scanner would otherwise make a million time series.
public final class Metrics implements Observer {
    static final String MEDIA_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests =
            Counter.builder()
                    .name("assay_requests")
                    .help("Requests answered, by route and status")
                    .labelNames("method", "route", "status")
                    .register(registry);
    private final Histogram seconds =
            Histogram.builder()
                    .name("assay_request_seconds")
                    .help("From the first byte to the answer, without live streams")
                    .labelNames("route")
                    .classicOnly()
                    .classicUpperBounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
                    .register(registry);
    private final Counter refusals =
            Counter.builder()
                    .name("assay_refusals")
                    .help("Requests refused, by reason")
                    .labelNames("reason")
                    .register(registry);

    private final Counter appraisals =
            Counter.builder()
                    .name("assay_appraisals")
                    .help("Evidence appraised, by verdict; clean changed nothing but liveness")
                    .labelNames("verdict", "clean")
                    .register(registry);
    private final Histogram appraisalSeconds =
            Histogram.builder()
                    .name("assay_appraisal_seconds")
                    .help("From authentic evidence to a durable verdict")
                    .classicOnly()
                    .classicUpperBounds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1)
                    .register(registry);
    private final Histogram evidenceBytes =
            Histogram.builder()
                    .name("assay_evidence_bytes")
                    .help("Evidence as it comes in, its signature included")
                    .classicOnly()
                    .classicUpperBounds(2048, 4096, 8192, 16384, 65536, 262144, 1048576)
                    .register(registry);
    private final Counter events =
            Counter.builder()
                    .name("assay_events")
                    .help("Events of the feed, by type")
                    .labelNames("type")
                    .register(registry);
    private final Histogram resetSeconds =
            Histogram.builder()
                    .name("assay_reset_seconds")
                    .help(
                            "The clocks of a reset: change to unadmitted and to the order (both at"
                                    + " most), unadmitted to the order, order to golden")
                    .labelNames("clock")
                    .classicOnly()
                    .classicUpperBounds(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
                    .register(registry);
    private final Counter failures =
            Counter.builder()
                    .name("assay_background_failures")
                    .help("The verifier's own failures in the background, by task")
                    .labelNames("task")
                    .register(registry);

    /// @param hosts how many hosts are in each state, at the moment of the scrape
    void watch(Supplier<Map<String, Long>> hosts) {
        GaugeWithCallback.builder()
                .name("assay_hosts")
                .help("Hosts by state")
                .labelNames("state")
                .callback(callback -> hosts.get().forEach((state, n) -> callback.call(n, state)))
                .register(registry);
    }

    /// As the last evidence of each host said, which nobody attests.
    ///
    /// @param means how many hosts are watched by what
    /// @param lost how often their agents lost events since they started
    /// @param oldest by group, the age in seconds of the oldest digest that a host relies on
    void watchWatching(
            Supplier<Map<String, Long>> means,
            DoubleSupplier lost,
            Supplier<Map<String, Long>> oldest) {
        GaugeWithCallback.builder()
                .name("assay_hosts_watching")
                .help("Hosts by what their agents learn of changes by; polling and none are slow")
                .labelNames("means")
                .callback(callback -> means.get().forEach((word, n) -> callback.call(n, word)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("assay_watch_lost")
                .help("Times that agents lost events since they started, over all hosts")
                .callback(callback -> callback.call(lost.getAsDouble()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("assay_oldest_digest_seconds")
                .help("Age of the oldest digest that a host of the group relies on")
                .labelNames("group")
                .callback(callback -> oldest.get().forEach((name, n) -> callback.call(n, name)))
                .register(registry);
    }

    /// @param expiry by channel, how long the newest active baseline is good for
    void watchExpiry(Supplier<? extends Map<String, Duration>> expiry) {
        GaugeWithCallback.builder()
                .name("assay_baseline_expires_seconds")
                .help("Until the newest active baseline of the channel expires; negative after")
                .labelNames("channel")
                .callback(
                        callback ->
                                expiry.get()
                                        .forEach(
                                                (channel, left) ->
                                                        callback.call(
                                                                (double) left.toSeconds(),
                                                                channel)))
                .register(registry);
    }

    @Override
    public void appraised(Verdict verdict, boolean clean, long nanos) {
        appraisals.labelValues(verdict.wire(), Boolean.toString(clean)).inc();
        appraisalSeconds.observe(nanos / NANOS_PER_SECOND);
    }

    @Override
    public void happened(Event event) {
        events.labelValues(event.type().wire()).inc();
        switch (event.type()) {
            case RESET_ORDERED -> {
                clock(event, "unadmitted-within", "unadmittedWithinMillis");
                clock(event, "ordered-within", "orderedWithinMillis");
                clock(event, "ordered", "orderedMillis");
            }
            case RESET_SUCCEEDED -> clock(event, "golden", "goldenMillis");
            default -> {}
        }
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("type", event.type().wire());
        if (event.host() != null) {
            line = line.addKeyValue("host", event.host());
        }
        if (event.group() != null) {
            line = line.addKeyValue("group", event.group());
        }
        String because = event.details().get("because");
        if (because != null) {
            line = line.addKeyValue("because", because);
        }
        line.log("event");
    }

    private void clock(Event event, String clock, String detail) {
        String millis = event.details().get(detail);
        if (millis != null) {
            resetSeconds.labelValues(clock).observe(Long.parseLong(millis) / 1000.0);
        }
    }

    @Override
    public void failed(String task, Throwable cause) {
        failures.labelValues(task).inc();
        LOG.atError().setCause(cause).addKeyValue("task", task).log("a task failed");
    }

    void answered(Route route, int status) {
        requests.labelValues(route.method().name(), route.path(), Integer.toString(status)).inc();
    }

    void took(Route route, long nanos) {
        seconds.labelValues(route.path()).observe(nanos / NANOS_PER_SECOND);
    }

    void received(Bytes evidence) {
        evidenceBytes.observe(evidence.length());
    }

    void refused(String reason) {
        refusals.labelValues(reason).inc();
    }

    Bytes scrape() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create()
                .write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        return Bytes.copyOf(out.toByteArray());
    }
}
