// Finding people by what identities and the vault know of them, by index alone. What is asked for decides by which ways it is
// looked for; each way has its permission and, the easier it is to guess through, the tighter a limit. That somebody looked, and
// by which ways, is audited; what they looked for only as a keyed hash.
#include "base/personal.h"
#include "people/people_internal.h"
#include "people/people_routes.h"
#include "record/audit.h"

#define GRAMS_ASKED 4              // of a name, the rarest first
#define GRAM_COUNT_MAX 2000        // a pair of characters more people have is as good as any other such
#define VIN_BYTES 17

typedef struct finding {
    req *r;
    str q;
    int64_t ids[PEOPLE_FOUND_MAX + 1];
    size_t n;
} finding;

static str hash_bytes(const hash128 *h) { return str_of((const char *)h, sizeof *h); }

static const vault *vault_of(const finding *f) { return ((const engine *)f->r->app)->vault; }

// Rows of one column: persons. Takes those that are not found yet.
static err take(finding *f, db_rows *rows)
{
    while (f->n <= PEOPLE_FOUND_MAX && db_next(rows)) {
        int64_t id = db_i64(rows, 0);
        size_t i = 0;
        while (i < f->n && f->ids[i] != id)
            i++;
        if (i == f->n)
            f->ids[f->n++] = id;
    }
    return db_end(rows);
}

// --- What a question looks like -------------------------------------------------------------------------------------------------

static bool digits_only(str q)
{
    for (size_t i = 0; i < q.len; i++)
        if (q.s[i] < '0' || q.s[i] > '9')
            return false;
    return q.len > 0;
}

static bool fits_id(str q) { return q.len > 0; }
static bool fits_last4(str q) { return q.len == 4 && digits_only(q); }
static bool fits_email(str q) { return personal_looks(q) == LOOKS_EMAIL; }

// A number of any country: digits, perhaps with blanks, hyphens and a plus.
static bool fits_phone(str q)
{
    size_t digits = 0;
    for (size_t i = 0; i < q.len; i++) {
        bool digit = q.s[i] >= '0' && q.s[i] <= '9';
        if (!digit && q.s[i] != ' ' && q.s[i] != '-' && !(q.s[i] == '+' && i == 0))
            return false;
        digits += digit;
    }
    return digits >= 7 && digits <= 15;
}

static bool fits_vin(str q)
{
    for (size_t i = 0; i < q.len; i++)
        if (!((q.s[i] >= '0' && q.s[i] <= '9') || ((q.s[i] | 32) >= 'a' && (q.s[i] | 32) <= 'z')))
            return false;
    return q.len == VIN_BYTES;
}

// Plates are kept as they were sent, in upper case.
static bool fits_plate(str q)
{
    char upper[64];
    if (q.len >= sizeof upper)
        return false;
    for (size_t i = 0; i < q.len; i++)
        upper[i] = q.s[i] >= 'a' && q.s[i] <= 'z' ? (char)(q.s[i] - 32) : q.s[i];
    return personal_looks(str_of(upper, q.len)) == LOOKS_PLATE;
}

static bool fits_name(str q) { return !digits_only(q) && !fits_plate(q) && !fits_vin(q) && !fits_email(q) && str_utf8_count(q) >= 2; }

// --- Ways -----------------------------------------------------------------------------------------------------------------------

static err by_id(finding *f)
{
    for (int k = 0; k < IDENTITY_COUNT; k++) {
        if (identity_infos[k].secret)
            continue;
        identity id = people_identity(vault_of(f), (identity_kind)k, f->q);
        db_rows rows;
        TRY(db_query(f->r->d, &rows,
                     "SELECT COALESCE(l.person, i.subject) FROM identity i LEFT JOIN link l ON l.subject = i.subject"
                     " WHERE i.kind = $1 AND i.hash = $2 AND i.until_us = 0",
                     dbi(k), dbb(hash_bytes(&id.hash))));
        TRY(take(f, &rows));
    }
    return E_OK;
}

static err by_value(finding *f, vault_kind kind)
{
    hash128 h = vault_hash(vault_of(f), kind, f->q);
    db_rows rows;
    TRY(db_query(f->r->d, &rows,
                 "SELECT COALESCE(l.person, v.subject) FROM vault v LEFT JOIN link l ON l.subject = v.subject"
                 " WHERE v.kind = $1 AND v.hash = $2 AND v.until_us = 0 LIMIT $3",
                 dbi(kind), dbb(hash_bytes(&h)), dbi(PEOPLE_FOUND_MAX + 1)));
    return take(f, &rows);
}

static err by_phone(finding *f) { return by_value(f, VAULT_PHONE); }
static err by_email(finding *f) { return by_value(f, VAULT_EMAIL); }
static err by_plate(finding *f) { return by_value(f, VAULT_PLATE); }
static err by_vin(finding *f) { return by_value(f, VAULT_VIN); }

static err by_last4(finding *f)
{
    hash128 h = vault_hash_last4(vault_of(f), f->q);
    db_rows rows;
    TRY(db_query(f->r->d, &rows,
                 "SELECT COALESCE(l.person, v.subject) FROM vault v LEFT JOIN link l ON l.subject = v.subject"
                 " WHERE v.last4 = $1 AND v.until_us = 0 LIMIT $2",
                 dbb(hash_bytes(&h)), dbi(PEOPLE_FOUND_MAX + 1)));
    return take(f, &rows);
}

// Rarest first: the others are then asked only of its few names.
static err sort_grams(finding *f, int64_t *grams, size_t n)
{
    int64_t counts[VAULT_GRAMS_MAX];
    for (size_t i = 0; i < n; i++) {
        int64_t gram = grams[i], count;
        size_t k = i;
        TRY(db_int(f->r->d, &count, 0, "SELECT count(*) FROM (SELECT 1 FROM vault_gram WHERE gram = $1 LIMIT $2) AS c", dbi(gram),
                   dbi(GRAM_COUNT_MAX)));
        for (; k > 0 && counts[k - 1] > count; k--) {
            counts[k] = counts[k - 1];
            grams[k] = grams[k - 1];
        }
        counts[k] = count;
        grams[k] = gram;
    }
    return E_OK;
}

// The whole name first, then names it is a part of.
static err by_name(finding *f)
{
    int64_t grams[VAULT_GRAMS_MAX];
    TRY(by_value(f, VAULT_NAME));
    size_t n = vault_grams(vault_of(f), f->q, grams);
    if (n == 0)
        return E_OK;
    TRY(sort_grams(f, grams, n));
    int64_t asked[GRAMS_ASKED];
    for (size_t i = 0; i < GRAMS_ASKED; i++)
        asked[i] = grams[i < n ? i : 0];
    db_rows rows;
    TRY(db_query(f->r->d, &rows,
                 "SELECT COALESCE(l.person, g.subject) FROM vault_gram g LEFT JOIN link l ON l.subject = g.subject WHERE g.gram = $1"
                 " AND EXISTS (SELECT 1 FROM vault_gram h WHERE h.gram = $2 AND h.subject = g.subject AND h.vault = g.vault)"
                 " AND EXISTS (SELECT 1 FROM vault_gram h WHERE h.gram = $3 AND h.subject = g.subject AND h.vault = g.vault)"
                 " AND EXISTS (SELECT 1 FROM vault_gram h WHERE h.gram = $4 AND h.subject = g.subject AND h.vault = g.vault)"
                 " LIMIT $5",
                 dbi(asked[0]), dbi(asked[1]), dbi(asked[2]), dbi(asked[3]), dbi(PEOPLE_FOUND_MAX + 1)));
    return take(f, &rows);
}

static const struct way {
    const char *name;
    permission perm;
    int32_t per_minute;                // 0: as the route
    bool (*fits)(str q);
    err (*find)(finding *f);
} ways[] = {
    { "id", PERM_PEOPLE_READ, 0, fits_id, by_id },         { "phone", PERM_PEOPLE_FIND, 60, fits_phone, by_phone },
    { "last4", PERM_PEOPLE_FIND, 10, fits_last4, by_last4 }, { "email", PERM_PEOPLE_FIND, 60, fits_email, by_email },
    { "vin", PERM_PEOPLE_FIND, 60, fits_vin, by_vin },     { "plate", PERM_PEOPLE_FIND, 60, fits_plate, by_plate },
    { "name", PERM_PEOPLE_FIND, 60, fits_name, by_name },
};
#define WAYS_N (sizeof ways / sizeof *ways)

// --- A search -------------------------------------------------------------------------------------------------------------------

static err allow(finding *f, size_t way)
{
    engine *e = f->r->app;
    people *p = e->people;
    str who = arena_fmt(f->r->a, "%d:%lld", (int)f->r->who.kind, (long long)f->r->who.id);
    pthread_mutex_lock(&p->finding_lock);
    allowance got = limiter_take(&p->finding, who, way + 1, ways[way].per_minute, os_mono_us(e->o));
    pthread_mutex_unlock(&p->finding_lock);
    return got.ok ? E_OK : fault_field(&f->r->f, f->r->a, E_RATE_LIMITED, (str){ 0 }, got.retry_s);
}

static err tell(finding *f, unsigned used)
{
    hash128 term = vault_hash_named(vault_of(f), S("search"), f->q);
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_key(&w, S("by"));
    jw_arr(&w);
    for (size_t i = 0; i < WAYS_N; i++)
        if (used >> i & 1)
            jw_str(&w, str_c(ways[i].name));
    jw_end_arr(&w);
    jw_kstr(&w, "term", arena_fmt(f->r->a, "%016llx", (unsigned long long)term.lo));
    jw_ki64(&w, "found", (int64_t)f->n);
    jw_end_obj(&w);
    err x = audit_apart(f->r, S("people.searched"), S("people"), 0, buf_str(&b));
    buf_free(&b);
    return x;
}

err people_find(req *r, str q, int64_t **ret_ids, size_t *ret_n)
{
    finding *f = arena_new(r->a, finding);
    unsigned used = 0;
    bool denied = false;
    f->r = r;
    f->q = str_trim(q);
    for (size_t i = 0; i < WAYS_N; i++) {
        if (!ways[i].fits(f->q))
            continue;
        if (!caller_may(&r->who, ways[i].perm)) {
            denied = true;
            continue;
        }
        if (ways[i].per_minute)
            TRY(allow(f, i));
        TRY(ways[i].find(f));
        used |= (unsigned)(ways[i].per_minute > 0) << i;
        if (i == 0 && f->n)                    // an id is what was meant
            break;
    }
    if (denied && f->n == 0)
        return req_fail_detail(r, E_FORBIDDEN, "%s", permissions[PERM_PEOPLE_FIND].name);
    *ret_ids = f->ids;
    *ret_n = f->n;
    return used ? tell(f, used) : E_OK;
}
