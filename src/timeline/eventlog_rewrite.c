// Rewriting. A closed segment is written again beside itself, as long to the byte, with some of its events changed: nothing left of
// them but what event_erase leaves, or values in them starred; read back; then it takes the old one's name and its readers. Offsets
// stay, so nothing that points into the segment moves, and frames keep their numbers, so what was done by half is simply begun again.
#include "timeline/eventlog_inside.h"

typedef struct rewriting {
    eventlog *l;
    segment s;                 // as it is now
    os_file *out;
    rewrite_fn fn;
    void *p;
    int64_t changed;
    buf body, scratch;         // of a frame
    arena *a;                  // of an event
} rewriting;

// One frame's events, in w->body (its body, then its prints).
static err change_events(rewriting *w, frame *g)
{
    buf_clear(&w->body);
    buf_add_str(&w->body, g->body);
    buf_add_str(&w->body, g->prints);
    g->body.s = w->body.s;
    g->prints.s = w->body.s + g->body.len;
    frame_walk walk = frame_walk_of(g);
    str bytes;
    for (uint32_t i = 0; frame_walk_next(&walk, &bytes); i++) {
        rewritten how = REWRITTEN_NOT;
        arena_reset(w->a);
        TRY(w->fn(w->p, g->first_no + i, w->body.s + (bytes.s - w->body.s), bytes.len, w->a, &how));
        w->changed += how != REWRITTEN_NOT;
        if (how == REWRITTEN_EMPTY && g->prints.len)
            memset(w->body.s + g->body.len + (size_t)i * 17, 0, 17);
    }
    return walk.bad ? E_CORRUPT : E_OK;
}

static err write_frames(rewriting *w, frame_reader *r)
{
    frame g;
    bool found;
    segment_head_encode(&w->scratch, &w->s.head);
    TRY(os_write_at(w->out, w->scratch.s, w->scratch.len, 0));
    for (;;) {
        int64_t at = r->at;
        TRY(frame_reader_next(r, &g, &found));
        if (!found)
            return E_OK;
        TRY(change_events(w, &g));
        buf_clear(&w->scratch);
        frame_encode(&w->scratch, w->s.head.salt, r->synced_no, &g);
        ENSURE(at + (int64_t)w->scratch.len == r->at);
        TRY(os_write_at(w->out, w->scratch.s, w->scratch.len, at));
    }
}

// The old copy is about to go: what stands in its place must read the same way.
static err read_back(rewriting *w)
{
    frame_reader r = { .f = w->out, .salt = w->s.head.salt, .at = SEGMENT_HEADER_BYTES, .end = w->s.bytes };
    int64_t next;
    err e = frame_reader_check(&r, w->s.head.first_no, &next);
    return e == E_OK && r.at != w->s.bytes ? E_CORRUPT : e;
}

static err rewrite(rewriting *w, os_file *in)
{
    frame_reader r = { .f = in, .salt = w->s.head.salt, .at = SEGMENT_HEADER_BYTES, .end = w->s.bytes };
    err e = write_frames(w, &r);
    buf_free(&r.b);
    if (e == E_OK && w->changed)
        e = os_sync(w->out);
    return e == E_OK && w->changed ? read_back(w) : e;
}

// The new file takes the name, then the readers.
static err take_over(rewriting *w, const char *temp, arena *a)
{
    eventlog *l = w->l;
    os_file *f;
    const char *path = segment_path(a, l->dir, w->s.head.first_no).s;
    TRY(os_rename(l->o, temp, path));
    TRY(os_sync_dir(l->o, l->dir));
    TRY(os_open(l->o, path, OS_READ | OS_WRITE, &f));
    pthread_mutex_lock(&l->m);
    segment *s = &l->segments.v[segment_index(l, w->s.head.first_no)];
    pthread_mutex_unlock(&l->m);
    segment_replace(l, s, f);
    return E_OK;
}

static err rewrite_segment(rewriting *w, os_file *in, arena *a)
{
    eventlog *l = w->l;
    const char *temp = arena_fmt(a, "%s/%016llx.new", l->dir, (long long)w->s.head.first_no).s;
    err e = os_remove(l->o, temp);             // what an interrupted one left
    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    TRY(os_open(l->o, temp, OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, &w->out));
    e = rewrite(w, in);
    os_close(w->out);
    if (e == E_OK && w->changed)
        return take_over(w, temp, a);
    os_remove(l->o, temp);
    return e;
}

err eventlog_rewrite(eventlog *l, int64_t no, rewrite_fn fn, void *p, int64_t *ret_changed, bool *ret_open)
{
    rewriting w = { .l = l, .fn = fn, .p = p };
    pthread_mutex_lock(&l->m);
    size_t i = segment_index(l, no);
    *ret_open = i + 1 == l->segments.n;
    os_file *in = *ret_open ? NULL : segment_hold(l, i);
    w.s = l->segments.v[i];
    pthread_mutex_unlock(&l->m);
    *ret_changed = 0;
    if (*ret_open)
        return E_OK;
    arena *a = arena_create();
    w.a = arena_create();
    err e = rewrite_segment(&w, in, a);
    segment_drop(l, in);
    buf_free(&w.body);
    buf_free(&w.scratch);
    arena_destroy(w.a);
    arena_destroy(a);
    if (e == E_OK)
        *ret_changed = w.changed;
    return e;
}
