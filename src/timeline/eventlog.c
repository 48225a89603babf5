// Opening, appending, recovering. See eventlog.h for the format and what is promised.
#include "timeline/eventlog_inside.h"
#include <stdlib.h>

#define SEGMENT_BYTES (INT64_C(64) << 20)
#define CHUNK_BYTES (1 << 20)

// --- Files that are read ----------------------------------------------------------------------------------------------------
static holding *holding_of(eventlog *l, const os_file *f)
{
    for (size_t i = 0; i < l->held.n; i++)
        if (l->held.v[i].f == f)
            return &l->held.v[i];
    return NULL;
}

os_file *segment_hold(eventlog *l, size_t i)
{
    os_file *f = l->segments.v[i].f;
    holding *h = holding_of(l, f);
    if (h)
        h->readers++;
    else
        vec_push(&l->held, ((holding){ f, 1, false }));
    return f;
}

void segment_drop(eventlog *l, os_file *f)
{
    pthread_mutex_lock(&l->m);
    holding *h = holding_of(l, f);
    bool last = h && --h->readers == 0, close = last && h->retired;
    if (last)
        *h = l->held.v[--l->held.n];
    pthread_mutex_unlock(&l->m);
    if (close)
        os_close(f);
}

void segment_replace(eventlog *l, segment *s, os_file *f)
{
    pthread_mutex_lock(&l->m);
    os_file *before = s->f;
    holding *h = holding_of(l, before);
    s->f = f;
    if (h)
        h->retired = true;
    pthread_mutex_unlock(&l->m);
    if (!h)
        os_close(before);
}

// --- Opening ----------------------------------------------------------------------------------------------------------------
typedef struct opening {
    eventlog *l;
    const timeline_config *c;
    eventlog_fn fn;
    void *p;
    fault *f;
    arena *a;
} opening;

static err damage(const opening *o, int64_t first_no, int64_t at, const char *why)
{
    str path = segment_path(o->a, o->l->dir, first_no);
    return fault_detail(o->f, o->a, E_CORRUPT, "%s, byte %lld: %s", path.s, (long long)at, why);
}

static bool body_whole(const frame *g)
{
    frame_walk w = frame_walk_of(g);
    str bytes;
    while (frame_walk_next(&w, &bytes))
        ;
    return !w.bad && (g->prints.len == 0 || g->prints.len == (size_t)g->count * 17);
}

// Frames of one segment until its end or the first place without a valid frame; that is E_CORRUPT with r->why and r->at.
static err scan_frames(opening *o, frame_reader *r)
{
    eventlog *l = o->l;
    frame g;
    bool found;
    for (;;) {
        int64_t at = r->at;
        TRY(frame_reader_next(r, &g, &found));
        if (!found)
            return E_OK;
        r->why = g.first_no != l->last_no + 1 ? "the frame is not the next one"
                 : body_whole(&g)             ? NULL
                                              : "the frame's body is malformed";
        if (r->why) {
            r->at = at;
            return E_CORRUPT;
        }
        l->last_no += g.count;
        if (!l->unsure_at && l->last_no > o->c->needed_no)
            l->unsure_at = at;
        if (o->fn)
            o->fn(o->p, &g, (uint32_t)r->body_at);
    }
}

// The end of the last segment holds no valid frame. Cut it, unless it cannot be what a crash left of an unfinished write.
static err cut_tail(opening *o, segment *s, frame_reader *r)
{
    bool proof = o->c->needed_no > o->l->last_no;
    const char *why = r->why;
    if (!proof)
        TRY(frame_reader_proof(r, o->l->last_no + 1, &proof));
    if (proof)
        return damage(o, s->head.first_no, r->at, why);
    TRY(os_truncate(s->f, r->at));
    TRY(os_sync(s->f));
    o->l->torn_bytes += s->bytes - r->at;
    s->bytes = r->at;
    return E_OK;
}

static err scan_segment(opening *o, segment *s, bool last)
{
    frame_reader r = { .f = s->f, .salt = s->head.salt, .at = SEGMENT_HEADER_BYTES, .end = s->bytes };
    err e = scan_frames(o, &r);
    // A well-formed frame out of order is not torn, wherever it stands.
    bool torn = e == E_CORRUPT && last;
    if (torn){
        frame g;
        bool found = false;
        frame_reader again = { .f = s->f, .salt = s->head.salt, .at = r.at, .end = s->bytes };
        torn = frame_reader_next(&again, &g, &found) == E_CORRUPT;
        buf_free(&again.b);
    }
    if (torn)
        e = cut_tail(o, s, &r);
    else if (e == E_CORRUPT)
        e = damage(o, s->head.first_no, r.at, r.why);
    buf_free(&r.b);
    return e;
}

static str hex_of(arena *a, const uint8_t id[16])
{
    char *s = arena_array(a, char, 33);
    for (int i = 0; i < 16; i++) {
        s[2 * i] = "0123456789abcdef"[id[i] >> 4];
        s[2 * i + 1] = "0123456789abcdef"[id[i] & 15];
    }
    return (str){ s, 32 };
}

static err read_head(opening *o, segment *s, int64_t first_no)
{
    char bytes[SEGMENT_HEADER_BYTES];
    size_t got;
    const char *why = NULL;
    TRY(os_read_at(s->f, bytes, sizeof bytes, 0, &got));
    err e = segment_head_decode((str){ bytes, got }, &s->head, &why);
    str path = segment_path(o->a, o->l->dir, first_no);
    if (e != E_OK)
        return fault_detail(o->f, o->a, e, "%s: %s", path.s, why);
    if (memcmp(s->head.database, o->l->database, 16) != 0)
        return fault_detail(o->f, o->a, E_CORRUPT, "%s belongs to database %s, this is database %s", path.s,
                            hex_of(o->a, s->head.database).s, hex_of(o->a, o->l->database).s);
    if (s->head.first_no != first_no)
        return damage(o, first_no, 0, "the segment's name and header disagree");
    if (first_no != o->l->last_no + 1)
        return fault_detail(o->f, o->a, E_CORRUPT, "%s: the log has a gap, event %lld should follow", path.s,
                            (long long)o->l->last_no + 1);
    return E_OK;
}

static err open_segment(opening *o, int64_t first_no, bool last)
{
    eventlog *l = o->l;
    segment s = { 0 };
    TRY(os_open(l->o, segment_path(o->a, l->dir, first_no).s, OS_READ | OS_WRITE, &s.f));
    vec_push(&l->segments, s); // closed with the log, whatever happens next
    segment *in = last_segment(l);
    TRY(os_size(in->f, &in->bytes));
    TRY(read_head(o, in, first_no));
    l->unsure_at = 0;
    return scan_segment(o, in, last);
}

// Name, header and content appear together and durable.
static err create_segment(eventlog *l, arena *a)
{
    segment s = { .head = { .first_no = l->last_no + 1 }, .bytes = SEGMENT_HEADER_BYTES };
    memcpy(s.head.database, l->database, 16);
    os_random(l->o, &s.head.salt, sizeof s.head.salt);
    str path = segment_path(a, l->dir, s.head.first_no);
    buf_clear(&l->scratch);
    segment_head_encode(&l->scratch, &s.head);
    TRY(os_write_file(l->o, path.s, buf_str(&l->scratch)));
    TRY(os_open(l->o, path.s, OS_READ | OS_WRITE, &s.f));
    pthread_mutex_lock(&l->m);
    vec_push(&l->segments, s);
    l->synced_bytes = s.bytes;
    pthread_mutex_unlock(&l->m);
    return E_OK;
}

// 16 lower-case hex digits and ".seg".
static bool segment_name(str name, int64_t *ret_no)
{
    uint64_t v = 0;
    if (name.len != 20 || !str_ends(name, S(".seg")))
        return false;
    for (size_t i = 0; i < 16; i++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, name.s[i], 16);
        if (!d)
            return false;
        v = v << 4 | (uint64_t)(d - digits);
    }
    *ret_no = (int64_t)v;
    return v >= 1 && v <= INT64_MAX;
}

// Names that are there need not be durable: the process that made them may have been killed before it synced their directory.
static err make_dir(eventlog *l, arena *a)
{
    err e = os_mkdir(l->o, l->dir);
    if (e != E_OK && e != E_EXISTS)
        return e;
    str up = str_c(l->dir);
    while (up.len && up.s[up.len - 1] != '/')
        up.len--;
    return os_sync_dir(l->o, up.len > 1 ? arena_cstr(a, str_take(up, up.len - 1)) : up.len ? "/" : ".");
}

// The process before this one may have met a failed sync: then pages read fine and yet are not on disk, and a sync would
// claim success. So whatever the database does not take for durable is written once more, the same bytes in the same place.
static err write_again(eventlog *l)
{
    segment *s = last_segment(l);
    int64_t at = l->unsure_at ? l->unsure_at : s->bytes;
    err e = E_OK;
    for (size_t got; e == E_OK && at < s->bytes; at += (int64_t)got) {
        size_t n = s->bytes - at < CHUNK_BYTES ? (size_t)(s->bytes - at) : CHUNK_BYTES;
        buf_clear(&l->scratch);
        buf_reserve(&l->scratch, n);
        e = os_read_at(s->f, l->scratch.s, n, at, &got);
        if (e == E_OK && got != n)
            e = E_IO;
        if (e == E_OK)
            e = os_write_at(s->f, l->scratch.s, n, at);
    }
    TRY(e);
    return os_sync(s->f);
}

static err open_all(opening *o)
{
    eventlog *l = o->l;
    str *names;
    size_t n;
    VEC(int64_t) found = { 0 };
    TRY(make_dir(l, o->a));
    TRY(os_list(l->o, l->dir, o->a, &names, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t no;
        if (segment_name(names[i], &no))
            vec_push(&found, no);
    }
    err e = E_OK;
    for (size_t i = 0; i < found.n && e == E_OK; i++)
        e = open_segment(o, found.v[i], i + 1 == found.n);
    bool none = found.n == 0;
    vec_free(&found);
    TRY(e);
    if (o->c->needed_no > l->last_no)
        return fault_detail(o->f, o->a, E_CORRUPT, "%s ends at event %lld, the database needs it up to %lld", l->dir,
                            (long long)l->last_no, (long long)o->c->needed_no);
    if (none)
        return create_segment(l, o->a);
    l->synced_bytes = last_segment(l)->bytes;
    TRY(os_sync_dir(l->o, l->dir));
    return write_again(l);
}

err eventlog_open(const timeline_config *c, eventlog_fn fn, void *p, fault *f, arena *a, eventlog **ret)
{
    eventlog *l = calloc(1, sizeof *l);
    ENSURE(l && c->needed_no >= 0);
    l->o = c->o;
    l->dir = strdup(c->dir);
    ENSURE(l->dir);
    memcpy(l->database, c->database, 16);
    l->segment_bytes = c->segment_bytes ? c->segment_bytes : SEGMENT_BYTES;
    pthread_mutex_init(&l->m, NULL);
    opening o = { l, c, fn, p, f, a };
    if (f)
        *f = (fault){ 0 };
    err e = open_all(&o);
    if (e != E_OK) {
        if (f && f->code == E_OK)
            fault_detail(f, a, e, "%s", l->dir);
        eventlog_close(l);
        return e;
    }
    l->synced_no = l->last_no;
    *ret = l;
    return E_OK;
}

void eventlog_close(eventlog *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->segments.n; i++)
        os_close(l->segments.v[i].f);
    for (size_t i = 0; i < l->held.n; i++)
        if (l->held.v[i].retired)
            os_close(l->held.v[i].f);
    vec_free(&l->segments);
    vec_free(&l->held);
    buf_free(&l->tail);
    buf_free(&l->scratch);
    pthread_mutex_destroy(&l->m);
    free(l->dir);
    free(l);
}

// --- Writing ----------------------------------------------------------------------------------------------------------------
static err check_synced(eventlog *l, segment *s, os_file *f)
{
    frame_reader r = { .f = f, .salt = s->head.salt, .at = SEGMENT_HEADER_BYTES, .end = l->synced_bytes };
    int64_t next;
    err e = frame_reader_check(&r, s->head.first_no, &next);
    return e == E_OK && next != l->synced_no + 1 ? E_CORRUPT : e;
}

// After a failed write or sync: pages may hold anything, and the old handle has already told its error once. A new one is
// opened, what was synced must still be there, everything behind it is written again. The handle's readers keep theirs.
static err recover(eventlog *l)
{
    if (!l->distrusted)
        return E_OK;
    segment *s = last_segment(l);
    arena *a = arena_create();
    os_file *f = NULL;
    err e = os_open(l->o, segment_path(a, l->dir, s->head.first_no).s, OS_READ | OS_WRITE, &f);
    arena_destroy(a);
    TRY(e);
    e = check_synced(l, s, f);
    if (e == E_OK)
        e = os_truncate(f, l->synced_bytes);
    if (e == E_OK && l->tail.len)
        e = os_write_at(f, l->tail.s, l->tail.len, l->synced_bytes);
    if (e != E_OK) {
        os_close(f);
        return e;
    }
    segment_replace(l, s, f);
    l->distrusted = false;
    return E_OK;
}

err eventlog_sync(eventlog *l)
{
    TRY(recover(l));
    if (l->synced_no == l->last_no)
        return E_OK;
    segment *s = last_segment(l);
    err e = os_sync(s->f);
    if (e != E_OK) {
        l->distrusted = true;
        return e;
    }
    pthread_mutex_lock(&l->m);
    l->synced_no = l->last_no;
    l->synced_bytes = s->bytes;
    pthread_mutex_unlock(&l->m);
    buf_clear(&l->tail);
    return E_OK;
}

err eventlog_roll(eventlog *l)
{
    TRY(eventlog_sync(l));
    if (last_segment(l)->bytes <= SEGMENT_HEADER_BYTES)
        return E_OK;
    arena *a = arena_create();
    err e = create_segment(l, a);
    arena_destroy(a);
    return e;
}

err eventlog_append(eventlog *l, const frame *g, uint32_t *ret_body_at)
{
    ENSURE(body_whole(g));
    if (g->first_no != l->last_no + 1)
        return E_CORRUPT;
    TRY(recover(l));
    if (last_segment(l)->bytes >= l->segment_bytes && last_segment(l)->bytes > SEGMENT_HEADER_BYTES)
        TRY(eventlog_roll(l));
    segment *s = last_segment(l);
    buf_clear(&l->scratch);
    frame_encode(&l->scratch, s->head.salt, l->synced_no, g);
    err e = os_write_at(s->f, l->scratch.s, l->scratch.len, s->bytes);
    if (e != E_OK) {
        l->distrusted = true;
        return e;
    }
    buf_add_str(&l->tail, buf_str(&l->scratch));
    *ret_body_at = (uint32_t)(s->bytes + FRAME_HEADER_BYTES);
    pthread_mutex_lock(&l->m);
    s->bytes += (int64_t)l->scratch.len;
    l->last_no += g->count;
    l->buffer_bytes = (int64_t)(l->tail.cap + l->scratch.cap);
    pthread_mutex_unlock(&l->m);
    return E_OK;
}

// --- Reading ----------------------------------------------------------------------------------------------------------------
static int64_t locked(eventlog *l, const int64_t *v)
{
    pthread_mutex_lock(&l->m);
    int64_t n = *v;
    pthread_mutex_unlock(&l->m);
    return n;
}

int64_t eventlog_last(eventlog *l) { return locked(l, &l->last_no); }
int64_t eventlog_synced(eventlog *l) { return locked(l, &l->synced_no); }

// Index of the segment that holds event `no`; the mutex is held.
size_t segment_index(const eventlog *l, int64_t no)
{
    size_t lo = 0, hi = l->segments.n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (l->segments.v[mid].head.first_no <= no)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

int64_t eventlog_segment_of(eventlog *l, int64_t no)
{
    pthread_mutex_lock(&l->m);
    int64_t first = l->segments.v[segment_index(l, no)].head.first_no;
    pthread_mutex_unlock(&l->m);
    return first;
}

err eventlog_read(eventlog *l, int64_t no, int64_t at, void *p, size_t n, size_t *ret_n)
{
    pthread_mutex_lock(&l->m);
    size_t i = segment_index(l, no);
    int64_t end = i + 1 == l->segments.n ? l->synced_bytes : l->segments.v[i].bytes;
    os_file *f = at < end ? segment_hold(l, i) : NULL;
    pthread_mutex_unlock(&l->m);
    if (!f)
        return E_CORRUPT;
    err e = os_read_at(f, p, (int64_t)n < end - at ? n : (size_t)(end - at), at, ret_n);
    segment_drop(l, f);
    return e;
}

// Frames of one segment; *ret_more false when fn stopped or the synced end is reached.
static err segment_frames(frame_reader *r, int64_t from, int64_t synced_no, eventlog_fn fn, void *p, bool *ret_more)
{
    frame g;
    bool found;
    for (;;) {
        TRY(frame_reader_next(r, &g, &found));
        if (!found)
            return E_OK;
        int64_t last = g.first_no + g.count - 1;
        if (last >= from && (last > synced_no || !fn(p, &g, (uint32_t)r->body_at))) {
            *ret_more = false;
            return E_OK;
        }
    }
}

err eventlog_frames(eventlog *l, int64_t from, eventlog_fn fn, void *p, fault *f, arena *a)
{
    pthread_mutex_lock(&l->m);
    int64_t synced_no = l->synced_no;
    size_t i = segment_index(l, from), n = l->segments.n;
    pthread_mutex_unlock(&l->m);
    bool more = from <= synced_no;
    for (; more && i < n; i++) {
        pthread_mutex_lock(&l->m);
        segment s = l->segments.v[i];
        segment_hold(l, i);
        int64_t end = i + 1 == l->segments.n ? l->synced_bytes : s.bytes;
        pthread_mutex_unlock(&l->m);
        frame_reader r = { .f = s.f, .salt = s.head.salt, .at = SEGMENT_HEADER_BYTES, .end = end };
        err e = segment_frames(&r, from, synced_no, fn, p, &more);
        buf_free(&r.b);
        segment_drop(l, s.f);
        if (e == E_CORRUPT)
            fault_detail(f, a, e, "%s, byte %lld: %s", segment_path(a, l->dir, s.head.first_no).s, (long long)r.at, r.why);
        TRY(e);
    }
    return E_OK;
}

void eventlog_figures(eventlog *l, timeline_stats *s)
{
    pthread_mutex_lock(&l->m);
    s->logged_no = l->synced_no;
    s->segments = (int64_t)l->segments.n;
    for (size_t i = 0; i < l->segments.n; i++)
        s->log_bytes += l->segments.v[i].bytes;
    s->memory_bytes += (int64_t)(l->segments.cap * sizeof(segment)) + l->buffer_bytes;
    s->torn_bytes = l->torn_bytes;
    pthread_mutex_unlock(&l->m);
}
