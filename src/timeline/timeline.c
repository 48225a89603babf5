// Readable memory: a row of 24 bytes per event, chained per subject; payload in the log, or in memory until it is synced there.
// One writer (teller and shipper, serialised by the lock where they meet), many readers.
#include "base/vec.h"
#include "timeline/eventlog.h"
#include "timeline/recent.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct row {
    int64_t time_us;
    uint32_t subject, kind; // kind 0: hidden
    uint32_t back; // how many numbers before this one the subject's event before it has; 0: none
    uint32_t at;   // of the payload's length: in the segment, or in the pending group's body
} row;
_Static_assert(sizeof(row) == 24, "the index promises 24 bytes per event");

// Chunks never move, so growing copies nothing. Subjects are dense, so a directory over all of them stays sparse in memory.
#define CHUNK 16384
#define SUBJECT_CHUNKS (1 << 18)

typedef struct pending {
    frame g; // bytes are ours
    int64_t last_no;
    uint32_t body_at; // in its segment, once appended
    bool appended;
} pending;

struct timeline {
    pthread_rwlock_t lock; // over everything but `log` and `head`
    eventlog *log;
    _Atomic int64_t head;
    VEC(row *) rows;
    int64_t **last; // per subject: number of its last event, by chunks
    int64_t subjects, subject_chunks;
    uint32_t chunks_end;           // no chunk from here on
    VEC(pending) waiting; // groups not yet synced, in order
    int64_t pending_bytes;
    links links;
    bool hides; // some event is hidden
};

static row *row_of(const timeline *t, int64_t no) { return &t->rows.v[(no - 1) / CHUNK][(no - 1) % CHUNK]; }

static int64_t *last_of(timeline *t, uint32_t subject)
{
    int64_t **chunk = &t->last[subject / CHUNK];
    if (!*chunk) {
        *chunk = calloc(CHUNK, sizeof **chunk);
        ENSURE(*chunk);
        t->subject_chunks++;
        t->chunks_end = subject / CHUNK + 1 > t->chunks_end ? subject / CHUNK + 1 : t->chunks_end;
    }
    return &(*chunk)[subject % CHUNK];
}

static int64_t last_event(const timeline *t, uint32_t subject)
{
    const int64_t *chunk = t->last[subject / CHUNK];
    return chunk ? chunk[subject % CHUNK] : 0;
}

// Indexes one group; `base` is added to the payload's offsets in the body. The lock is held. False: bytes that are no events.
static bool index_group(timeline *t, const frame *g, uint32_t base)
{
    frame_walk w = frame_walk_of(g);
    int64_t no = g->first_no;
    ENSURE(no + g->count <= UINT32_MAX); // `back` is 32 bits; at 24 bytes a row memory ends long before
    for (str bytes;; no++) {
        uint32_t at = (uint32_t)((const char *)w.c.p - g->body.s);
        event e;
        if (!frame_walk_next(&w, &bytes))
            break;
        if (event_decode_head(bytes, &e) != E_OK)
            return false;
        if ((no - 1) % CHUNK == 0) {
            row *chunk = malloc(CHUNK * sizeof(row));
            ENSURE(chunk);
            vec_push(&t->rows, chunk);
        }
        int64_t *last = last_of(t, e.subject);
        t->subjects += *last == 0;
        *row_of(t, no) = (row){ e.time_us, e.subject, e.kind, *last ? (uint32_t)(no - *last) : 0, base + at };
        *last = no;
    }
    return !w.bad;
}

typedef struct rebuild {
    timeline *t;
    bool bad;
    int64_t first_no;
} rebuild;

static bool rebuild_frame(void *p, const frame *g, uint32_t body_at)
{
    rebuild *r = p;
    if (!r->bad && !index_group(r->t, g, body_at)) {
        r->bad = true;
        r->first_no = g->first_no;
    }
    atomic_store(&r->t->head, g->first_no + g->count - 1);
    return !r->bad;
}

err timeline_open(const timeline_config *c, fault *f, arena *a, timeline **ret, int64_t *ret_last)
{
    timeline *t = calloc(1, sizeof *t);
    ENSURE(t);
    t->last = calloc(SUBJECT_CHUNKS, sizeof *t->last);
    ENSURE(t->last);
    pthread_rwlockattr_t attr;
    pthread_rwlockattr_init(&attr);
    // Readers come in numbers and would otherwise keep the writer waiting, and with it every commit.
    pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&t->lock, &attr);
    pthread_rwlockattr_destroy(&attr);
    rebuild r = { t, false, 0 };
    err e = eventlog_open(c, rebuild_frame, &r, f, a, &t->log);
    if (e == E_OK && r.bad)
        e = fault_detail(f, a, E_CORRUPT, "%s: the group of event %lld holds bytes that are no events", c->dir,
                         (long long)r.first_no);
    if (e != E_OK) {
        timeline_close(t);
        return e;
    }
    *ret = t;
    *ret_last = eventlog_last(t->log);
    return E_OK;
}

void timeline_close(timeline *t)
{
    if (!t)
        return;
    eventlog_close(t->log);
    for (size_t i = 0; i < t->rows.n; i++)
        free(t->rows.v[i]);
    for (size_t i = 0; i < t->chunks_end; i++)
        free(t->last[i]);
    for (size_t i = 0; i < t->waiting.n; i++)
        free((char *)(uintptr_t)t->waiting.v[i].g.body.s);
    free(t->last);
    vec_free(&t->rows);
    vec_free(&t->waiting);
    links_free(&t->links);
    pthread_rwlock_destroy(&t->lock);
    free(t);
}

// --- Writing ----------------------------------------------------------------------------------------------------------------
// Body and prints in one block, so that one free ends both.
static frame copy_frame(const frame *g)
{
    char *p = malloc(g->body.len + g->prints.len + 1);
    ENSURE(p);
    if (g->body.len)
        memcpy(p, g->body.s, g->body.len);
    if (g->prints.len)
        memcpy(p + g->body.len, g->prints.s, g->prints.len);
    frame copy = *g;
    copy.body.s = p;
    copy.prints.s = p + g->body.len;
    return copy;
}

void timeline_add(timeline *t, const frame *g)
{
    int64_t head = atomic_load(&t->head), last = g->first_no + g->count - 1;
    if (last <= head)
        return;
    ENSURE(g->first_no == head + 1);
    pending p = { .g = copy_frame(g), .last_no = last };
    pthread_rwlock_wrlock(&t->lock);
    ENSURE(index_group(t, &p.g, 0));
    vec_push(&t->waiting, p);
    t->pending_bytes += (int64_t)(g->body.len + g->prints.len);
    pthread_rwlock_unlock(&t->lock);
    atomic_store(&t->head, last);
}

err timeline_append(timeline *t, const frame *g)
{
    uint32_t body_at;
    if (g->first_no + g->count - 1 <= eventlog_last(t->log))
        return E_OK;
    if (g->first_no > timeline_head(t) + 1)
        return E_CORRUPT;
    timeline_add(t, g);
    TRY(eventlog_append(t->log, g, &body_at));
    pthread_rwlock_wrlock(&t->lock);
    for (size_t i = 0; i < t->waiting.n; i++) {
        pending *p = &t->waiting.v[i];
        if (p->g.first_no != g->first_no)
            continue;
        p->body_at = body_at;
        p->appended = true;
    }
    pthread_rwlock_unlock(&t->lock);
    return E_OK;
}

// From now on the group's payload is read from the log. The lock is held.
static void release_group(timeline *t, pending *p)
{
    for (int64_t no = p->g.first_no; no <= p->last_no; no++)
        row_of(t, no)->at += p->body_at;
    t->pending_bytes -= (int64_t)(p->g.body.len + p->g.prints.len);
    free((char *)(uintptr_t)p->g.body.s);
}

err timeline_sync(timeline *t)
{
    TRY(eventlog_sync(t->log));
    int64_t synced = eventlog_synced(t->log);
    size_t n = 0;
    pthread_rwlock_wrlock(&t->lock);
    while (n < t->waiting.n && t->waiting.v[n].appended && t->waiting.v[n].last_no <= synced)
        release_group(t, &t->waiting.v[n++]);
    t->waiting.n -= n;
    if (n && t->waiting.n)
        memmove(t->waiting.v, t->waiting.v + n, t->waiting.n * sizeof *t->waiting.v);
    pthread_rwlock_unlock(&t->lock);
    return E_OK;
}

// --- Taking back ------------------------------------------------------------------------------------------------------------
void timeline_hide(timeline *t, event_span span)
{
    int64_t last = span.to < timeline_head(t) ? span.to : timeline_head(t);
    for (int64_t no = span.from; no <= last; no++) {
        pthread_rwlock_wrlock(&t->lock);       // a chunk at a time, so that readers come in between
        t->hides = true;
        for (int64_t end = no + CHUNK < last ? no + CHUNK : last; no < end; no++)
            row_of(t, no)->kind = 0;
        row_of(t, no)->kind = 0;
        pthread_rwlock_unlock(&t->lock);
    }
}

// --- Erasure ----------------------------------------------------------------------------------------------------------------
err timeline_roll(timeline *t)
{
    TRY(timeline_sync(t));
    return eventlog_roll(t->log);
}

typedef VEC(int64_t) event_numbers;

static int by_number(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return p < q ? -1 : p > q;
}

static err erase_named(void *p, int64_t no, char *bytes, size_t n, arena *a, rewritten *ret)
{
    const event_numbers *v = p;
    bool had = false;
    if (v->n && bsearch(&no, v->v, v->n, sizeof no, by_number))
        TRY(event_erase(bytes, n, a, &had));
    *ret = had ? REWRITTEN_EMPTY : REWRITTEN_NOT;
    return E_OK;
}

// Sorted. By person and time, as questions see it: what was handed on belongs to the next one.
static void numbers_of(timeline *t, const uint32_t *persons, size_t n, event_numbers *out)
{
    arena *a = arena_create();
    for (size_t i = 0; i < n; i++) {
        event_ref *refs_;
        size_t refs_n;
        timeline_person_refs_all(t, persons[i], timeline_head(t), a, &refs_, &refs_n);
        for (size_t k = 0; k < refs_n; k++)
            vec_push(out, refs_[k].no);
        arena_reset(a);
    }
    arena_destroy(a);
    if (out->n)
        qsort(out->v, out->n, sizeof *out->v, by_number);
}

// Every segment that holds one of the numbers, which are in order, once.
static err rewrite_numbers(timeline *t, const event_numbers *numbers, rewrite_fn fn, void *p, int64_t *ret_changed, int64_t *ret_left)
{
    int64_t changed = 0, left = 0, done = 0, logged = timeline_logged(t);  // done: first number of the segment last looked at
    bool open = false;
    for (size_t i = 0; i < numbers->n; i++) {
        int64_t some = 0, no = numbers->v[i], segment = no <= logged ? eventlog_segment_of(t->log, no) : 0;
        if (segment && segment != done)
            TRY(eventlog_rewrite(t->log, no, fn, p, &some, &open));
        done = segment;
        changed += some;
        left += !segment || open;
    }
    *ret_changed = changed;
    *ret_left = left;
    return E_OK;
}

// `numbers` is freed.
static err erase_numbers(timeline *t, event_numbers numbers, int64_t *ret_erased, int64_t *ret_left)
{
    err e = rewrite_numbers(t, &numbers, erase_named, &numbers, ret_erased, ret_left);
    vec_free(&numbers);
    return e;
}

typedef struct stars { const event_said *v; size_t n; } stars;

static int by_said(const void *x, const void *y) { return by_number(&((const event_said *)x)->no, &((const event_said *)y)->no); }

static err star_named(void *p, int64_t no, char *bytes, size_t n, arena *a, rewritten *ret)
{
    const stars *s = p;
    const event_said key = { .no = no }, *said = bsearch(&key, s->v, s->n, sizeof key, by_said);
    bool had = false;
    if (said)
        TRY(event_star(bytes, n, said->values, said->n, a, &had));
    *ret = had ? REWRITTEN_PARTLY : REWRITTEN_NOT;
    return E_OK;
}

err timeline_star(timeline *t, const event_said *v, size_t n, int64_t *ret_starred, int64_t *ret_left)
{
    event_numbers numbers = { 0 };
    stars s = { v, n };
    *ret_starred = *ret_left = 0;
    if (n == 0)
        return E_OK;
    for (size_t i = 0; i < n; i++)
        vec_push(&numbers, v[i].no);
    err e = rewrite_numbers(t, &numbers, star_named, &s, ret_starred, ret_left);
    vec_free(&numbers);
    return e;
}

err timeline_erase(timeline *t, const uint32_t *persons, size_t n, int64_t *ret_erased, int64_t *ret_left)
{
    event_numbers numbers = { 0 };
    numbers_of(t, persons, n, &numbers);
    return erase_numbers(t, numbers, ret_erased, ret_left);
}

err timeline_erase_spans(timeline *t, const event_span *spans, size_t n, int64_t *ret_erased, int64_t *ret_left)
{
    event_numbers numbers = { 0 };
    int64_t head = timeline_head(t);
    for (size_t i = 0; i < n; i++)
        for (int64_t no = spans[i].from; no <= spans[i].to && no <= head; no++)
            vec_push(&numbers, no);
    if (numbers.n)
        qsort(numbers.v, numbers.n, sizeof *numbers.v, by_number);
    return erase_numbers(t, numbers, ret_erased, ret_left);
}

int64_t timeline_person_count(timeline *t, uint32_t person, int64_t head)
{
    arena *a = arena_create();
    event_ref *refs_;
    size_t n;
    timeline_person_refs(t, person, head, a, &refs_, &n);
    arena_destroy(a);
    return (int64_t)n;
}

int64_t timeline_logged(const timeline *t) { return eventlog_synced(t->log); }
int64_t timeline_head(const timeline *t) { return atomic_load(&((timeline *)(uintptr_t)t)->head); }

void timeline_link(timeline *t, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us)
{
    pthread_rwlock_wrlock(&t->lock);
    links_set(&t->links, subject, person, from_us, to_us);
    pthread_rwlock_unlock(&t->lock);
}

// --- Reading ----------------------------------------------------------------------------------------------------------------
uint32_t timeline_person(timeline *t, uint32_t subject) { return timeline_person_at(t, subject, INT64_MAX); }

uint32_t timeline_person_at(timeline *t, uint32_t subject, int64_t time_us)
{
    pthread_rwlock_rdlock(&t->lock);
    uint32_t person = links_owner(&t->links, subject, time_us);
    pthread_rwlock_unlock(&t->lock);
    return person;
}

struct event_reader {
    timeline *t;
    int64_t segment, at; // what the block holds: segment's first number, offset
    size_t n, cap;
    char *block;
    arena *a;
};

event_reader *event_reader_new(timeline *t, arena *a, size_t block_bytes)
{
    event_reader *r = arena_new(a, event_reader);
    ENSURE(block_bytes >= 16);
    *r = (event_reader){ .t = t, .cap = block_bytes, .block = arena_array(a, char, block_bytes), .a = a };
    return r;
}

// Payload of a group not yet synced: copied, because the group may be freed as soon as the lock is. False: it is in the log.
static bool copy_pending(event_reader *r, int64_t no, arena *into, uint32_t *ret_at, str *ret)
{
    timeline *t = r->t;
    bool found = false;
    pthread_rwlock_rdlock(&t->lock);
    *ret_at = row_of(t, no)->at;
    size_t lo = 0, hi = t->waiting.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->waiting.v[mid].last_no < no)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo < t->waiting.n && t->waiting.v[lo].g.first_no <= no) {
        str body = str_skip(t->waiting.v[lo].g.body, *ret_at);
        cursor c = cursor_of(body.s, body.len);
        *ret = arena_str(into, cursor_lenstr(&c));
        found = true;
    }
    pthread_rwlock_unlock(&t->lock);
    return found;
}

// Makes the block hold the log's bytes from `at` on, at least `n` of them where the segment has so many.
static err load(event_reader *r, int64_t segment, int64_t no, int64_t at, size_t n)
{
    if (r->segment == segment && at >= r->at && at + (int64_t)n <= r->at + (int64_t)r->n)
        return E_OK;
    if (n > r->cap) {
        r->cap = n;
        r->block = arena_array(r->a, char, n);
    }
    r->segment = segment;
    r->at = at;
    r->n = 0;
    return eventlog_read(r->t->log, no, at, r->block, r->cap, &r->n);
}

static str loaded(const event_reader *r, int64_t at)
{
    size_t skip = (size_t)(at - r->at);
    return skip < r->n ? (str){ r->block + skip, r->n - skip } : (str){ 0 };
}

static err read_logged(event_reader *r, int64_t no, uint32_t at, arena *into, str *ret)
{
    int64_t segment = eventlog_segment_of(r->t->log, no);
    TRY(load(r, segment, no, at, 10));
    str have = loaded(r, at);
    cursor c = cursor_of(have.s, have.len);
    uint64_t len = cursor_varint(&c);
    size_t prefix = have.len - cursor_left(&c);
    if (c.bad || len > FRAME_BYTES_MAX)
        return E_CORRUPT;
    TRY(load(r, segment, no, at, prefix + (size_t)len));
    have = str_skip(loaded(r, at), prefix);
    if (have.len < len)
        return E_CORRUPT;
    *ret = arena_str(into, str_take(have, (size_t)len));
    return E_OK;
}

// A copy of its bytes.
static err reader_bytes(event_reader *r, int64_t no, arena *into, str *ret)
{
    uint32_t at;
    ENSURE(no >= 1 && no <= timeline_head(r->t));
    return copy_pending(r, no, into, &at, ret) ? E_OK : read_logged(r, no, at, into, ret);
}

err event_reader_get(event_reader *r, int64_t no, arena *into, event *ret)
{
    str bytes;
    TRY(reader_bytes(r, no, into, &bytes));
    TRY(event_decode(bytes, into, ret));
    ret->no = no;
    return E_OK;
}

event_ref timeline_ref(timeline *t, int64_t no)
{
    pthread_rwlock_rdlock(&t->lock);
    const row *r = row_of(t, no);
    event_ref ref = { no, r->time_us, r->kind, r->subject };
    pthread_rwlock_unlock(&t->lock);
    return ref;
}

typedef VEC(event_ref) refs;

// The lock is held.
static void subject_refs(const timeline *t, uint32_t subject, uint32_t person, int64_t head, bool all, refs *out)
{
    for (int64_t no = last_event(t, subject); no;) {
        const row *r = row_of(t, no);
        if (no <= head && (all || r->kind) && links_owner(&t->links, subject, r->time_us) == person)
            vec_push(out, ((event_ref){ no, r->time_us, r->kind, subject }));
        no = r->back ? no - r->back : 0;
    }
}

static int by_time(const void *x, const void *y)
{
    const event_ref *p = x, *q = y;
    if (p->time_us != q->time_us)
        return p->time_us < q->time_us ? -1 : 1;
    return p->no < q->no ? -1 : p->no > q->no;
}

static void person_refs(timeline *t, uint32_t person, int64_t head, bool all, arena *a, event_ref **ret, size_t *ret_n)
{
    refs found = { 0 };
    pthread_rwlock_rdlock(&t->lock);
    subject_refs(t, person, person, head, all, &found);
    for (uint32_t at = 0, subject; links_next(&t->links, person, &at, &subject);)
        subject_refs(t, subject, person, head, all, &found);
    pthread_rwlock_unlock(&t->lock);
    event_ref *out = arena_array(a, event_ref, found.n + 1);
    if (found.n) {
        memcpy(out, found.v, found.n * sizeof *out);
        qsort(out, found.n, sizeof *out, by_time);
    }
    *ret = out;
    *ret_n = found.n;
    vec_free(&found);
}

void timeline_person_refs(timeline *t, uint32_t person, int64_t head, arena *a, event_ref **ret, size_t *ret_n)
{
    person_refs(t, person, head, false, a, ret, ret_n);
}

void timeline_person_refs_all(timeline *t, uint32_t person, int64_t head, arena *a, event_ref **ret, size_t *ret_n)
{
    person_refs(t, person, head, true, a, ret, ret_n);
}

static int by_id(const void *x, const void *y)
{
    uint32_t p = *(const uint32_t *)x, q = *(const uint32_t *)y;
    return p < q ? -1 : p > q;
}

void timeline_persons(timeline *t, int64_t head, arena *a, uint32_t **ret, size_t *ret_n)
{
    VEC(uint32_t) found = { 0 };
    for (int64_t no = 1; no <= head; no++) {
        // Locked per row, not per scan: the writer must not wait for a long question.
        pthread_rwlock_rdlock(&t->lock);
        const row *r = row_of(t, no);
        uint32_t person = r->kind ? links_owner(&t->links, r->subject, r->time_us) : 0;
        bool again = !t->hides && r->back && !links_any(&t->links, r->subject); // seen with the subject's event before
        pthread_rwlock_unlock(&t->lock);
        if (person && !again)
            vec_push(&found, person);
    }
    uint32_t *out = arena_array(a, uint32_t, found.n + 1);
    size_t n = 0;
    if (found.n)
        qsort(found.v, found.n, sizeof *found.v, by_id);
    for (size_t i = 0; i < found.n; i++)
        if (n == 0 || out[n - 1] != found.v[i])
            out[n++] = found.v[i];
    vec_free(&found);
    *ret = out;
    *ret_n = n;
}

err timeline_event(timeline *t, int64_t no, arena *a, event *ret) { return event_reader_get(event_reader_new(t, a, 1024), no, a, ret); }

err timeline_person_events(timeline *t, uint32_t person, int64_t head, int64_t before_us, int64_t before_no, uint32_t max,
                           arena *a, const event **ret, uint32_t *ret_n)
{
    event_ref *all;
    size_t n;
    ENSURE(person && head <= timeline_head(t));
    timeline_person_refs(t, person, head, a, &all, &n);
    while (n && (all[n - 1].time_us > before_us || (all[n - 1].time_us == before_us && all[n - 1].no >= before_no)))
        n--;
    uint32_t take = n < max ? (uint32_t)n : max;
    event *out = arena_array(a, event, take + 1);
    event_reader *r = event_reader_new(t, a, 1024);
    for (uint32_t i = 0; i < take; i++)
        TRY(event_reader_get(r, all[n - 1 - i].no, a, &out[i]));
    *ret = out;
    *ret_n = take;
    return E_OK;
}

static err says_one(event_reader *r, int64_t no, const str *values, size_t n, arena *each, bool *ret)
{
    str bytes;
    arena_reset(each);
    TRY(reader_bytes(r, no, each, &bytes));
    return event_star((char *)(uintptr_t)bytes.s, bytes.len, values, n, each, ret);        // in the copy
}

err timeline_saying(timeline *t, uint32_t person, const str *values, size_t n, arena *a, event_said **ret, size_t *ret_n)
{
    event_ref *refs_;
    size_t refs_n, had = *ret_n;
    VEC(event_said) found = { 0 };
    arena *own = arena_create(), *each = arena_create();
    event_reader *r = event_reader_new(t, own, 4096);
    err e = E_OK;
    bool says = false;
    timeline_person_refs_all(t, person, timeline_head(t), own, &refs_, &refs_n);
    for (size_t i = 0; i < refs_n && e == E_OK; i++) {
        e = says_one(r, refs_[i].no, values, n, each, &says);
        if (e == E_OK && says)
            vec_push(&found, ((event_said){ refs_[i].no, values, n }));
    }
    if (e == E_OK && found.n) {
        event_said *all = arena_array(a, event_said, had + found.n);
        if (had)
            memcpy(all, *ret, had * sizeof *all);
        memcpy(all + had, found.v, found.n * sizeof *all);
        qsort(all, had + found.n, sizeof *all, by_said);
        *ret = all;
        *ret_n = had + found.n;
    }
    vec_free(&found);
    arena_destroy(each);
    arena_destroy(own);
    return e;
}

err timeline_each(timeline *t, int64_t from, int64_t head, bool (*fn)(void *p, const event *e), void *p)
{
    arena *own = arena_create(), *each = arena_create();
    event_reader *r = event_reader_new(t, own, 1 << 18);
    err e = E_OK;
    bool more = true;
    ENSURE(head <= timeline_head(t));
    for (int64_t no = from < 1 ? 1 : from; e == E_OK && more && no <= head; no++) {
        event ev;
        arena_reset(each);
        e = event_reader_get(r, no, each, &ev);
        if (e == E_OK)
            more = fn(p, &ev);
    }
    arena_destroy(each);
    arena_destroy(own);
    return e;
}

typedef struct frames_fn {
    bool (*fn)(void *p, const frame *g);
    void *p;
} frames_fn;

static bool one_frame(void *p, const frame *g, uint32_t body_at)
{
    frames_fn *to = p;
    (void)body_at;
    return to->fn(to->p, g);
}

err timeline_frames(timeline *t, int64_t from, bool (*fn)(void *p, const frame *g), void *p, fault *f, arena *a)
{
    return eventlog_frames(t->log, from < 1 ? 1 : from, one_frame, &(frames_fn){ fn, p }, f, a);
}

timeline_stats timeline_stats_now(timeline *t)
{
    timeline_stats s = { .head_no = timeline_head(t) };
    eventlog_figures(t->log, &s);
    pthread_rwlock_rdlock(&t->lock);
    s.events = s.head_no;
    s.subjects = t->subjects;
    s.links = links_count(&t->links);
    s.pending_bytes = t->pending_bytes;
    s.memory_bytes += (int64_t)(t->rows.n * CHUNK * sizeof(row)) + t->subject_chunks * CHUNK * (int64_t)sizeof(int64_t) +
                      t->pending_bytes + links_bytes(&t->links);
    pthread_rwlock_unlock(&t->lock);
    return s;
}
