package dev.assay.verifier.http;

import dev.assay.bytes.Bytes;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What Prometheus reads. Labels are words of the code (routes, reasons, states), never names that
/// came from outside: one scanner would otherwise make a million time series.
final class Metrics {
    static final String MEDIA_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

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

    /// @param hosts how many hosts are in each state, at the moment of the scrape
    /// @param tickerFailures since the start
    Metrics(Supplier<Map<String, Long>> hosts, LongSupplier tickerFailures) {
        GaugeWithCallback.builder()
                .name("assay_hosts")
                .help("Hosts by state")
                .labelNames("state")
                .callback(
                        callback ->
                                hosts.get().forEach((state, n) -> callback.call(n, state)))
                .register(registry);
        CounterWithCallback.builder()
                .name("assay_ticker_failures")
                .help("Rounds of the reset ticker that failed")
                .callback(callback -> callback.call(tickerFailures.getAsLong()))
                .register(registry);
    }

    void answered(Route route, int status) {
        requests.labelValues(route.method().name(), route.path(), Integer.toString(status)).inc();
    }

    void took(Route route, long nanos) {
        seconds.labelValues(route.path()).observe(nanos / 1e9);
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
