// Generations: the last one lives and takes new prints; those before it are frozen, in memory until sealed in a file.
// The list is changed by the teller's thread only, under the mutex; dedupe_work reads frozen generations and makes files of them.
#include "base/time.h"
#include "base/vec.h"
#include "timeline/dedupe_file.h"
#include "timeline/print_set.h"
#include <pthread.h>
#include <stdlib.h>

#define GENERATION_MAX (4 << 20)
#define BYTES_MAX (INT64_C(8) << 30)
#define WINDOW_US (7 * US_PER_DAY)
// A sender's clock may be wrong by so much; what it sent later than that ago is searched only where it can be.
#define SURE_AGE_US (10 * US_PER_MIN)
#define SLACK_US (20 * US_PER_MIN)
// So many neighbours of one tier become one file; tiers end at 16 generations or a quarter of the window, so that old prints
// leave in time.
#define MERGE_N 4
#define TIERS 2

typedef struct generation {
    int64_t first_no, last_no; // events it covers; last_no < first_no: none yet
    int64_t min_us, max_us;    // arrivals
    print_set set;
    sealed *file; // once sealed; the set is empty then
} generation;

typedef struct job {
    bool chosen, running, done;
    generation *from[MERGE_N];
    size_t n;
    sealed *made;
    err e;
} job;

struct dedupe {
    dedupe_config c;
    char *dir;
    VEC(generation *) gens; // oldest first, the living one last
    pthread_mutex_t m;      // over gens' changes, job and stats
    job job;
    bool shortened;
    err trouble;
    dedupe_stats stats;
};

static generation *living(const dedupe *d) { return d->gens.v[d->gens.n - 1]; }
static int64_t prints_of(const generation *g) { return g->file ? sealed_head_of(g->file)->count : (int64_t)g->set.n; }

static str path_of(const dedupe *d, arena *a, int64_t first_no, int64_t last_no)
{
    return arena_fmt(a, "%s/%016llx-%016llx.seen", d->dir, (long long)first_no, (long long)last_no);
}

static void generation_free(generation *g)
{
    sealed_close(g->file);
    print_set_free(&g->set);
    free(g);
}

static void start_generation(dedupe *d, int64_t first_no)
{
    generation *g = calloc(1, sizeof *g);
    ENSURE(g);
    *g = (generation){ .first_no = first_no, .last_no = first_no - 1, .min_us = INT64_MAX, .max_us = INT64_MIN };
    vec_push(&d->gens, g);
}

static generation *generation_of_file(sealed *s)
{
    generation *g = calloc(1, sizeof *g);
    ENSURE(g);
    const sealed_head *h = sealed_head_of(s);
    *g = (generation){ h->first_no, h->last_no, h->min_us, h->max_us, .file = s };
    return g;
}

static void remove_file(dedupe *d, int64_t first_no, int64_t last_no)
{
    arena *a = arena_create();
    // A file that stays is found at the next start, inside what another covers or before the first: removed then.
    (void)os_remove(d->c.o, path_of(d, a, first_no, last_no).s);
    arena_destroy(a);
}

// The newest first, each for good before the next: whatever a crash leaves is then a run of files without a hole behind them,
// and everything after it is fed again. A missing oldest file would look like one that left by age.
static void remove_newest(dedupe *d, int64_t first_no, int64_t last_no)
{
    remove_file(d, first_no, last_no);
    (void)os_sync_dir(d->c.o, d->dir);
}

// --- Opening ------------------------------------------------------------------------------------------------------------------
typedef struct named {
    int64_t first_no, last_no;
} named;

static bool hex16(str s, int64_t *ret)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 16; i++) {
        const char *digits = "0123456789abcdef", *p = memchr(digits, s.s[i], 16);
        if (!p)
            return false;
        v = v << 4 | (uint64_t)(p - digits);
    }
    *ret = (int64_t)v;
    return v <= INT64_MAX;
}

static bool parse_name(str name, named *ret)
{
    return name.len == 38 && str_ends(name, S(".seen")) && name.s[16] == '-' && hex16(name, &ret->first_no) &&
           hex16(str_skip(name, 17), &ret->last_no) && ret->first_no >= 1 && ret->last_no >= ret->first_no;
}

// By first event, the longest first: a merged file stands before those it was made of.
static int by_range(const void *x, const void *y)
{
    const named *p = x, *q = y;
    if (p->first_no != q->first_no)
        return p->first_no < q->first_no ? -1 : 1;
    return p->last_no > q->last_no ? -1 : p->last_no < q->last_no;
}

// Takes files in order while each follows the one before it; the first that cannot be used ends it.
static err open_chain(dedupe *d, arena *a, const named *files, size_t n)
{
    int64_t last = 0;
    for (size_t i = 0; i < n; i++) {
        sealed *s = NULL;
        if (d->gens.n && files[i].last_no <= last) { // what a merge left behind
            remove_file(d, files[i].first_no, files[i].last_no);
            continue;
        }
        bool next = (!d->gens.n || files[i].first_no == last + 1) && files[i].last_no <= d->c.head_no;
        err e = next ? sealed_open(d->c.o, path_of(d, a, files[i].first_no, files[i].last_no).s, &s) : E_CORRUPT;
        if (e == E_TOO_NEW || e == E_IO)
            return e;
        const sealed_head *h = e == E_OK ? sealed_head_of(s) : NULL;
        if (!h || h->first_no != files[i].first_no || h->last_no != files[i].last_no) {
            sealed_close(s);
            for (size_t k = n; k-- > i;)
                remove_newest(d, files[k].first_no, files[k].last_no);
            return E_OK;
        }
        vec_push(&d->gens, generation_of_file(s));
        last = files[i].last_no;
    }
    return E_OK;
}

static err open_files(dedupe *d, arena *a)
{
    str *names;
    size_t n, used = 0;
    err e = os_mkdir(d->c.o, d->dir);
    if (e != E_OK && e != E_EXISTS)
        return e;
    TRY(os_list(d->c.o, d->dir, a, &names, &n));
    named *files = arena_array(a, named, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (str_ends(names[i], S(".new")))
            (void)os_remove(d->c.o, arena_fmt(a, "%s/" STR_FMT, d->dir, STR_ARG(names[i])).s);
        else if (parse_name(names[i], &files[used]))
            used++;
    }
    qsort(files, used, sizeof *files, by_range);
    return open_chain(d, a, files, used);
}

static void count(dedupe *d);

err dedupe_open(const dedupe_config *c, fault *f, arena *a, dedupe **ret, int64_t *ret_last_no)
{
    dedupe *d = calloc(1, sizeof *d);
    ENSURE(d);
    d->c = *c;
    d->c.window_us = c->window_us ? c->window_us : WINDOW_US;
    d->c.generation_max = c->generation_max ? c->generation_max : GENERATION_MAX;
    d->c.bytes_max = c->bytes_max ? c->bytes_max : BYTES_MAX;
    d->dir = strdup(c->dir);
    ENSURE(d->dir);
    pthread_mutex_init(&d->m, NULL);
    err e = open_files(d, a);
    if (e != E_OK) {
        fault_detail(f, a, e, "%s", d->dir);
        dedupe_close(d);
        return e;
    }
    *ret_last_no = d->gens.n ? living(d)->last_no : 0;
    start_generation(d, *ret_last_no + 1);
    count(d);
    *ret = d;
    return E_OK;
}

void dedupe_close(dedupe *d)
{
    if (!d)
        return;
    ENSURE(!d->job.running);
    for (size_t i = 0; i < d->gens.n; i++)
        generation_free(d->gens.v[i]);
    sealed_close(d->job.made);
    vec_free(&d->gens);
    pthread_mutex_destroy(&d->m);
    free(d->dir);
    free(d);
}

// --- Prints ---------------------------------------------------------------------------------------------------------------
static err known_before(dedupe *d, hash128 print, int64_t oldest_us, bool *ret)
{
    bool found = false;
    for (size_t i = d->gens.n - 1; i-- > 0 && !found;) {
        generation *g = d->gens.v[i];
        if (g->max_us < oldest_us)
            break; // arrivals never go back, so all before it are older still
        err e = E_OK;
        if (g->file)
            e = sealed_has(g->file, print, &found);
        else
            found = print_set_has(&g->set, print);
        for (size_t k = d->gens.n; e == E_CORRUPT && k-- > i;) // the next start feeds their events again
            if (d->gens.v[k]->file)
                remove_newest(d, d->gens.v[k]->first_no, d->gens.v[k]->last_no);
        TRY(e);
    }
    *ret = found;
    return E_OK;
}

err dedupe_seen(dedupe *d, hash128 print, int64_t at_us, int64_t age_us, bool *ret_known)
{
    bool known = print_set_has(&living(d)->set, print);
    bool sure = age_us >= 0 && age_us <= SURE_AGE_US;
    if (!known)
        TRY(known_before(d, print, sure ? at_us - age_us - SLACK_US : INT64_MIN, &known));
    if (!known)
        print_set_add(&living(d)->set, print);
    *ret_known = known;
    return E_OK;
}

void dedupe_forget(dedupe *d, hash128 print) { print_set_remove(&living(d)->set, print); }

void dedupe_feed(dedupe *d, const frame *g, int64_t from)
{
    hash128 print;
    if (g->first_no + g->count - 1 < from)
        return;
    for (uint32_t i = 0; i < g->count; i++)
        if (g->first_no + i >= from && frame_print(g, i, &print))
            print_set_add(&living(d)->set, print);
    dedupe_note(d, g->first_no + g->count - 1, g->at_us);
}

// --- Housekeeping, between groups -----------------------------------------------------------------------------------------
static void count(dedupe *d)
{
    dedupe_stats s = { .shortened = d->shortened, .trouble = d->trouble, .generations = (int64_t)d->gens.n };
    for (size_t i = 0; i < d->gens.n; i++) {
        const generation *g = d->gens.v[i];
        s.known += prints_of(g);
        s.sealed += g->file != NULL;
        s.file_bytes += g->file ? sealed_bytes(g->file) : 0;
        s.memory_bytes += (int64_t)(sizeof *g + g->set.cap * sizeof(hash128)) + (g->file ? sealed_memory(g->file) : 0);
    }
    const generation *oldest = d->gens.v[0], *newest = living(d);
    if (newest->max_us == INT64_MIN && d->gens.n > 1)
        newest = d->gens.v[d->gens.n - 2];
    s.covered_us = oldest->min_us <= newest->max_us ? newest->max_us - oldest->min_us : 0;
    pthread_mutex_lock(&d->m);
    d->stats = s;
    pthread_mutex_unlock(&d->m);
}

static void drop_oldest(dedupe *d)
{
    generation *g = d->gens.v[0];
    pthread_mutex_lock(&d->m);
    memmove(d->gens.v, d->gens.v + 1, --d->gens.n * sizeof *d->gens.v);
    pthread_mutex_unlock(&d->m);
    int64_t first_no = g->first_no, last_no = g->last_no;
    bool file = g->file != NULL;
    generation_free(g);
    if (file)
        remove_file(d, first_no, last_no);
}

static void drop_old(dedupe *d, int64_t at_us)
{
    while (d->gens.n > 1 && d->gens.v[0]->max_us < at_us - d->c.window_us)
        drop_oldest(d);
    int64_t bytes = 0;
    for (size_t i = 0; i < d->gens.n; i++)
        bytes += d->gens.v[i]->file ? sealed_bytes(d->gens.v[i]->file) : 0;
    while (d->gens.n > 1 && d->gens.v[0]->file && bytes > d->c.bytes_max) {
        bytes -= sealed_bytes(d->gens.v[0]->file);
        d->shortened = true;
        drop_oldest(d);
    }
}

static int tier_of(const dedupe *d, const generation *g)
{
    int64_t most = (int64_t)d->c.generation_max;
    int tier = 0;
    for (; prints_of(g) > most; most *= MERGE_N)
        tier++;
    return tier;
}

static bool mergeable(const dedupe *d, size_t from)
{
    const generation *first = d->gens.v[from], *last = d->gens.v[from + MERGE_N - 1];
    for (size_t i = 0; i < MERGE_N; i++)
        if (!d->gens.v[from + i]->file || tier_of(d, d->gens.v[from + i]) != tier_of(d, first))
            return false;
    return tier_of(d, first) < TIERS && last->max_us - first->min_us <= d->c.window_us / 4;
}

// The oldest frozen generation first: files must cover events without a hole. The mutex is held.
static void choose_job(dedupe *d)
{
    size_t frozen = 0, n = 0;
    while (frozen + 1 < d->gens.n && d->gens.v[frozen]->file)
        frozen++;
    if (frozen + 1 < d->gens.n)
        n = 1;
    for (size_t i = 0; !n && i + MERGE_N < d->gens.n; i++)
        if (mergeable(d, i)) {
            frozen = i;
            n = MERGE_N;
        }
    if (!n)
        return;
    d->job = (job){ .chosen = true, .n = n };
    memcpy(d->job.from, d->gens.v + frozen, n * sizeof *d->job.from);
}

static err do_job(dedupe *d, job *j)
{
    arena *a = arena_create();
    const generation *first = j->from[0];
    str path = path_of(d, a, first->first_no, j->from[j->n - 1]->last_no);
    err e;
    if (j->n == 1) {
        hash128 *sorted = print_set_sorted(&first->set);
        const sealed_head h = {
            .first_no = first->first_no, .last_no = first->last_no, .min_us = first->min_us, .max_us = first->max_us
        };
        e = sealed_write(d->c.o, path.s, &h, sorted, first->set.n, &j->made);
        free(sorted);
    } else {
        sealed *from[MERGE_N];
        for (size_t i = 0; i < j->n; i++)
            from[i] = j->from[i]->file;
        e = sealed_merge(d->c.o, path.s, from, j->n, &j->made);
    }
    arena_destroy(a);
    return e;
}

bool dedupe_work(dedupe *d)
{
    pthread_mutex_lock(&d->m);
    bool mine = d->job.chosen && !d->job.running && !d->job.done;
    d->job.running = d->job.running || mine;
    job j = d->job;
    pthread_mutex_unlock(&d->m);
    if (!mine)
        return false;
    j.e = do_job(d, &j);
    j.running = false;
    j.done = true;
    pthread_mutex_lock(&d->m);
    d->job = j;
    pthread_mutex_unlock(&d->m);
    return true;
}

// Puts what a job made in the place of what it was made of. The mutex is held.
static void replace(dedupe *d, const job *j)
{
    size_t at = 0;
    while (d->gens.v[at] != j->from[0])
        at++;
    d->gens.v[at] = generation_of_file(j->made);
    d->gens.n -= j->n - 1;
    memmove(d->gens.v + at + 1, d->gens.v + at + j->n, (d->gens.n - at - 1) * sizeof *d->gens.v);
}

// The finished job's result, if any; *ret_busy: one is still going on, so nothing may be dropped.
static err take_result(dedupe *d, bool *ret_busy)
{
    pthread_mutex_lock(&d->m);
    job j = d->job;
    if (j.done && j.e == E_OK)
        replace(d, &j);
    if (j.done) {
        d->job = (job){ 0 };
        d->trouble = j.e;
    }
    pthread_mutex_unlock(&d->m);
    *ret_busy = j.chosen && !j.done;
    if (!j.done || j.e != E_OK)
        return j.e;
    for (size_t i = 0; i < j.n; i++) {
        int64_t first_no = j.from[i]->first_no, last_no = j.from[i]->last_no;
        bool file = j.from[i]->file != NULL;
        generation_free(j.from[i]);
        if (file)
            remove_file(d, first_no, last_no);
    }
    return E_OK;
}

// Takes results and chooses the next job; without somebody in the background does the jobs as well, until one fails.
static void keep_house(dedupe *d, int64_t at_us)
{
    err e;
    do {
        bool busy;
        e = take_result(d, &busy);
        if (busy)
            continue; // its generations must stay
        drop_old(d, at_us);
        pthread_mutex_lock(&d->m);
        choose_job(d);
        pthread_mutex_unlock(&d->m);
    } while (e == E_OK && !d->c.background && dedupe_work(d));
}

void dedupe_note(dedupe *d, int64_t event_no, int64_t at_us)
{
    generation *g = living(d);
    ENSURE(event_no >= g->last_no);
    g->last_no = event_no;
    g->min_us = at_us < g->min_us || !g->set.n ? at_us : g->min_us;
    g->max_us = at_us > g->max_us ? at_us : g->max_us;
    if (g->last_no >= g->first_no && g->set.n &&
        (g->set.n >= d->c.generation_max || g->max_us - g->min_us > d->c.window_us / 7)) {
        pthread_mutex_lock(&d->m);
        start_generation(d, event_no + 1);
        pthread_mutex_unlock(&d->m);
    }
    keep_house(d, at_us);
    count(d);
}

dedupe_stats dedupe_stats_now(dedupe *d)
{
    pthread_mutex_lock(&d->m);
    dedupe_stats s = d->stats;
    pthread_mutex_unlock(&d->m);
    return s;
}
