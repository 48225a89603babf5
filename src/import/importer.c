// Runs jobs: one at a time, each by some workers that read, make and submit slices in order. import.h says what holds.
#include "import/job.h"
#include "import/row.h"
#include "import/run.h"
#include "base/log.h"
#include <pthread.h>
#include <stdlib.h>

#define POLL_S 2
#define TRIES 5

struct importer {
    engine *e;
    arena *a;
    const char *dir, *db_path;
    pthread_t thread;
    pthread_mutex_t m;
    pthread_cond_t c;
    bool stop, woken;              // under the mutex; stop is read without it too
};

static err do_op(importer *m, err (*fn)(tx *t, void *p), void *p)
{
    return teller_await(m->e->teller, &(awaited){ .fn = fn, .p = p, .lane = LANE_BULK });
}

// --- A job -----------------------------------------------------------------------------------------------------------------------
static err open_input(const importer *m, const job *j, arena *a, input *ret)
{
    if (j->place.len)
        return input_open_plain(m->e->o, arena_cstr(a, j->place), ret);
    if (!j->salt.len)
        return E_NOT_FOUND;
    return input_open_sealed(m->e->o, job_upload_path(a, m->dir, j->id).s, m->e->vault, j->salt, j->bytes, ret);
}

// --- Uploads -------------------------------------------------------------------------------------------------------------------------
err importer_input(const importer *m, const job *j, arena *a, input *ret) { return m ? open_input(m, j, a, ret) : E_NOT_FOUND; }

err importer_part(const importer *m, const job *j, int64_t part, str bytes, arena *a)
{
    if (!m)
        return E_SHUTTING_DOWN;
    return input_write_part(m->e->o, job_upload_path(a, m->dir, j->id).s, m->e->vault, j->salt, part, bytes);
}

void importer_wake_after(void *p) { importer_wake(p); }

// Files of jobs that need them no more.
static void remove_uploads(const importer *m, db *d)
{
    arena *a = arena_create();
    str *files;
    size_t n = 0;
    const char *top = arena_fmt(a, "%s/imports", m->dir).s;
    if (os_list(m->e->o, top, a, &files, &n) == E_OK)
        for (size_t i = 0; i < n; i++) {
            int64_t id;
            bool keep = true;
            if (str_to_i64(files[i], &id) && job_keeps_file(d, id, &keep) == E_OK && !keep)
                os_remove(m->e->o, arena_fmt(a, "%s/%s", top, files[i].s).s);
        }
    arena_destroy(a);
}

// The same contents for the same target are the same import, whatever the file is called. Rows that are facts by themselves (events,
// points) count once whatever the mapping says of them, unless it names another pass; others may be brought anew by another mapping.
static err digest_of(const mapping *m, input *in, arena *a, str *ret)
{
    uint8_t contents[32];
    char *out = arena_alloc(a, 32, 1, 1);
    buf b = { 0 };
    TRY(input_digest(in, contents));
    buf_add(&b, contents, sizeof contents);
    buf_add_str(&b, str_c(m->target.name));
    buf_add_u8(&b, 0);
    buf_add_str(&b, m->pass);
    buf_add_u8(&b, 0);
    jw w = { .b = &b };
    if (!m->target.once)
        mapping_write(m, &w);
    hash_blake2b((uint8_t *)out, buf_str(&b));
    buf_free(&b);
    *ret = str_of(out, 32);
    return E_OK;
}

static err read_mapping(const job *j, input *in, arena *a, fault *f, mapping *ret)
{
    jval *v;
    TRY(json_parse(a, j->mapping, f, &v));
    TRY(mapping_read(v, a, f, ret));
    return ret->has_format ? E_OK : source_sniff(in, j->name, a, &ret->format);
}

static err run_open(importer *m, const job *j, input *in, arena *a, fault *f)
{
    mapping map;
    run r = { .e = m->e, .stop = &m->stop, .job = j, .map = &map };
    TRY(read_mapping(j, in, a, f, &map));
    TRY(digest_of(&map, in, a, &r.digest));
    job_begin b = { .id = j->id, .dry = j->dry, .digest = r.digest, .target = str_c(map.target.name), .bytes = in->size };
    TRY(do_op(m, job_begin_run, &b));
    if (b.done)
        return E_OK;
    TRY(source_open(in, &map.format, a, f, &r.source));
    size_t n;
    const str *columns = source_columns(r.source, &n);
    err e = mapping_bind(&map, columns, n, a, f);
    r.skip = b.skip;
    if (e == E_OK)
        e = run_rows(&r);
    source_close(r.source);
    TRY(e);
    job_end x = { .id = j->id, .state = IMPORT_DONE, .digest = r.digest, .dry = j->dry };
    return do_op(m, job_end_run, &x);
}

static bool stopping(importer *m) { return __atomic_load_n(&m->stop, __ATOMIC_ACQUIRE); }

static void fail_job(importer *m, const job *j, err e, const fault *f, arena *a)
{
    job_begin b = { .id = j->id, .dry = true, .digest = j->digest, .target = (str){ "", 0 }, .bytes = j->bytes };
    if (j->state == IMPORT_WAITING)
        do_op(m, job_begin_run, &b);           // it may have failed before it began
    str at = f->field.len ? arena_fmt(a, STR_FMT ": ", STR_ARG(f->field)) : (str){ "", 0 };
    job_end x = { .id = j->id, .state = IMPORT_FAILED, .code = str_c(err_info_of(e)->code), .detail = arena_join(a, at, f->detail) };
    if (do_op(m, job_end_run, &x) != E_OK)
        log_event(LOG_ERROR, "import.lost", log_i("import", j->id));
    log_event(LOG_WARN, "import.failed", log_i("import", j->id), log_s("code", x.code));
}

static bool passing(err e) { return e == E_OVERLOADED || e == E_DISK_FULL || e == E_IO || e == E_DB; }

// *ret_again: trouble that may pass; the mark says where to go on.
static err run_once(importer *m, db *d, int64_t id, int tries, bool *ret_again)
{
    arena *a = arena_create();
    job j;
    input in = { .block_no = -1 };
    fault f = { 0 };
    err e = job_read(d, id, a, &j);
    if (e == E_OK)
        e = open_input(m, &j, a, &in);
    if (e == E_OK)
        e = run_open(m, &j, &in, a, &f);
    input_close(&in);
    *ret_again = e != E_OK && passing(e) && tries < TRIES && !stopping(m);
    if (e != E_OK && e != E_SHUTTING_DOWN && e != E_CONFLICT && !*ret_again && !stopping(m))
        fail_job(m, &j, e, &f, a);
    arena_destroy(a);
    return e;
}

static void pause_s(importer *m, int seconds)
{
    struct timespec until;
    int64_t at = os_now_us(m->e->o) + seconds * INT64_C(1000000);
    until = (struct timespec){ .tv_sec = at / 1000000, .tv_nsec = at % 1000000 * 1000 };
    pthread_mutex_lock(&m->m);
    while (!m->stop && !m->woken)
        if (pthread_cond_timedwait(&m->c, &m->m, &until) != 0)
            break;
    m->woken = false;
    pthread_mutex_unlock(&m->m);
}

static void *main_loop(void *p)
{
    importer *m = p;
    db *d = NULL;
    int64_t before = 0;
    int tries = 0;
    if (db_open(m->e->o, m->db_path, DB_READER, &d) != E_OK) {
        log_event(LOG_ERROR, "import.no_reader");
        return NULL;
    }
    while (!stopping(m)) {
        int64_t id = 0;
        bool again = false;
        if (job_next(d, &id) == E_OK && id) {
            tries = id == before ? tries + 1 : 0;
            before = id;
            run_once(m, d, id, tries, &again);
        }
        if (!id)
            remove_uploads(m, d);
        if (!id || again)
            pause_s(m, POLL_S);
    }
    db_close(d);
    return NULL;
}

// --- Opening ---------------------------------------------------------------------------------------------------------------------
err importer_open(engine *e, const char *dir, const char *db_path, importer **ret)
{
    arena *a = arena_create();
    importer *m = arena_new(a, importer);
    *m = (importer){ .e = e, .a = a, .dir = arena_cstr(a, str_c(dir)), .db_path = arena_cstr(a, str_c(db_path)) };
    pthread_mutex_init(&m->m, NULL);
    pthread_cond_init(&m->c, NULL);
    err made = os_mkdir(e->o, arena_fmt(a, "%s/imports", dir).s);
    if (made != E_OK && made != E_EXISTS) {
        arena_destroy(a);
        return made;
    }
    e->importer = m;
    if (pthread_create(&m->thread, NULL, main_loop, m) != 0) {
        e->importer = NULL;
        arena_destroy(a);
        return E_IO;
    }
    *ret = m;
    return E_OK;
}

void importer_wake(importer *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&m->m);
    m->woken = true;
    pthread_cond_broadcast(&m->c);
    pthread_mutex_unlock(&m->m);
}

void importer_close(importer *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&m->m);
    __atomic_store_n(&m->stop, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&m->c);
    pthread_mutex_unlock(&m->m);
    pthread_join(m->thread, NULL);
    m->e->importer = NULL;
    pthread_cond_destroy(&m->c);
    pthread_mutex_destroy(&m->m);
    arena_destroy(m->a);
}
