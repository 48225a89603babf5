#include "rule/names_inside.h"
#include "base/personal.h"
#include <stdlib.h>

static str own_str(str v)
{
    char *own = malloc(v.len + 1);
    ENSURE(own);
    if (v.len)
        memcpy(own, v.s, v.len);
    own[v.len] = 0;
    return str_of(own, v.len);
}

void names_dict_put(dict *d, uint32_t id, str name)
{
    while (d->names.n <= id)
        vec_push(&d->names, ((str){ "", 0 }));
    d->names.v[id] = own_str(name);
    mapstr_put(&d->ids, name, id);
}

void names_dict_drop(dict *d, uint32_t id)
{
    str name = d->names.v[id];
    mapstr_del(&d->ids, name);
    d->names.v[id] = (str){ "", 0 };
    free((void *)(uintptr_t)name.s);
}

static void dict_free(dict *d)
{
    for (size_t i = 0; i < d->names.n; i++)
        if (d->names.v[i].len)
            free((void *)(uintptr_t)d->names.v[i].s);
    vec_free(&d->names);
    mapstr_free(&d->ids);
}

static uint32_t dict_find(const dict *d, str name)
{
    uint64_t id = 0;
    return mapstr_get(&d->ids, name, &id) ? (uint32_t)id : 0;
}

static void pair_put(names *n, uint32_t kind, uint32_t prop_id)
{
    uint64_t count = 0;
    map64_put(&n->pairs, (uint64_t)kind << 32 | prop_id, n->seen_pairs.n);
    vec_push(&n->seen_pairs, ((pair){ kind, prop_id, 0, 0 }));
    map64_get(&n->props_of, kind, &count);
    map64_put(&n->props_of, kind, count + 1);
}

static void label_put(names *n, uint32_t id, str zh, str en)
{
    while (n->labels.n <= id)
        vec_push(&n->labels, (label){ 0 });
    label *l = &n->labels.v[id];
    free((void *)(uintptr_t)l->zh.s);
    free((void *)(uintptr_t)l->en.s);
    *l = (label){ own_str(zh), own_str(en) };
}

static err names_load(names *n, db *d)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT id, name, zh, en FROM kind"));
    while (db_next(&r)) {
        names_dict_put(&n->kinds, (uint32_t)db_i64(&r, 0), db_str(&r, 1));
        if (db_str(&r, 2).len)
            label_put(n, (uint32_t)db_i64(&r, 0), db_str(&r, 2), db_str(&r, 3));
    }
    TRY(db_end(&r));
    TRY(db_query(d, &r, "SELECT id, name FROM prop"));
    while (db_next(&r))
        names_dict_put(&n->props, (uint32_t)db_i64(&r, 0), db_str(&r, 1));
    TRY(db_end(&r));
    TRY(db_query(d, &r, "SELECT kind, prop FROM kind_prop"));
    while (db_next(&r))
        pair_put(n, (uint32_t)db_i64(&r, 0), (uint32_t)db_i64(&r, 1));
    TRY(db_end(&r));
    return names_users_load(n, d);
}

err names_open(db *d, names **ret)
{
    names *n = calloc(1, sizeof *n);
    ENSURE(n && pthread_rwlock_init(&n->lock, NULL) == 0);
    n->kinds.kind = NAMES_WORD_KIND;
    n->props.kind = NAMES_WORD_PROP;
    vec_push(&n->kinds.names, ((str){ "", 0 }));
    vec_push(&n->props.names, ((str){ "", 0 }));
    err e = names_load(n, d);
    if (e != E_OK) {
        names_close(n);
        return e;
    }
    *ret = n;
    return E_OK;
}

void names_hush_by(names *n, names_hush *hush) { n->hush = hush; }

void names_close(names *n)
{
    if (!n)
        return;
    dict_free(&n->kinds);
    dict_free(&n->props);
    for (size_t i = 0; i < n->labels.n; i++) {
        free((void *)(uintptr_t)n->labels.v[i].zh.s);
        free((void *)(uintptr_t)n->labels.v[i].en.s);
    }
    vec_free(&n->labels);
    map64_free(&n->pairs);
    vec_free(&n->seen_pairs);
    vec_free(&n->counted);
    map64_free(&n->props_of);
    names_users_free(n);
    pthread_rwlock_destroy(&n->lock);
    free(n);
}

// What was learned in the open group, to be forgotten when it is undone.
typedef struct learned { names *n; dict *d; uint32_t id, kind, prop; } learned;

static void forget_name(void *p)
{
    learned *l = p;
    pthread_rwlock_wrlock(&l->n->lock);
    names_dict_drop(l->d, l->id);
    pthread_rwlock_unlock(&l->n->lock);
}

static void forget_pair(void *p)
{
    learned *l = p;
    uint64_t count = 0;
    map64_del(&l->n->pairs, (uint64_t)l->kind << 32 | l->prop);
    map64_get(&l->n->props_of, l->kind, &count);
    map64_put(&l->n->props_of, l->kind, count - 1);
}

static err name_check(tx *t, str name)
{
    if (str_empty(name) || name.len > NAMES_BYTES_MAX || !str_utf8_valid(name))
        return fault_detail(t->f, t->a, E_FIELD_VALUE, "a name has 1 to %d bytes of UTF-8", NAMES_BYTES_MAX);
    return E_OK;
}

static void name_learn(tx *t, names *n, dict *d, uint32_t id, str name)
{
    pthread_rwlock_wrlock(&n->lock);
    names_dict_put(d, id, name);
    pthread_rwlock_unlock(&n->lock);
    learned *l = arena_new(t->a, learned);
    *l = (learned){ .n = n, .d = d, .id = id };
    tx_undo(t, forget_name, l);
}

static err name_refuse(tx *t, names *n, int64_t limit)
{
    atomic_fetch_add_explicit(&n->refused, 1, memory_order_relaxed);
    return fault_field(t->f, t->a, E_LIMIT_REACHED, (str){ 0 }, limit);
}

err names_clean(tx *t, const names *n, uint32_t by, str *name)
{
    *name = personal_starred(*name, t->a);
    return by && n->hush ? n->hush(t, by, name) : E_OK;
}

err names_kind(tx *t, names *n, str name, uint32_t by, uint32_t *ret)
{
    uint32_t id = dict_find(&n->kinds, name);
    if (!id) {
        str clean = name;
        TRY(names_clean(t, n, by, &clean));
        if (clean.s != name.s)
            return names_kind(t, n, clean, by, ret);
        TRY(name_check(t, name));
        if (n->kinds.ids.n >= NAMES_KINDS_MAX)
            return name_refuse(t, n, NAMES_KINDS_MAX);
        id = tx_dense(t, COUNTER_KIND);
        TRY(db_exec(t->d, "INSERT INTO kind (id, name, zh, en, declared, first_us) VALUES ($1, $2, '', '', 0, $3)", dbi(id),
                    dbs(name), dbi(t->now_us)));
        name_learn(t, n, &n->kinds, id, name);
    }
    *ret = id;
    return names_user(t, &n->kinds, id, by);
}

// A property seen for the first time with this kind.
static err pair_learn(tx *t, names *n, uint32_t kind, uint32_t prop_id, value_kind type)
{
    uint64_t count = 0;
    map64_get(&n->props_of, kind, &count);
    if (count >= NAMES_PROPS_PER_KIND_MAX)
        return name_refuse(t, n, NAMES_PROPS_PER_KIND_MAX);
    TRY(db_exec(t->d, "INSERT INTO kind_prop (kind, prop, type, first_us) VALUES ($1, $2, $3, $4)", dbi(kind), dbi(prop_id),
                dbi(type), dbi(t->now_us)));
    pair_put(n, kind, prop_id);
    learned *l = arena_new(t->a, learned);
    *l = (learned){ .n = n, .kind = kind, .prop = prop_id };
    tx_undo(t, forget_pair, l);
    return E_OK;
}

err names_prop(tx *t, names *n, uint32_t kind, str name, value_kind type, uint32_t by, uint32_t *ret)
{
    uint32_t id = dict_find(&n->props, name);
    if (!id) {
        str clean = name;
        TRY(names_clean(t, n, by, &clean));
        if (clean.s != name.s)
            return names_prop(t, n, kind, clean, type, by, ret);
        TRY(name_check(t, name));
        if (n->props.ids.n >= NAMES_PROPS_MAX)
            return name_refuse(t, n, NAMES_PROPS_MAX);
        id = tx_dense(t, COUNTER_PROP);
        TRY(db_exec(t->d, "INSERT INTO prop (id, name, first_us) VALUES ($1, $2, $3)", dbi(id), dbs(name), dbi(t->now_us)));
        name_learn(t, n, &n->props, id, name);
    }
    if (!map64_get(&n->pairs, (uint64_t)kind << 32 | id, NULL))
        TRY(pair_learn(t, n, kind, id, type));
    *ret = id;
    return names_user(t, &n->props, id, by);
}

// The quick answer first: while there is room for all of them to be new, none need be looked up.
int64_t names_room(const names *n, str kind_name, const str *props, size_t props_n)
{
    uint64_t seen = 0;
    uint32_t kind = dict_find(&n->kinds, kind_name);
    if (!kind && n->kinds.ids.n >= NAMES_KINDS_MAX)
        return NAMES_KINDS_MAX;
    map64_get(&n->props_of, kind, &seen);
    if (n->props.ids.n + props_n <= NAMES_PROPS_MAX && seen + props_n <= NAMES_PROPS_PER_KIND_MAX)
        return 0;
    size_t fresh = 0, paired = 0;
    for (size_t i = 0; i < props_n; i++) {
        uint32_t id = dict_find(&n->props, props[i]);
        fresh += id == 0;
        paired += id == 0 || !map64_get(&n->pairs, (uint64_t)kind << 32 | id, NULL);
    }
    if (fresh && n->props.ids.n + fresh > NAMES_PROPS_MAX)
        return NAMES_PROPS_MAX;
    return paired && seen + paired > NAMES_PROPS_PER_KIND_MAX ? NAMES_PROPS_PER_KIND_MAX : 0;
}

void names_count(names *n, uint32_t kind, const prop *props, size_t props_n, int64_t at_us)
{
    for (size_t i = 0; i < props_n; i++) {
        uint64_t at;
        if (!map64_get(&n->pairs, (uint64_t)kind << 32 | props[i].id, &at))
            continue;
        pair *p = &n->seen_pairs.v[at];
        if (p->n++ == 0)
            vec_push(&n->counted, (uint32_t)at);
        p->last_us = at_us;
    }
}

#define PAIRS_PER_FLUSH 300

err names_flush(tx *t, names *n, bool *ret_more)
{
    for (size_t i = 0; i < PAIRS_PER_FLUSH && n->counted.n > 0; i++) {
        pair *p = &n->seen_pairs.v[n->counted.v[--n->counted.n]];
        TRY(db_exec(t->d, "UPDATE kind_prop SET n = n + $3, last_us = $4 WHERE kind = $1 AND prop = $2", dbi(p->kind), dbi(p->prop),
                    dbi(p->n), dbi(p->last_us)));
        p->n = 0;
    }
    *ret_more = n->counted.n > 0;
    return E_OK;
}

err names_declare(tx *t, names *n, str name, str zh, str en)
{
    uint32_t id;
    TRY(names_kind(t, n, name, NAMES_BRAND, &id));
    TRY(db_exec(t->d, "UPDATE kind SET zh = $2, en = $3, declared = 1 WHERE id = $1", dbi(id), dbs(zh), dbs(en)));
    pthread_rwlock_wrlock(&n->lock);
    label_put(n, id, zh, en);
    pthread_rwlock_unlock(&n->lock);
    return E_OK;
}

uint32_t names_kind_known(const names *n, str name)
{
    return dict_find(&n->kinds, name);
}

uint32_t names_prop_known(const names *n, str name)
{
    return dict_find(&n->props, name);
}

static uint32_t find_locked(names *n, const dict *d, str name)
{
    pthread_rwlock_rdlock(&n->lock);
    uint32_t id = dict_find(d, name);
    pthread_rwlock_unlock(&n->lock);
    return id;
}

static str name_locked(names *n, const dict *d, uint32_t id, arena *a)
{
    pthread_rwlock_rdlock(&n->lock);
    str name = id < d->names.n ? arena_str(a, d->names.v[id]) : (str){ "", 0 };
    pthread_rwlock_unlock(&n->lock);
    return name;
}

uint32_t names_kind_find(names *n, str name)
{
    return find_locked(n, &n->kinds, name);
}

uint32_t names_prop_find(names *n, str name)
{
    return find_locked(n, &n->props, name);
}

str names_kind_name(names *n, uint32_t id, arena *a)
{
    return name_locked(n, &n->kinds, id, a);
}

str names_prop_name(names *n, uint32_t id, arena *a)
{
    return name_locked(n, &n->props, id, a);
}

str names_kind_label(names *n, uint32_t id, lang l, arena *a)
{
    pthread_rwlock_rdlock(&n->lock);
    str v = { "", 0 };
    if (id < n->labels.n && n->labels.v[id].zh.len)
        v = arena_str(a, l == LANG_ZH ? n->labels.v[id].zh : n->labels.v[id].en);
    pthread_rwlock_unlock(&n->lock);
    return v;
}

uint32_t names_kind_count(names *n)
{
    pthread_rwlock_rdlock(&n->lock);
    uint32_t count = (uint32_t)n->kinds.ids.n;
    pthread_rwlock_unlock(&n->lock);
    return count;
}

int64_t names_refused(names *n)
{
    return atomic_load_explicit(&n->refused, memory_order_relaxed);
}

static uint32_t dictionary_kind(void *user, str name)
{
    return names_kind_find(user, name);
}

static uint32_t dictionary_prop(void *user, str name)
{
    return names_prop_find(user, name);
}

static str dictionary_kind_name(void *user, uint32_t id, arena *a)
{
    return names_kind_name(user, id, a);
}

static str dictionary_prop_name(void *user, uint32_t id, arena *a)
{
    return names_prop_name(user, id, a);
}

dictionary names_dictionary(names *n)
{
    return (dictionary){ n, dictionary_kind, dictionary_prop, dictionary_kind_name, dictionary_prop_name };
}
