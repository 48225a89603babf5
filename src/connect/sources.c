#include "connect/sources.h"
#include "connect/ingest.h"

void sources_open(sources *s) { ENSURE(pthread_mutex_init(&s->lock, NULL) == 0); }

void sources_close(sources *s)
{
    vec_free(&s->all);
    vec_free(&s->kinds);
    map64_free(&s->at);
    map64_free(&s->kind_at);
    pthread_mutex_destroy(&s->lock);
}

err sources_load(sources *s, db *d)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT source, stored, duplicate, warned, quarantined, refused, late, skew_n, skew_us, dropped, last_us"
                        " FROM source_seen ORDER BY source LIMIT $1", dbi(SOURCES_MAX)));
    while (db_next(&r)) {
        map64_put(&s->at, (uint64_t)db_i64(&r, 0), s->all.n);
        vec_push(&s->all, ((source_stat){ .source = db_i64(&r, 0), .stored = db_i64(&r, 1), .duplicate = db_i64(&r, 2), .warned = db_i64(&r, 3),
                                          .quarantined = db_i64(&r, 4), .refused = db_i64(&r, 5), .late = db_i64(&r, 6), .skew_n = db_i64(&r, 7),
                                          .skew_us = db_i64(&r, 8), .dropped = db_i64(&r, 9), .last_us = db_i64(&r, 10) }));
    }
    return db_end(&r);
}

// --- Counting -------------------------------------------------------------------------------------------------------------------
static source_stat *stat_of(sources *s, uint32_t source)
{
    uint64_t at;
    if (!map64_get(&s->at, source, &at)) {
        if (s->all.n >= SOURCES_MAX && source)
            return stat_of(s, 0);
        at = s->all.n;
        map64_put(&s->at, source, at);
        vec_push(&s->all, ((source_stat){ .source = source }));
    }
    return &s->all.v[at];
}

static source_kind_stat *kind_of(sources *s, uint32_t source, uint32_t kind)
{
    uint64_t at, key = (uint64_t)source << 32 | kind;
    if (!map64_get(&s->kind_at, key, &at)) {
        if (s->kinds.n >= SOURCE_KINDS_MAX && (source || kind))
            return kind_of(s, 0, 0);
        at = s->kinds.n;
        map64_put(&s->kind_at, key, at);
        vec_push(&s->kinds, ((source_kind_stat){ .source = source, .kind = kind }));
    }
    return &s->kinds.v[at];
}

// The mean forgets: the last 64 events or so count.
static void skew_add(source_stat *x, int64_t skew_us)
{
    int64_t n = x->skew_n < 64 ? x->skew_n + 1 : 64;
    x->skew_us += (skew_us - x->skew_us) / n;
    x->skew_n++;
}

static void count_one(sources *s, const source_event *e)
{
    source_stat *x = stat_of(s, e->source);
    int64_t *const of[INGEST_VERDICT_COUNT] = { &x->stored, &x->duplicate, &x->refused, &x->quarantined };
    ++*of[e->verdict];
    x->warned += e->warned;
    x->late += e->late;
    x->dropped += e->dropped;
    x->last_us = e->at_us;
    x->dirty = true;
    if (e->has_skew)
        skew_add(x, e->skew_us);
    if (e->verdict == INGEST_DUPLICATE)
        return;
    source_kind_stat *k = kind_of(s, e->source, e->kind);
    k->stored += e->verdict == INGEST_STORED;
    k->quarantined += e->verdict == INGEST_QUARANTINED;
    k->refused += e->verdict == INGEST_REFUSED;
    k->warned += e->warned;
    k->last_us = e->at_us;
}

void sources_count(sources *s, const source_event *v, size_t n)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < n; i++)
        count_one(s, &v[i]);
    pthread_mutex_unlock(&s->lock);
}

const source_stat *sources_now(sources *s, arena *a, size_t *ret_n)
{
    pthread_mutex_lock(&s->lock);
    source_stat *copy = arena_array(a, source_stat, s->all.n + 1);
    if (s->all.n)
        memcpy(copy, s->all.v, s->all.n * sizeof *copy);
    *ret_n = s->all.n;
    pthread_mutex_unlock(&s->lock);
    return copy;
}

// --- Writing: teller --------------------------------------------------------------------------------------------------------------
#define ROWS_PER_FLUSH 300

static bool next_dirty(sources *s, source_stat *ret)
{
    bool found = false;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->all.n && !found; i++) {
        found = s->all.v[i].dirty;
        *ret = s->all.v[i];
        s->all.v[i].dirty = false;
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

static bool next_kind(sources *s, source_kind_stat *ret)
{
    pthread_mutex_lock(&s->lock);
    bool found = s->kinds.n > 0;
    if (found) {
        *ret = s->kinds.v[--s->kinds.n];
        map64_del(&s->kind_at, (uint64_t)ret->source << 32 | ret->kind);
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

static err write_source(tx *t, const source_stat *x)
{
    return db_exec(t->d,
                   "INSERT INTO source_seen (source, stored, duplicate, warned, quarantined, refused, late, skew_n, skew_us, dropped, last_us)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (source) DO UPDATE SET stored = excluded.stored,"
                   " duplicate = excluded.duplicate, warned = excluded.warned, quarantined = excluded.quarantined, refused = excluded.refused,"
                   " late = excluded.late, skew_n = excluded.skew_n, skew_us = excluded.skew_us, dropped = excluded.dropped,"
                   " last_us = excluded.last_us",
                   dbi(x->source), dbi(x->stored), dbi(x->duplicate), dbi(x->warned), dbi(x->quarantined), dbi(x->refused), dbi(x->late),
                   dbi(x->skew_n), dbi(x->skew_us), dbi(x->dropped), dbi(x->last_us));
}

static err write_kind(tx *t, const source_kind_stat *x)
{
    return db_exec(t->d,
                   "INSERT INTO kind_seen (kind, source, stored, warned, quarantined, refused, last_us) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                   " ON CONFLICT (kind, source) DO UPDATE SET stored = kind_seen.stored + excluded.stored,"
                   " warned = kind_seen.warned + excluded.warned, quarantined = kind_seen.quarantined + excluded.quarantined,"
                   " refused = kind_seen.refused + excluded.refused, last_us = excluded.last_us",
                   dbi(x->kind), dbi(x->source), dbi(x->stored), dbi(x->warned), dbi(x->quarantined), dbi(x->refused), dbi(x->last_us));
}

err sources_flush(tx *t, sources *s, bool *ret_more)
{
    source_stat x;
    source_kind_stat k;
    int n = 0;
    while (n < ROWS_PER_FLUSH && next_dirty(s, &x)) {
        TRY(write_source(t, &x));
        n++;
    }
    while (n < ROWS_PER_FLUSH && next_kind(s, &k)) {
        TRY(write_kind(t, &k));
        n++;
    }
    *ret_more = n == ROWS_PER_FLUSH;
    return E_OK;
}
