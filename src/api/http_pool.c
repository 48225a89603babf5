// Calls and their memory, reused: a request costs no malloc once the pool is warm.
#include "api/http_parts.h"
#include <stdlib.h>

#define POOL_IDLE_MAX 64
#define POOL_BUF_KEEP (16 * 1024)            // a buffer that grew beyond this is not kept

http_call *http_pool_take(http_pool *p)
{
    http_call *c = p->idle;
    if (c) {
        p->idle = c->next;
        p->idle_n--;
    } else {
        c = calloc(1, sizeof *c);
        ENSURE(c);
        c->rq.a = arena_create();
        c->pool = p;
    }
    c->next = NULL;
    c->live_next = p->live;
    c->live_prev = NULL;
    if (p->live)
        p->live->live_prev = c;
    p->live = c;
    c->state = CALL_ARRIVING;
    return c;
}

static void keep_small(buf *b)
{
    if (b->cap > POOL_BUF_KEEP)
        buf_free(b);
    buf_clear(b);
}

static void call_free(http_call *c)
{
    arena_destroy(c->rq.a);
    buf_free(&c->head);
    buf_free(&c->body);
    buf_free(&c->out);
    vec_free(&c->marks);
    free(c);
}

static void unlink_live(http_call *c)
{
    if (c->live_prev)
        c->live_prev->live_next = c->live_next;
    else
        c->pool->live = c->live_next;
    if (c->live_next)
        c->live_next->live_prev = c->live_prev;
}

void http_pool_give(http_call *c)
{
    http_pool *p = c->pool;
    unlink_live(c);
    p->memory -= c->charged;
    if (p->idle_n >= POOL_IDLE_MAX) {
        call_free(c);
        return;
    }
    arena_reset(c->rq.a);
    keep_small(&c->head);
    keep_small(&c->body);
    keep_small(&c->out);
    c->marks.n = 0;
    http_call clean = { .pool = p, .rq.a = c->rq.a, .head = c->head, .body = c->body, .out = c->out, .next = p->idle };
    clean.marks.v = c->marks.v;
    clean.marks.cap = c->marks.cap;
    *c = clean;
    p->idle = c;
    p->idle_n++;
}

bool http_pool_charge(http_call *c, size_t bytes)
{
    http_pool *p = c->pool;
    if (p->memory + bytes > p->memory_max)
        return false;
    p->memory += bytes;
    c->charged += bytes;
    return true;
}

void http_pool_free(http_pool *p)
{
    while (p->live)
        http_pool_give(p->live);
    while (p->idle) {
        http_call *c = p->idle;
        p->idle = c->next;
        call_free(c);
    }
    while (p->inflates) {
        http_inflate *i = p->inflates;
        p->inflates = i->next;
        inflateEnd(&i->z);
        free(i);
    }
    *p = (http_pool){ 0 };
}
