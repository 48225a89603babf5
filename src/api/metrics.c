// Numbers about this process for Prometheus. Each loop counts its own without locks; whichever is asked adds them up.
#include "api/api_impl.h"

const int64_t latency_bounds_us[LATENCY_BUCKETS] = { 500,    1000,   2500,   5000,    10000,   25000,
                                                     50000, 100000, 250000, 500000, 1000000, 2500000 };

void metrics_count(route_metrics *m, int status, int64_t us)
{
    int class = status / 100;
    count_own(&m->by_class[class >= 1 && class <= 5 ? class : 0], 1);
    int i = 0;
    while (i < LATENCY_BUCKETS && us > latency_bounds_us[i])
        i++;
    count_own(&m->bucket[i], 1);
    count_own(&m->sum_us, us > 0 ? (uint64_t)us : 0);
}

#define NOW(field) atomic_load_explicit(&(field), memory_order_relaxed)

typedef struct totals {
    uint64_t by_class[6], bucket[LATENCY_BUCKETS + 1], sum_us;
} totals;

// Of a route, over all loops.
static totals totals_of(const api *p, size_t route_at)
{
    totals out = { 0 };
    for (int l = 0; l < p->loops_n; l++) {
        const route_metrics *m = &p->loops[l].metrics[route_at];
        for (size_t i = 0; i < sizeof out.by_class / sizeof *out.by_class; i++)
            out.by_class[i] += NOW(m->by_class[i]);
        for (size_t i = 0; i <= LATENCY_BUCKETS; i++)
            out.bucket[i] += NOW(m->bucket[i]);
        out.sum_us += NOW(m->sum_us);
    }
    return out;
}

// What the loops' connections and streams come to.
typedef struct together {
    http_stats http;
    uint64_t undeclared, dropped;
} together;

static together together_of(const api *p)
{
    together t = { 0 };
    for (int l = 0; l < p->loops_n; l++) {
        const http_stats h = http_stats_now(p->loops[l].http);
        t.http.open += h.open;
        t.http.accepted += h.accepted;
        t.http.refused += h.refused;
        t.http.timeouts += h.timeouts;
        t.http.bytes_in += h.bytes_in;
        t.http.bytes_out += h.bytes_out;
        t.undeclared += NOW(p->loops[l].undeclared);
        t.dropped += NOW(p->loops[l].hub.dropped);
    }
    return t;
}

static void head_line(buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void plain(buf *b, const char *name, const char *type, const char *help, int64_t v)
{
    head_line(b, name, type, help);
    buf_addf(b, "%s %lld\n", name, (long long)v);
}

static void seconds(buf *b, uint64_t us) { buf_addf(b, "%llu.%06llu", (unsigned long long)(us / 1000000), (unsigned long long)(us % 1000000)); }

static void route_label(buf *b, const api *p, size_t i)
{
    if (i == router_count(p->routes))
        buf_add_str(b, S("route=\"none\""));
    else
        buf_addf(b, "route=\"%s %s\"", method_names[router_at(p->routes, i)->method], router_at(p->routes, i)->path);
}

static void requests(const api *p, buf *b)
{
    head_line(b, "lianyi_http_requests_total", "counter", "Requests answered, by route and class of status.");
    for (size_t i = 0; i <= router_count(p->routes); i++) {
        const totals m = totals_of(p, i);
        for (int class = 1; class <= 5; class++) {
            if (!m.by_class[class])
                continue;
            buf_add_str(b, S("lianyi_http_requests_total{"));
            route_label(b, p, i);
            buf_addf(b, ",class=\"%dxx\"} %llu\n", class, (unsigned long long)m.by_class[class]);
        }
    }
}

static void bucket_line(const api *p, buf *b, size_t i, int bound, uint64_t so_far)
{
    buf_add_str(b, S("lianyi_http_request_seconds_bucket{"));
    route_label(b, p, i);
    buf_add_str(b, S(",le=\""));
    if (bound < LATENCY_BUCKETS)
        seconds(b, (uint64_t)latency_bounds_us[bound]);
    else
        buf_add_str(b, S("+Inf"));
    buf_addf(b, "\"} %llu\n", (unsigned long long)so_far);
}

static void latencies(const api *p, buf *b)
{
    head_line(b, "lianyi_http_request_seconds", "histogram", "From a request's arrival to its answer.");
    for (size_t i = 0; i <= router_count(p->routes); i++) {
        const totals m = totals_of(p, i);
        uint64_t so_far = 0;
        for (int k = 0; k <= LATENCY_BUCKETS; k++)
            so_far += m.bucket[k];
        if (!so_far)
            continue;
        so_far = 0;
        for (int k = 0; k <= LATENCY_BUCKETS; k++)
            bucket_line(p, b, i, k, so_far += m.bucket[k]);
        buf_add_str(b, S("lianyi_http_request_seconds_sum{"));
        route_label(b, p, i);
        buf_add_str(b, S("} "));
        seconds(b, m.sum_us);
        buf_add_str(b, S("\nlianyi_http_request_seconds_count{"));
        route_label(b, p, i);
        buf_addf(b, "} %llu\n", (unsigned long long)so_far);
    }
}

static void tellers(const api *p, buf *b)
{
    teller_stats s = teller_stats_now(p->c.teller);
    plain(b, "lianyi_teller_groups_total", "counter", "Groups committed.", s.groups);
    plain(b, "lianyi_teller_operations_total", "counter", "Operations run.", s.operations);
    plain(b, "lianyi_teller_undone_total", "counter", "Operations undone.", s.undone);
    plain(b, "lianyi_teller_events_total", "counter", "Events committed.", s.events);
    plain(b, "lianyi_teller_queue", "gauge", "Operations waiting.", s.queue_now);
    plain(b, "lianyi_teller_stall_longest_us", "gauge", "Longest group, in microseconds.", s.stall_longest_us);
    plain(b, "lianyi_event_head", "gauge", "Number of the last committed event.", s.head_no);
    plain(b, "lianyi_event_shipped", "gauge", "Number of the last event in the log.", s.shipped_no);
}

void metrics_write(api *p, buf *b)
{
    const together t = together_of(p);
    const http_stats h = t.http;
    requests(p, b);
    latencies(p, b);
    plain(b, "lianyi_http_loops", "gauge", "Threads with connections of their own.", p->loops_n);
    plain(b, "lianyi_http_connections", "gauge", "Connections open.", h.open);
    plain(b, "lianyi_http_connections_total", "counter", "Connections accepted.", h.accepted);
    plain(b, "lianyi_http_refused_total", "counter", "Requests refused below routes.", h.refused);
    plain(b, "lianyi_http_timeouts_total", "counter", "Connections ended by a deadline.", h.timeouts);
    plain(b, "lianyi_http_bytes_in_total", "counter", "Bytes read.", h.bytes_in);
    plain(b, "lianyi_http_bytes_out_total", "counter", "Bytes written.", h.bytes_out);
    plain(b, "lianyi_api_undeclared_total", "counter", "Errors and replies that no route declares: bugs.", (int64_t)t.undeclared);
    plain(b, "lianyi_readers_queue", "gauge", "Reads waiting for a thread.", (int64_t)pool_waiting(p->readers));
    plain(b, "lianyi_slow_queue", "gauge", "Password checks waiting.", (int64_t)pool_waiting(p->slow));
    plain(b, "lianyi_streams", "gauge", "Live streams open.", atomic_load(&p->listeners));
    plain(b, "lianyi_stream_dropped_total", "counter", "Live messages dropped.", (int64_t)t.dropped);
    if (p->c.teller)
        tellers(p, b);
    if (p->c.metrics)
        p->c.metrics(p->c.app, b);
}
