// The process's api: opened, run on one thread a loop, stopped, closed.
#include "api/api_impl.h"
#include "base/time.h"
#include <stdlib.h>
#include <unistd.h>

// --- One loop ------------------------------------------------------------------------------------------------------------------------
// Gives every handle of ours on the loop back to it. Loop thread, or after the loop has ended.
static void shut_handles(api_loop *l)
{
    if (l->shut)
        return;
    l->shut = true;
    hub_shut(l);
    hold_shut(l);
    uv_close((uv_handle_t *)&l->stop, NULL);
}

static void on_stop(uv_async_t *h)
{
    api_loop *l = h->data;
    shut_handles(l);
    http_stop(l->http);
}

// What all loops may hold together is divided among them.
static http_limits share_of(const api *p)
{
    http_limits l = p->c.limits;
    l.memory_bytes = (l.memory_bytes ? l.memory_bytes : http_limits_default.memory_bytes) / (size_t)p->loops_n;
    l.connections_max = (l.connections_max ? l.connections_max : http_limits_default.connections_max) / p->loops_n;
    return l;
}

static err loop_open(api_loop *l, fault *f, arena *a)
{
    api *p = l->api;
    const api_config *c = &p->c;
    http_config h = http_handlers;
    h.host = c->host;
    h.port = c->port;
    h.listen_fd = l == p->loops ? 0 : http_fd(p->loops->http);
    h.limits = share_of(p);
    h.user = l;
    l->metrics = calloc(router_count(p->routes) + 1, sizeof *l->metrics);
    ENSURE(l->metrics);
    os_random(c->o, &l->boot, sizeof l->boot);
    TRY(db_open(c->o, c->db_path, DB_READER, &l->reader));
    TRY(http_open(&h, f, a, &l->http));
    l->stop.data = l;
    ENSURE(uv_async_init(http_loop(l->http), &l->stop, on_stop) == 0);
    hub_open(l);
    hold_open(l);
    return E_OK;
}

static void loop_close(api_loop *l)
{
    if (l->http) {
        shut_handles(l);
        http_close(l->http);
        hub_free(l);
    }
    db_close(l->reader);
    free(l->metrics);
}

// --- Opening -------------------------------------------------------------------------------------------------------------------------
static err lint(const api_config *c, fault *f, arena *a)
{
    buf report = { 0 };
    route_lint(c->tables, &report);
    str rest = buf_str(&report), first = str_cut(&rest, '\n');
    err e = first.len ? fault_detail(f, a, E_INTERNAL, STR_FMT, STR_ARG(first)) : E_OK;
    buf_free(&report);
    return e;
}

#define READ_MOST_US (30 * US_PER_S)   // of one request, of the database: the slowest known takes under two on a million people
#define WORK_MOST_US (10 * US_PER_MIN) // what prepares a write

static err open_parts(api *p, fault *f, arena *a)
{
    const api_config *c = &p->c;
    TRY(pool_open(c->o, c->db_path, c->readers, c->readers_queue, READ_MOST_US, run_on_reader, f, a, &p->readers));
    TRY(pool_open(c->o, c->db_path, c->slow, c->slow_queue, WORK_MOST_US, run_work, f, a, &p->slow));
    for (int i = 0; i < p->loops_n; i++)
        TRY(loop_open(&p->loops[i], f, a));
    return E_OK;
}

static int loops_of(const api_config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long n = c->loops ? c->loops : cores;
    return n < 1 ? 1 : n > API_LOOPS_MAX ? API_LOOPS_MAX : (int)n;
}

static void fill_defaults(api_config *c)
{
    c->readers = c->readers ? c->readers : 2;
    c->slow = c->slow ? c->slow : 1;
    c->rate_per_minute = c->rate_per_minute ? c->rate_per_minute : API_RATE_PER_MINUTE;
    c->readers_queue = c->readers_queue ? c->readers_queue : 256;
    c->slow_queue = c->slow_queue ? c->slow_queue : 32;
}

err api_open(const api_config *c, fault *f, arena *a, api **ret)
{
    TRY(lint(c, f, a));
    api *p = calloc(1, sizeof *p);
    ENSURE(p);
    p->c = *c;
    fill_defaults(&p->c);
    p->loops_n = loops_of(c);
    p->loops = calloc((size_t)p->loops_n, sizeof *p->loops);
    p->routes = router_build(c->tables);
    p->limits = calloc(1, sizeof *p->limits);
    ENSURE(p->limits && p->loops);
    pthread_mutex_init(&p->limits_lock, NULL);
    hash_random_key(&p->limits->key);
    for (int i = 0; i < p->loops_n; i++)
        p->loops[i].api = p;
    openapi_write(p->routes, c->version ? c->version : "0", &p->openapi);
    err e = open_parts(p, f, a);
    if (e != E_OK) {
        api_close(p);
        return e;
    }
    *ret = p;
    return E_OK;
}

int api_port(const api *p) { return http_port(p->loops->http); }
const router *api_router(const api *p) { return p->routes; }
http_server *api_http(const api *p) { return p->loops->http; }

// --- Running ----------------------------------------------------------------------------------------------------------------------------
static void *loop_main(void *arg)
{
    api_loop *l = arg;
    http_run(l->http);
    return NULL;
}

err api_run(api *p)
{
    err e = E_OK;
    for (int i = 1; i < p->loops_n && e == E_OK; i++) {
        p->loops[i].started = pthread_create(&p->loops[i].thread, NULL, loop_main, &p->loops[i]) == 0;
        e = p->loops[i].started ? E_OK : E_IO;
    }
    if (e != E_OK)
        api_stop(p);
    err first = http_run(p->loops->http);
    for (int i = 1; i < p->loops_n; i++)
        if (p->loops[i].started)
            pthread_join(p->loops[i].thread, NULL);
    return e != E_OK ? e : first;
}

void api_stop(api *p)
{
    if (atomic_exchange(&p->stopping, true))
        return;
    for (int i = 0; i < p->loops_n; i++)
        uv_async_send(&p->loops[i].stop);
}

void api_close(api *p)
{
    if (!p)
        return;
    if (p->readers)
        pool_stop(p->readers);
    if (p->slow)
        pool_stop(p->slow);
    atomic_store(&p->stopping, true);
    for (int i = p->loops_n; i-- > 0;)        // the first owns the socket
        loop_close(&p->loops[i]);
    pool_close(p->readers);
    pool_close(p->slow);
    router_free(p->routes);
    buf_free(&p->openapi);
    pthread_mutex_destroy(&p->limits_lock);
    free(p->limits);
    free(p->loops);
    free(p);
}
