// Identities and subjects. An identity belongs to one subject at a time, and what it said stays that subject's for ever.
#include "people/doubt.h"
#include "base/personal.h"
#include "base/vec.h"

#define KNOWN_MAX (4 << 20)             // some 35 bytes each

#define IDENTITY_RANK(id, ...) RANK_##id,
enum { IDENTITY_LIST(IDENTITY_RANK) RANKS };
#undef IDENTITY_RANK
_Static_assert(RANKS == (int)IDENTITY_COUNT, "the codes of identity kinds are 0 … n - 1");
#define IDENTITY_INFO(id, code, name_, zh_, en_, strong_, secret_, most_, hands_, telling_)                                \
    [IDENTITY_##id] = { .name = name_, .zh = zh_, .en = en_, .strong = strong_, .secret = secret_, .hands = hands_, .telling = telling_, \
                        .rank = RANK_##id, .most = most_ },
const identity_info identity_infos[IDENTITY_COUNT] = { IDENTITY_LIST(IDENTITY_INFO) };
#undef IDENTITY_INFO

// The vault's kind of the same value; false: it has none.
static bool vault_kind_of(identity_kind kind, vault_kind *ret)
{
    *ret = kind == IDENTITY_PHONE ? VAULT_PHONE : kind == IDENTITY_EMAIL ? VAULT_EMAIL : VAULT_VIN;
    return kind == IDENTITY_PHONE || kind == IDENTITY_EMAIL || kind == IDENTITY_VIN;
}

identity people_identity(const vault *v, identity_kind kind, str text)
{
    vault_kind k;
    if (vault_kind_of(kind, &k))
        return (identity){ kind, vault_hash(v, k, text), { "", 0 }, identity_placeholder(text) };
    const identity_info *i = &identity_infos[kind];
    return (identity){ kind, vault_hash_named(v, str_c(i->name), text), i->secret || personal_in(text) ? (str){ "", 0 } : text,
                       identity_placeholder(text) };
}

static people *people_of(const tx *t)
{
    return engine_of(t)->people;
}

// --- Memory -------------------------------------------------------------------------------------------------------------------

static uint64_t key_of(const identity *id)
{
    return id->hash.lo ^ ((uint64_t)id->kind + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static map64 *shard_of(people *p, const identity *id) { return &p->known[id->hash.hi >> 56]; }

static uint32_t known_get(people *p, const identity *id)
{
    uint64_t at;
    bool found = map64_get(shard_of(p, id), key_of(id), &at);
    return found && at >> 32 == (id->hash.hi & UINT32_MAX) ? (uint32_t)at : 0;
}

static void known_put(people *p, const identity *id, uint32_t subject)
{
    map64 *m = shard_of(p, id);
    if (m->n >= KNOWN_MAX / KNOWN_SHARDS)
        map64_free(m);
    map64_put(m, key_of(id), (id->hash.hi & UINT32_MAX) << 32 | subject);
}

typedef struct forgotten { people *p; identity id; } forgotten;

static void known_forget(void *x)
{
    forgotten *f = x;
    map64_del(shard_of(f->p, &f->id), key_of(&f->id));
}

// --- Finding and minting ------------------------------------------------------------------------------------------------------

str identity_bytes(const hash128 *h)
{
    return str_of((const char *)h, sizeof *h);
}

err identity_find(tx *t, const identity *id, int64_t at_us, uint32_t *ret)
{
    people *p = people_of(t);
    *ret = known_get(p, id);
    if (*ret)
        return E_OK;
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT subject, from_us, until_us FROM identity WHERE kind = $1 AND hash = $2 AND from_us <= $3"
                     " ORDER BY from_us DESC LIMIT 1",
                     dbi(id->kind), dbb(identity_bytes(&id->hash)), dbi(at_us > 0 ? at_us : t->now_us)));
    if (found) {
        *ret = (uint32_t)db_i64(&r, 0);
        if (db_i64(&r, 1) == 0 && db_i64(&r, 2) == 0)
            known_put(p, id, *ret);
    }
    return db_end(&r);
}

err identity_forget(tx *t, uint32_t subject)
{
    people *p = people_of(t);
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT kind, hash FROM identity WHERE subject = $1", dbi(subject)));
    while (db_next(&r)) {
        identity id = { .kind = (identity_kind)db_i64(&r, 0) };
        if (db_blob(&r, 1).len == sizeof id.hash)
            memcpy(&id.hash, db_blob(&r, 1).s, sizeof id.hash);
        known_forget(&(forgotten){ p, id });    // undone: it is asked of the database again
    }
    TRY(db_end(&r));
    map64_del(&p->seen, subject);
    return db_exec(t->d, "DELETE FROM identity WHERE subject = $1", dbi(subject));
}

static err handed_to_next(tx *t, const identity *id, uint32_t subject, int64_t at_us)
{
    int64_t next;
    TRY(db_int(t->d, &next, 0, "SELECT subject FROM identity WHERE kind = $1 AND hash = $2 AND from_us = $3", dbi(id->kind),
               dbb(identity_bytes(&id->hash)), dbi(at_us)));
    link_hand_over(t, subject, (uint32_t)next, at_us);
    return late_told(t, (uint32_t)next);
}

// A new subject for the identity: since ever, or from the moment on when it was handed over. `source`: who named it first.
static err mint(tx *t, const identity *id, int64_t from_us, str source, uint32_t *ret)
{
    people *p = people_of(t);
    uint32_t subject = tx_dense(t, COUNTER_SUBJECT);
    int64_t until;
    str label = identity_infos[id->kind].secret ? (str){ "", 0 } : str_take(id->label, IDENTITY_BYTES_MAX);
    // An event from before the first hand-over that is known of.
    TRY(db_int(t->d, &until, 0, "SELECT min(from_us) FROM identity WHERE kind = $1 AND hash = $2 AND from_us > $3", dbi(id->kind),
               dbb(identity_bytes(&id->hash)), dbi(from_us)));
    TRY(db_exec(t->d,
                "INSERT INTO identity (kind, hash, from_us, until_us, subject, label, source, at_us, seen_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                dbi(id->kind), dbb(identity_bytes(&id->hash)), dbi(from_us), dbi(until), dbi(subject), dbs(label),
                dbs(str_take(source, 120)), dbi(t->now_us)));
    if (until)
        TRY(handed_to_next(t, id, subject, until));
    if (from_us == 0 && until == 0) {
        known_put(p, id, subject);
        forgotten *f = arena_new(t->a, forgotten);
        *f = (forgotten){ p, *id };
        tx_undo(t, known_forget, f);
    }
    *ret = subject;
    return E_OK;
}

// --- Who may be one person ----------------------------------------------------------------------------------------------------

// Living identities of both, by kind, against what one person may have. *ret_why empty: they may.
static err may_be_one(tx *t, uint32_t one, uint32_t other, str *ret_why)
{
    db_rows r;
    *ret_why = (str){ "", 0 };
    TRY(db_query(t->d, &r,
                 "SELECT kind, count(*) FROM identity WHERE until_us = 0 AND (subject IN ($1, $2) OR subject IN"
                 " (SELECT subject FROM link WHERE person IN ($1, $2))) GROUP BY kind",
                 dbi(one), dbi(other)));
    while (db_next(&r)) {
        const identity_info *i = &identity_infos[db_i64(&r, 0)];
        if (db_i64(&r, 1) > i->most && ret_why->len == 0)
            *ret_why = i->strong ? S("strong") : arena_fmt(t->a, "too_many:%s", i->name);
    }
    return db_end(&r);
}

// The same for one more identity of a kind. From the person's subjects on: by its kind first, every such identity of the brand
// would be looked at.
static err may_have_more(tx *t, uint32_t person, identity_kind kind, bool *ret)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0,
               "SELECT count(*) FROM (SELECT $1 AS subject UNION ALL SELECT subject FROM link WHERE person = $1) s"
               " JOIN identity i ON i.subject = s.subject WHERE i.kind = $2 AND i.until_us = 0",
               dbi(person), dbi(kind)));
    *ret = n < identity_infos[kind].most;
    return E_OK;
}

static int confidence_of(identity_kind kind) { return identity_infos[kind].telling ? 90 : 60; }

// How a message names people. main: the identity its subject is of.
typedef struct naming { tx *t; str source; int64_t at_us; edge_why why; const identity *main; } naming;

static edge_new evidence(const naming *n, uint32_t one, uint32_t other, identity_kind kind)
{
    return (edge_new){ one, other, n->why, (int)kind, n->why == EDGE_ALIAS ? 95 : confidence_of(kind), n->source, { "", 0 }, 0, n->at_us };
}

// A new subject joins the person of the one it was named with, unless that has as many of its kind as one may have, or was named
// with too many already.
static err adopt(const naming *n, uint32_t subject, const identity *id, uint32_t with, const identity *with_id, bool *ret_adopted)
{
    tx *t = n->t;
    uint32_t person = with ? people_person_of(t, with) : 0;
    bool shared = false;
    *ret_adopted = false;
    if (with && with_id)
        TRY(identity_shared(t, with_id, with, &shared));
    if (person && !shared)
        TRY(may_have_more(t, person, id->kind, ret_adopted));
    if (!*ret_adopted)
        return person_create(t, subject);
    const edge_new e = evidence(n, subject, with, id->kind);
    TRY(link_set(t, subject, person));
    TRY(edge_add(t, &e, 0, NULL));
    return identity_infos[id->kind].strong ? db_exec(t->d, "UPDATE person SET strong = 1 WHERE id = $1", dbi(person)) : E_OK;
}

// Why not, and whether to ask a steward. *ret_why empty: they may be joined.
static err joinable(const naming *n, uint32_t subject, uint32_t other, const identity *id, str *ret_why)
{
    tx *t = n->t;
    uint32_t mine = people_person_of(t, subject), theirs = people_person_of(t, other);
    bool apart, shared, main_shared = false;
    *ret_why = (str){ "", 0 };
    TRY(identity_shared(t, id, other, &shared));
    if (!shared && n->main)
        TRY(identity_shared(t, n->main, subject, &main_shared));
    if (shared || main_shared) {
        *ret_why = S("shared");
        return E_OK;
    }
    TRY(are_apart(t, mine, theirs, &apart));
    if (apart) {
        *ret_why = S("apart");
        return E_OK;
    }
    TRY(may_be_one(t, mine, theirs, ret_why));
    if (ret_why->len == 0 || !identity_infos[id->kind].telling)
        return E_OK;
    return doubt_note(t, &(doubt_new){ DOUBT_JOIN, subject, other, 0, *ret_why, (int)id->kind, n->source }, NULL);
}

// `subject` was named together with `other`, which that identity stands for.
static err join_if_may(const naming *n, uint32_t subject, uint32_t other, const identity *id, str *ret_why)
{
    *ret_why = (str){ "", 0 };
    if (people_person_of(n->t, subject) == people_person_of(n->t, other))
        return E_OK;
    TRY(joinable(n, subject, other, id, ret_why));
    const edge_new e = evidence(n, subject, other, id->kind);
    return ret_why->len ? E_OK : people_join(n->t, &e);
}

// --- Resolving ----------------------------------------------------------------------------------------------------------------

static void sort_ids(identity *v, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && identity_infos[v[k - 1].kind].rank > identity_infos[v[k].kind].rank; k--) {
            identity x = v[k];
            v[k] = v[k - 1];
            v[k - 1] = x;
        }
}

// Blocked values join nobody: left out, unless the message has nothing else.
static err without_blocked(tx *t, identity *v, size_t *n)
{
    size_t kept = 0;
    identity first = v[0];
    for (size_t i = 0; i < *n; i++) {
        bool blocked;
        TRY(identity_blocked(t, &v[i], &blocked));
        if (!blocked)
            v[kept++] = v[i];
    }
    if (kept == 0)
        v[kept++] = first;
    *n = kept;
    return E_OK;
}

// The first of the identities: its subject, made when new and then linked to whoever the others are known to be.
static err resolve_main(const naming *n, const identity *v, size_t count, resolved *r)
{
    uint32_t other = 0;
    const identity *with = NULL;
    TRY(identity_find(n->t, &v[0], n->at_us, &r->subject));
    if (r->subject)
        return E_OK;
    for (size_t i = 1; i < count && !other; i++) {
        TRY(identity_find(n->t, &v[i], n->at_us, &other));
        with = &v[i];
    }
    TRY(mint(n->t, &v[0], 0, n->source, &r->subject));
    r->created = true;
    return adopt(n, r->subject, &v[0], other, with, &r->joined);
}

static err resolve_other(const naming *n, const identity *id, resolved *r)
{
    uint32_t subject, before = people_person_of(n->t, r->subject);
    bool adopted;
    str why;
    TRY(identity_find(n->t, id, n->at_us, &subject));
    if (!subject) {
        TRY(mint(n->t, id, 0, n->source, &subject));
        TRY(adopt(n, subject, id, r->subject, n->main, &adopted));
        r->joined = r->joined || adopted;
        return E_OK;
    }
    bool apart = people_person_of(n->t, subject) != before;
    TRY(join_if_may(n, r->subject, subject, id, &why));
    r->joined = r->joined || (apart && why.len == 0);
    return E_OK;
}

static err resolve(naming *how, identity *v, size_t n, resolved *ret)
{
    resolved r = { 0 };
    TRY(without_blocked(how->t, v, &n));
    how->main = &v[0];
    TRY(resolve_main(how, v, n, &r));
    for (size_t i = 1; i < n; i++)
        TRY(resolve_other(how, &v[i], &r));
    r.person = people_person_of(how->t, r.subject);
    people *p = people_of(how->t);
    map64_put(&p->seen, r.subject, (uint64_t)how->t->now_us);
    p->minted = r.created && r.person == r.subject ? r.subject : 0;
    p->minted_no = tx_event_no(how->t);
    *ret = r;
    return E_OK;
}

err people_resolve(tx *t, const identity *ids, size_t n, int64_t at_us, str source, resolved *ret)
{
    if (n == 0)
        return fault_field(t->f, t->a, E_FIELD_REQUIRED, S("userId"), 0);
    identity *v = arena_array(t->a, identity, n);
    memcpy(v, ids, n * sizeof *v);
    sort_ids(v, n);
    naming how = { .t = t, .source = source, .at_us = at_us, .why = EDGE_IDENTITY };
    return resolve(&how, v, n, ret);
}

err people_alias(tx *t, const identity *one, const identity *other, int64_t at_us, str source, resolved *ret)
{
    identity v[] = { *one, *other };
    sort_ids(v, 2);
    naming how = { .t = t, .source = source, .at_us = at_us, .why = EDGE_ALIAS };
    return resolve(&how, v, 2, ret);
}

err people_subject(tx *t, const identity *ids, size_t n, int64_t at_us, uint32_t *ret)
{
    size_t main = 0;
    for (size_t i = 1; i < n; i++)
        if (identity_infos[ids[i].kind].rank < identity_infos[ids[main].kind].rank)
            main = i;
    *ret = 0;
    return n ? identity_find(t, &ids[main], at_us, ret) : E_OK;
}

bool people_is_new(tx *t, const identity *ids, size_t n, int64_t at_us)
{
    uint32_t subject = 0;
    return n > 0 && people_subject(t, ids, n, at_us, &subject) == E_OK && subject == 0;
}

err people_claim(tx *t, uint32_t subject, identity_kind kind, hash128 hash, int64_t at_us, str *ret_why)
{
    identity id = { kind, hash, { "", 0 }, false };
    uint32_t other;
    bool adopted, blocked;
    const naming how = { .t = t, .source = { "", 0 }, .at_us = at_us, .why = EDGE_IDENTITY };
    *ret_why = (str){ "", 0 };
    TRY(identity_blocked(t, &id, &blocked));
    if (blocked) {
        *ret_why = S("blocked");
        return E_OK;
    }
    TRY(identity_find(t, &id, at_us, &other));
    if (other)
        return join_if_may(&how, subject, other, &id, ret_why);
    TRY(mint(t, &id, 0, S(""), &other));
    TRY(adopt(&how, other, &id, subject, NULL, &adopted));
    if (!adopted)
        *ret_why = arena_fmt(t->a, "too_many:%s", identity_infos[kind].name);
    return E_OK;
}

// --- Handing over -------------------------------------------------------------------------------------------------------------

typedef struct holder { uint32_t subject; int64_t from_us, until_us; str label; } holder;

// INT64_MAX: now. Subject 0: nobody.
static err holder_at(tx *t, const identity *id, int64_t at_us, holder *ret)
{
    db_rows r;
    bool found;
    *ret = (holder){ .label = { "", 0 } };
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT subject, from_us, until_us, label FROM identity WHERE kind = $1 AND hash = $2 AND from_us <= $3"
                     " ORDER BY from_us DESC LIMIT 1",
                     dbi(id->kind), dbb(identity_bytes(&id->hash)), dbi(at_us)));
    if (found)
        *ret = (holder){ (uint32_t)db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2), arena_str(t->a, db_str(&r, 3)) };
    return db_end(&r);
}

// A number that went to somebody else is no longer one to call the first at; it is again when it comes back. until_us: when the
// next one had it only for a time that is over.
static err values_hand_over(tx *t, const identity *id, int64_t at_us, int64_t until_us, uint32_t from, uint32_t to)
{
    vault_kind kind;
    if (!vault_kind_of(id->kind, &kind))
        return E_OK;
    TRY(db_exec(t->d,
                "UPDATE vault SET until_us = $4 WHERE kind = $1 AND hash = $2 AND until_us = 0 AND (subject = $3 OR subject IN"
                " (SELECT subject FROM link WHERE person = $3))",
                dbi(kind), dbb(identity_bytes(&id->hash)), dbi(from), dbi(at_us)));
    return db_exec(t->d,
                   "UPDATE vault SET until_us = $4 WHERE kind = $1 AND hash = $2 AND until_us <> $4 AND (subject = $3 OR subject IN"
                   " (SELECT subject FROM link WHERE person = $3))",
                   dbi(kind), dbb(identity_bytes(&id->hash)), dbi(to), dbi(until_us));
}

static err tell_handed(tx *t, const identity *id, int64_t at_us, uint32_t from, uint32_t to)
{
    const event_prop props[] = { prop_str(S("identity"), str_c(identity_infos[id->kind].name)), prop_i64(S("from_us"), at_us) };
    // At the end of the first one's time, or it would stand among what the next one did.
    TRY(engine_emit(t, &(event_new){ .subject = from, .kind = S("identity.ended"), .time_us = at_us - 1, .flags = EVENT_SYSTEM, .props = props,
                                     .props_n = 2 }, NULL));
    return engine_emit(t, &(event_new){ .subject = to, .kind = S("identity.received"), .time_us = at_us, .flags = EVENT_SYSTEM,
                                        .props = props, .props_n = 2 }, NULL);
}

static err settle_again(tx *t, uint32_t person)
{
    moved m;
    TRY(person_settle(t, person));
    TRY(stage_settle_silently(t, person, &m));
    return people_changed(t, person);
}

typedef struct companion { int64_t edge; uint32_t subject; edge_new e; bool alone; } companion;
typedef VEC(companion) companions;

static err companions_since(tx *t, uint32_t subject, int64_t at_us, companions *ret)
{
    db_rows r;
    TRY(db_query(t->d, &r,
                 "SELECT id, CASE WHEN one = $1 THEN other ELSE one END, kind, confidence, source, said_us, why = 'alias' FROM edge"
                 " WHERE (one = $1 OR other = $1) AND ended_us = 0 AND said_us >= $2 AND why IN ('identity', 'alias') ORDER BY id",
                 dbi(subject), dbi(at_us)));
    while (db_next(&r)) {
        uint32_t other = (uint32_t)db_i64(&r, 1);
        edge_new e = { other, 0, db_i64(&r, 6) ? EDGE_ALIAS : EDGE_IDENTITY, (int)db_i64(&r, 2), (int)db_i64(&r, 3),
                       arena_str(t->a, db_str(&r, 4)), { "", 0 }, 0, db_i64(&r, 5) };
        vec_push(ret, ((companion){ db_i64(&r, 0), other, e, false }));
    }
    return db_end(&r);
}

// As if it had been named together with the next one's from the first: joined, asked about, or somebody of their own.
static err companion_follow(tx *t, companion *c, const identity *id, uint32_t next)
{
    uint32_t stays, went;
    str why;
    edge_new e = c->e;
    naming n = { .t = t, .source = e.source, .at_us = e.said_us, .why = e.why };
    TRY(people_split_quietly(t, c->edge, S("identity"), &stays, &went));
    TRY(joinable(&n, c->subject, next, id, &why));
    e.other = next;
    c->alone = why.len > 0;
    return c->alone ? E_OK : people_join_quietly(t, &e);
}

// What was named together with the identity only since it is the next one's (a device, a car) is theirs too.
static err companions_follow(tx *t, const identity *id, uint32_t subject, uint32_t next, int64_t at_us, companions *v)
{
    TRY(companions_since(t, subject, at_us, v));
    for (size_t i = 0; i < v->n; i++)
        TRY(companion_follow(t, &v->v[i], id, next));
    return E_OK;
}

// The next one first: that takes their steps out of the others' opportunities.
static err settle_all(tx *t, uint32_t subject, uint32_t next, const companions *v)
{
    TRY(settle_again(t, people_person_of(t, next)));
    TRY(settle_again(t, people_person_of(t, subject)));
    for (size_t i = 0; i < v->n; i++)
        if (v->v[i].alone)
            TRY(settle_again(t, people_person_of(t, v->v[i].subject)));
    return E_OK;
}

// Rows first: they are found by what the timeline says, where nobody has moved yet.
static err goods_follow(tx *t, const identity *id, const holder *h, int64_t at_us, uint32_t next, companions *v)
{
    TRY(people_rehome(t, &(rehoming){ h->subject, next, people_person_of(t, next), at_us }));
    TRY(companions_follow(t, id, h->subject, next, at_us, v));
    TRY(values_hand_over(t, id, at_us, h->until_us, people_person_of(t, h->subject), people_person_of(t, next)));
    return settle_all(t, h->subject, next, v);
}

// The holder's time ends, and until it would have ended the identity is the next one's. subject 0: nobody's that is known.
static err pass_on(tx *t, const identity *id, const holder *h, int64_t at_us, uint32_t subject, uint32_t *ret_next)
{
    uint32_t to = subject ? people_person_of(t, subject) : 0;
    identity next = { id->kind, id->hash, h->label, false };
    TRY(db_exec(t->d, "UPDATE identity SET until_us = $2 WHERE subject = $1", dbi(h->subject), dbi(at_us)));
    known_forget(&(forgotten){ people_of(t), *id });           // no undo: what is not known in memory is asked of the database
    TRY(mint(t, &next, at_us, S(""), ret_next));
    link_hand_over(t, h->subject, *ret_next, at_us);
    TRY(late_told(t, *ret_next));
    if (!to)
        TRY(person_create(t, *ret_next));
    else {
        TRY(link_set(t, *ret_next, to));
        TRY(edge_add(t, &(edge_new){ *ret_next, subject, EDGE_IDENTITY, (int)id->kind, confidence_of(id->kind), { "", 0 }, { "", 0 }, 0,
                                     at_us }, 0, NULL));
    }
    companions v = { 0 };
    err e = goods_follow(t, id, h, at_us, *ret_next, &v);
    vec_free(&v);
    TRY(e);
    return tell_handed(t, id, at_us, h->subject, *ret_next);
}

err people_hand_over(tx *t, const identity *id, int64_t at_us, uint32_t subject, uint32_t *ret_next)
{
    holder h;
    at_us = at_us > 0 ? at_us : t->now_us;
    TRY(holder_at(t, id, INT64_MAX, &h));
    if (!h.subject)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "nobody has this %s", identity_infos[id->kind].name);
    *ret_next = h.subject;
    if (subject && people_person_of(t, h.subject) == people_person_of(t, subject))
        return E_OK;
    if (at_us <= h.from_us)
        return fault_detail(t->f, t->a, E_CONFLICT, "it changed hands at or after that time already");
    return pass_on(t, id, &h, at_us, subject, ret_next);
}

err identity_owned_from(tx *t, const identity *id, int64_t at_us, uint32_t subject)
{
    holder h;
    uint32_t next;
    int64_t others;
    TRY(holder_at(t, id, at_us, &h));
    if (!h.subject || (subject && people_person_of(t, h.subject) == people_person_of(t, subject)))
        return E_OK;
    if (h.from_us < at_us)
        return pass_on(t, id, &h, at_us, subject, &next);
    // It changed hands at this very moment: from nobody known it goes on, somebody keeps it.
    TRY(db_int(t->d, &others, 0, "SELECT count(*) FROM link WHERE person = $1", dbi(h.subject)));
    if (subject && others == 0 && people_person_of(t, h.subject) == h.subject)
        return people_join(t, &(edge_new){ h.subject, subject, EDGE_IDENTITY, (int)id->kind, confidence_of(id->kind), { "", 0 },
                                           { "", 0 }, 0 });
    return E_OK;
}
