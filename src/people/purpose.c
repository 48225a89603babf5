// Purposes of consent. Lists are never changed: a new one takes the place of the old, which stays, because a reader may still
// hold it.
#include "people/consent.h"
#include "people/people_internal.h"

struct purposes {
    arena *a;
    const purpose_list *now; // atomic
};

#define PURPOSE_ROW(key, zh, en, channel, named)                                                                                 \
    { { key, sizeof key - 1 }, { zh, sizeof zh - 1 }, { en, sizeof en - 1 }, channel, named },
static const purpose_info built_in[] = { PURPOSE_LIST(PURPOSE_ROW) };
#undef PURPOSE_ROW
#define BUILT_IN_N (sizeof built_in / sizeof *built_in)

const purpose_info *purpose_built_in(str key)
{
    for (size_t i = 0; i < BUILT_IN_N; i++)
        if (str_eq(built_in[i].key, key))
            return &built_in[i];
    return NULL;
}

const purpose_list *purposes_now(const engine *e) { return __atomic_load_n(&e->people->purposes->now, __ATOMIC_ACQUIRE); }

const purpose_info *purpose_keyed(const engine *e, str key)
{
    const purpose_list *l = purposes_now(e);
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->v[i].key, key))
            return &l->v[i];
    return NULL;
}

static bool company_ok(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return s.len > 0;
}

const purpose_info *purpose_of(const engine *e, str text)
{
    str company = text, key = str_cut(&company, ':');
    const purpose_info *k = text.len <= PURPOSE_BYTES_MAX ? purpose_keyed(e, key) : NULL;
    bool one = key.len < text.len;
    return k && one == k->named && (!one || company_ok(company)) ? k : NULL;
}

static err list_read(struct purposes *x, db *d, const purpose_list **ret)
{
    purpose_list *l = arena_new(x->a, purpose_list);
    db_rows r;
    memcpy(l->v, built_in, sizeof built_in);
    l->n = BUILT_IN_N;
    TRY(db_query(d, &r, "SELECT key, zh, en, channel, named FROM consent_purpose ORDER BY position, key LIMIT 64"));
    while (l->n < PURPOSES_MAX && db_next(&r))
        l->v[l->n++] = (purpose_info){ arena_str(x->a, db_str(&r, 0)), arena_str(x->a, db_str(&r, 1)), arena_str(x->a, db_str(&r, 2)),
                                   db_i64(&r, 3) == 1, db_i64(&r, 4) == 1 };
    *ret = l;
    return db_end(&r);
}

err purposes_open(people *p, db *d)
{
    arena *a = arena_create();
    p->purposes = arena_new(a, struct purposes);
    *p->purposes = (struct purposes) { .a = a };
    return list_read(p->purposes, d, &p->purposes->now);
}

void purposes_close(people *p)
{
    if (p->purposes)
        arena_destroy(p->purposes->a);
}

typedef struct before {
    struct purposes *x;
    const purpose_list *list;
} before;

static void list_back(void *p)
{
    const before *b = p;
    __atomic_store_n(&b->x->now, b->list, __ATOMIC_RELEASE);
}

static err list_again(tx *t)
{
    struct purposes *x = engine_of(t)->people->purposes;
    const purpose_list *next;
    TRY(list_read(x, t->d, &next));
    before *b = arena_new(t->a, before);
    *b = (before) { x, x->now };
    tx_undo(t, list_back, b);
    __atomic_store_n(&x->now, next, __ATOMIC_RELEASE);
    return E_OK;
}

err purpose_set(tx *t, const purpose_info *k)
{
    TRY(db_exec(t->d, "UPDATE consent_purpose SET zh = $2, en = $3, channel = $4 WHERE key = $1", dbs(k->key), dbs(k->zh), dbs(k->en),
                dbi(k->channel)));
    return list_again(t);
}

err purpose_add(tx *t, const purpose_info *k)
{
    struct purposes *x = engine_of(t)->people->purposes;
    if (purpose_keyed(engine_of(t), k->key))
        return fault_field(t->f, t->a, E_EXISTS, S("key"), 0);
    if (x->now->n >= PURPOSES_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("key"), PURPOSES_MAX);
    TRY(db_exec(t->d, "INSERT INTO consent_purpose (key, zh, en, channel, named, position) VALUES ($1, $2, $3, $4, $5, $6)",
                dbs(k->key), dbs(k->zh), dbs(k->en), dbi(k->channel), dbi(k->named), dbi((int64_t)x->now->n + 1)));
    return list_again(t);
}
