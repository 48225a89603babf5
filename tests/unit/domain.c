#include "domain.h"
#include "base/embed.h"
#include "base/json.h"
#include "loyalty/ledger.h"
#include "plan/plan.h"
#include "privacy/privacy.h"
#include "profile/profile.h"
#include "tier/tier.h"
#include "record/record.h"
#include "store/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static world *of_os(os *o) { return (world *)(void *)o; }
static int64_t fake_now(os *o) { return of_os(o)->now_us; }

static world *of_engine(void *e) { return (world *)(void *)((char *)e - offsetof(world, e)); }

static frame frame_of(const group_frame *g)
{
    return (frame){ .first_no = g->first_no, .count = g->count, .at_us = g->at_us, .body = g->body, .prints = g->prints };
}

static err ship(void *user, const group_frame *g)
{
    frame f = frame_of(g);
    return timeline_append(of_engine(user)->tl, &f);
}

static err ship_sync(void *user) { return timeline_sync(of_engine(user)->tl); }

static void visible(void *user, const group_frame *g)
{
    world *w = of_engine(user);
    frame f = frame_of(g);
    timeline_add(w->tl, &f);
    str body = arena_str(w->a, g->body);
    cursor c = cursor_of(body.s, body.len);
    for (uint32_t i = 0; i < g->count; i++) {
        told x = { .no = g->first_no + i };
        assert_ok(event_decode(cursor_lenstr(&c), w->a, &x.e));
        x.e.no = x.no;
        x.cause = x.e.cause_no;
        x.kind = names_kind_name(w->e.names, x.e.kind, w->a);
        vec_push(&w->events, x);
    }
    assert_false(c.bad);
}

static void engine_open(world *w)
{
    engine *e = &w->e;
    *e = (engine){ .o = &w->o, .tl = w->tl };
    size_t applied;
    assert_ok(db_open(&w->o, w->path, DB_WRITER, &w->d));
    assert_ok(migrate(w->d, migrations, migrations_count, w->now_us, NULL, w->a, &applied));
    assert_ok(names_open(w->d, &e->names));
    e->rules = rules_create();
    assert_ok(vault_open(&w->o, w->key, w->a, &e->vault));
    ledger_open(e);
    assert_ok(plan_open(e, w->d));
    assert_ok(people_open(e, w->d));
    assert_ok(record_open(e, w->d));
    assert_ok(task_register(e));
    privacy_open(e);
    profile_register(e);
    tier_register(e);
    buf lint = { 0 };
    assert_ok(people_lint(e, w->d, &lint));
    assert_str(buf_str(&lint), S(""));
    buf_free(&lint);
    assert_ok(rules_open(e, w->d));
    assert_ok(tier_open(e, w->d));
    assert_ok(
        teller_open(&(teller_config) { .o = &w->o, .d = w->d, .user = e, .on_event = engine_on_event, .on_visible = visible, .ship = ship, .ship_sync = ship_sync },
                    &w->f, w->a, &e->teller));
}

static void engine_close(world *w)
{
    teller_close(w->e.teller);
    tier_close(&w->e);
    rules_close(w->e.rules);
    record_close(&w->e);
    people_close(&w->e);
    ledger_close(&w->e);
    plan_close(&w->e);
    vault_close(w->e.vault);
    names_close(w->e.names);
}

void world_open(world *w)
{
    memset(w, 0, sizeof *w);
    w->ops = *os_posix()->ops;
    w->ops.now_us = fake_now;
    w->o.ops = &w->ops;
    w->now_us = local_us("2026-03-09 10:00");
    snprintf(w->dir, sizeof w->dir, "/tmp/lianyi-domain-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->path, sizeof w->path, "%s/t.db", w->dir);
    snprintf(w->key, sizeof w->key, "%s/master.key", w->dir);
    w->a = arena_create();
    assert_ok(vault_create(&w->o, w->key));
    int64_t last;
    snprintf(w->log, sizeof w->log, "%s.log", w->dir);
    assert_ok(timeline_open(&(timeline_config){ .o = &w->o, .dir = w->log }, &w->f, w->a, &w->tl, &last));
    engine_open(w);
}

void world_reopen(world *w)
{
    engine_close(w);
    engine_open(w);
}

void world_shut(world *w)
{
    engine_close(w);
    timeline_close(w->tl);
    w->tl = NULL;
}

void world_start(world *w)
{
    int64_t last;
    assert_ok(timeline_open(&(timeline_config){ .o = &w->o, .dir = w->log }, &w->f, w->a, &w->tl, &last));
    engine_open(w);
    assert_ok(teller_catch_up(w->e.teller, last, &w->f, w->a));
}

static void remove_all(world *w, const char *dir)
{
    str *files;
    size_t n;
    assert_ok(os_list(os_posix(), dir, w->a, &files, &n));
    for (size_t i = 0; i < n; i++)
        assert_ok(os_remove(os_posix(), arena_fmt(w->a, "%s/%s", dir, files[i].s).s));
    rmdir(dir);
}

void world_ship(world *w)
{
    for (bool worked = true; worked;)
        assert_ok(teller_ship(w->e.teller, &worked));
    assert_int_equal(timeline_logged(w->tl), teller_head(w->e.teller));
}

void world_close(world *w)
{
    engine_close(w);
    timeline_close(w->tl);
    remove_all(w, w->dir);
    remove_all(w, w->log);
    vec_free(&w->events);
    arena_destroy(w->a);
}

typedef struct call { op o; world *w; err (*fn)(tx *t, void *p); void *p; err outcome; bool done; } call;

static err call_run(op *o, tx *t)
{
    call *c = (call *)(void *)o;
    t->f = &c->w->f;
    engine_collect(t, &c->w->rings);
    err e = c->fn(t, c->p);
    if (e == E_OK)
        engine_collect(t, NULL);
    // Strings of rings live in the group's arena: the test outlives it.
    for (uint32_t i = 0; i < c->w->rings.n; i++) {
        ring *r = &c->w->rings.v[i];
        r->what = arena_str(c->w->a, r->what);
        r->why = arena_str(c->w->a, r->why);
        r->rule_key = arena_str(c->w->a, r->rule_key);
    }
    return e;
}

static void call_done(op *o, err outcome)
{
    call *c = (call *)(void *)o;
    c->outcome = outcome;
    c->done = true;
}

err world_run(world *w, err (*fn)(tx *t, void *p), void *p)
{
    call c = { .o = { .run = call_run, .done = call_done }, .w = w, .fn = fn, .p = p };
    w->rings.n = w->rings.dropped = 0;
    w->f = (fault){ 0 };
    assert_true(teller_submit(w->e.teller, &c.o));
    bool worked;
    assert_ok(teller_step(w->e.teller, &worked));
    assert_true(c.done);
    assert_null(w->e.rings);
    assert_null(w->e.run);
    return c.outcome;
}

static err load(tx *t, void *p)
{
    TRY(plan_load_playbook(t, *(str *)p));
    TRY(profile_load(t, *(str *)p));
    TRY(tier_load(t, *(str *)p));
    return rules_load(t, *(str *)p, S("playbook"));
}

void world_load(world *w, const char *json)
{
    str text = str_c(json);
    err e = world_run(w, load, &text);
    if (e != E_OK)
        fail_msg("%s at " STR_FMT ": " STR_FMT, err_info_of(e)->code, STR_ARG(w->f.field), STR_ARG(w->f.detail));
}

str world_file(const char *name)
{
    for (const embedded *f = playbook_files; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f->bytes;
    fail_msg("no %s in the playbook", name);
    return (str){ 0 };
}

void world_playbook(world *w)
{
    static const char *const files[] = { "events.json", "aliases.json", "tags.json", "tiers.json", "rules.json" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        world_load(w, arena_cstr(w->a, world_file(files[i])));
}

static err fire_timers(tx *t, void *p)
{
    return timers_run(t, 10 * US_PER_S, p);
}

bool world_timers(world *w)
{
    bool more;
    assert_ok(world_run(w, fire_timers, &more));
    return !more;
}

int64_t world_balance(world *w, uint32_t person, const char *unit, bool pending)
{
    const ledger_balance *b;
    size_t n;
    assert_ok(ledger_balances(w->d, person, 0, w->a, &b, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(b[i].unit, str_c(unit)))
            return pending ? b[i].pending : b[i].balance;
    return 0;
}

const route *world_route(const route_table *t, method m, const char *path)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->routes[i].method == m && strcmp(t->routes[i].path, path) == 0)
            return &t->routes[i];
    fail_msg("no route %s", path);
    return NULL;
}

str world_get(world *w, const route *rt, int64_t id, const void *query)
{
    req r = { .route = rt, .a = w->a, .now_us = w->now_us, .path_id = { id }, .query = query, .d = w->d, .app = &w->e,
              .head = teller_head(w->e.teller), .who = { .kind = CALLER_STAFF, .id = 7, .name = S("李"), .permissions = ~UINT64_C(0) } };
    r.reply = arena_alloc(w->a, 1, rt->reply->size, 16);
    if (!r.query && rt->query)
        r.query = arena_alloc(w->a, 1, rt->query->size, 16);
    w->f = (fault){ 0 };
    err e = rt->handler(&r);
    bool worked;
    if (teller_stats_now(w->e.teller).queue_now)       // what a read left to write: audit
        assert_ok(teller_step(w->e.teller, &worked));
    if (e != E_OK)
        return str_c(err_info_of(e)->code);
    buf b = { 0 };
    jw j = { .b = &b };
    e = shape_write(rt->reply, r.reply, &j, &w->f, w->a);
    if (e != E_OK)
        fail_msg("%s: %s at " STR_FMT, rt->path, err_info_of(e)->code, STR_ARG(w->f.field));
    str json = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    return json;
}

typedef struct written { world *w; const route *rt; req r; str reply; err outcome; } written;

static err reply_write(world *w, const route *rt, const void *reply, str *ret)
{
    buf b = { 0 };
    jw j = { .b = &b };
    err e = shape_write(rt->reply, reply, &j, &w->f, w->a);
    if (e != E_OK)
        fail_msg("%s: %s at " STR_FMT, rt->path, err_info_of(e)->code, STR_ARG(w->f.field));
    *ret = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    return e;
}

static err run_post(tx *t, void *p)
{
    written *x = p;
    x->r.tx = t;
    x->r.d = t->d;
    t->f = &x->r.f;
    x->outcome = x->rt->handler(&x->r);
    if (x->outcome == E_OK && x->rt->reply)
        TRY(reply_write(x->w, x->rt, x->r.reply, &x->reply));
    return x->outcome;
}

str world_post(world *w, const route *rt, int64_t id, const char *body)
{
    return world_post_at(w, rt, (str){ "", 0 }, id, body);
}

str world_post_at(world *w, const route *rt, str param, int64_t id, const char *body)
{
    written x = { .w = w, .rt = rt, .reply = { "", 0 },
                  .r = { .route = rt, .a = w->a, .now_us = w->now_us, .path_id = { id }, .path_param = { param }, .app = &w->e,
                         .header_if_match = w->if_match.len ? w->if_match : S("*"),
                         .who = { .kind = CALLER_STAFF, .id = 7, .name = S("李") } } };
    if (rt->body) {
        void *in = arena_alloc(w->a, 1, rt->body->size, 16);
        err e = shape_read_text(rt->body, str_c(body), w->a, &w->f, in);
        if (e != E_OK)
            return str_c(err_info_of(e)->code);
        x.r.body = in;
    }
    if (rt->reply) {
        x.r.reply = arena_alloc(w->a, 1, rt->reply->size, 16);
        memset(x.r.reply, 0, rt->reply->size);
    }
    err e = rt->prepare ? rt->prepare(&x.r) : E_OK;
    if (e == E_OK)
        e = world_run(w, run_post, &x);
    if (e != E_OK)
        w->f = x.r.f;
    return e == E_OK ? x.reply : str_c(err_info_of(e)->code);
}

int64_t local_us(const char *local)
{
    civil c = { 0 };
    assert_true(sscanf(local, "%d-%d-%d %d:%d", &c.year, &c.month, &c.day, &c.hour, &c.minute) == 5);
    return civil_to_us(c, ZONE_OFFSET_US);
}

void world_set_time(world *w, const char *local)
{
    w->now_us = local_us(local);
}

static err keep(tx *t, const happening *h, vault_kind kind, const char *plain, str name, event_prop *out)
{
    vault_item item;
    str ref;
    TRY(vault_seal(engine_of(t)->vault, kind, str_c(plain), &item));
    TRY(people_keep(t, h->who.subject, &item, &ref));
    *out = prop_str(name, ref);
    return E_OK;
}

err world_happen_in(tx *t, void *p)
{
    happening *h = p;
    engine *e = engine_of(t);
    identity ids[2];
    size_t n = 0, m = h->n;
    if (h->user)
        ids[n++] = people_identity(e->vault, IDENTITY_USER_ID, str_c(h->user));
    if (h->device)
        ids[n++] = people_identity(e->vault, IDENTITY_ANONYMOUS_ID, str_c(h->device));
    TRY(people_resolve(t, ids, n, h->at_us, S("test"), &h->who));
    event_prop *props = arena_array(t->a, event_prop, h->n + 2);
    if (h->n)
        memcpy(props, h->props, h->n * sizeof *props);
    if (h->phone)
        TRY(keep(t, h, VAULT_PHONE, h->phone, S("phone"), &props[m++]));
    if (h->vin)
        TRY(keep(t, h, VAULT_VIN, h->vin, S("vin"), &props[m++]));
    return engine_emit(t,
                       &(event_new){ .subject = h->who.subject,
                                      .kind = str_c(h->kind),
                                      .props = props,
                                      .props_n = m,
                                      .time_us = h->at_us,
                                      .received_us = h->received_us,
                                      .flags = h->flags,
                                      .source = 1 },
                       &h->no);
}

err world_happen(world *w, happening *h)
{
    return world_run(w, world_happen_in, h);
}

int64_t world_int(world *w, const char *sql)
{
    db_rows r;
    assert_ok(db_query_text(w->d, &r, str_c(sql), NULL, 0));
    int64_t v = db_next(&r) ? db_i64(&r, 0) : INT64_MIN;
    assert_ok(db_end(&r));
    return v;
}

size_t world_told(const world *w, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < w->events.n; i++)
        n += str_eq(w->events.v[i].kind, str_c(kind));
    return n;
}

const ring *world_ring(const world *w, const char *kind, ring_outcome outcome)
{
    for (uint32_t i = 0; i < w->rings.n; i++)
        if (strcmp(w->rings.v[i].kind, kind) == 0 && w->rings.v[i].outcome == outcome)
            return &w->rings.v[i];
    return NULL;
}

size_t world_rings(const world *w)
{
    return w->rings.n;
}
