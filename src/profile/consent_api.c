// Purposes, texts, and what a person agreed to.
#include "profile/consent_api.h"
#include "api/shape_rows.h"
#include "profile/profile_routes.h"
#include "record/audit.h"

SHAPE_TABLE(purpose_view, PURPOSE_VIEW);
SHAPE_TABLE(purpose_rows, PURPOSE_ROWS);
SHAPE_TABLE(purpose_new, PURPOSE_NEW);
SHAPE_TABLE(purpose_change, PURPOSE_CHANGE);
SHAPE_TABLE(consent_text, CONSENT_TEXT);
SHAPE_TABLE(consent_texts_query, CONSENT_TEXTS_QUERY);
SHAPE_TABLE(consent_texts, CONSENT_TEXTS);
SHAPE_TABLE(consent_text_new, CONSENT_TEXT_NEW);
SHAPE_TABLE(person_consent, PERSON_CONSENT);
SHAPE_TABLE(consent_word, CONSENT_WORD);
SHAPE_TABLE(person_consents, PERSON_CONSENTS);
SHAPE_TABLE(consent_say, CONSENT_SAY);
static const char *const states[] = { "unasked", "given", "refused", NULL };
const enum_labels consent_state_labels = { "consent_state", states };

#define TEXTS_MAX 200
#define SHOWN_MAX 200
#define WORDS_MAX 100

// --- Purposes -----------------------------------------------------------------------------------------------------------------

static err purpose_fill(req *r, const purpose_info *k, purpose_view *v)
{
    int64_t n;
    db_rows rows;
    bool found;
    SET(v, purpose_view, key, k->key);
    SET(v, purpose_view, zh, k->zh);
    SET(v, purpose_view, en, k->en);
    SET(v, purpose_view, channel, k->channel);
    SET(v, purpose_view, named, k->named);
    SET(v, purpose_view, own, !purpose_built_in(k->key));
    str to = arena_fmt(r->a, STR_FMT ";", STR_ARG(k->key)); // past every "key:company"
    TRY(db_int(
        r->d, &n, 0,
        "SELECT count(DISTINCT c.person) FROM consent c WHERE c.purpose >= $1 AND c.purpose < $2 AND c.given = 1"
        " AND (c.purpose = $1 OR c.purpose > $3)"
        " AND NOT EXISTS (SELECT 1 FROM consent o WHERE o.person = c.person AND o.purpose = c.purpose AND o.given = 0"
        " AND NOT EXISTS (SELECT 1 FROM consent a WHERE a.subject = o.answered AND a.purpose = o.purpose AND a.person = o.person"
        " AND a.given = 1))",
        dbs(k->key), dbs(to), dbs(arena_fmt(r->a, STR_FMT ":", STR_ARG(k->key)))));
    SET(v, purpose_view, given, n);
    TRY(db_query(r->d, &rows,
                 "SELECT version AS text_version FROM consent_text WHERE purpose = $1 ORDER BY at_us DESC, version DESC LIMIT 1",
                 dbs(k->key)));
    return shape_one(&purpose_view_shape, &rows, r->a, v, &found);
}

err purposes_get(req *r)
{
    const purpose_list *l = purposes_now(r->app);
    purpose_view *v = arena_array(r->a, purpose_view, l->n);
    for (size_t i = 0; i < l->n; i++)
        TRY(purpose_fill(r, &l->v[i], &v[i]));
    LIST_SET((purpose_rows *)r->reply, purpose_rows, items, v, (uint32_t)l->n);
    return E_OK;
}

err purpose_post(req *r)
{
    const purpose_new *in = r->body;
    const purpose_info k = { in->key, in->zh, in->en, HAS(in, purpose_new, channel) && in->channel,
                        HAS(in, purpose_new, named) && in->named };
    TRY(purpose_add(r->tx, &k));
    TRY(audit_by(r, S("consent_purpose.created"), S("consent_purpose"), 0, (str) { 0 }));
    r->status = 201;
    return purpose_fill(r, purpose_keyed(r->app, in->key), r->reply);
}

// What it means is for life, and so is whether a company is named: people have agreed to it.
err purpose_patch(req *r)
{
    const purpose_change *in = r->body;
    const purpose_info *was = purpose_keyed(r->app, r->path_param[0]);
    if (!was)
        return req_fail_detail(r, E_NOT_FOUND, "purpose");
    if (purpose_built_in(was->key))
        return req_fail_detail(r, E_CONFLICT, "a built-in purpose stays as it is");
    purpose_info k = *was;
    k.zh = HAS(in, purpose_change, zh) ? in->zh : k.zh;
    k.en = HAS(in, purpose_change, en) ? in->en : k.en;
    k.channel = HAS(in, purpose_change, channel) ? in->channel : k.channel;
    TRY(purpose_set(r->tx, &k));
    TRY(audit_by(r, S("consent_purpose.changed"), S("consent_purpose"), 0, (str) { 0 }));
    return purpose_fill(r, purpose_keyed(r->app, was->key), r->reply);
}

// --- Texts --------------------------------------------------------------------------------------------------------------------

#define TEXT_COLUMNS "SELECT purpose, version, zh, en, hash, at_us AS at FROM consent_text"

err consent_texts_get(req *r)
{
    const consent_texts_query *q = r->query;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 TEXT_COLUMNS " WHERE $1 = '' OR purpose = $1 ORDER BY purpose, at_us DESC, version DESC LIMIT $2",
                 dbs(HAS(q, consent_texts_query, purpose) ? q->purpose : S("")), dbi(TEXTS_MAX)));
    return ROWS_SET(r->a, &rows, r->reply, consent_texts, items);
}

static str hash_of(arena *a, str zh, str en)
{
    uint8_t h[32];
    char *hex = arena_alloc(a, 65, 1, 1);
    str both = arena_fmt(a, STR_FMT "%c" STR_FMT, STR_ARG(zh), '\0', STR_ARG(en));
    hash_blake2b(h, both);
    for (size_t i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", h[i]);
    return str_of(hex, 64);
}

err consent_text_post(req *r)
{
    const consent_text_new *in = r->body;
    int64_t n;
    db_rows rows;
    bool found;
    if (!purpose_keyed(r->app, in->purpose))
        return req_fail_field(r, E_FIELD_VALUE, "purpose");
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM consent_text"));
    if (n >= 1000)
        return fault_field(&r->f, r->a, E_LIMIT_REACHED, (str) { 0 }, 1000);
    TRY(db_exec_count(
        r->d, &n,
        "INSERT INTO consent_text (purpose, version, zh, en, hash, at_us, staff) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (purpose, version) DO NOTHING",
        dbs(in->purpose), dbs(in->version), dbs(in->zh), dbs(in->en), dbs(hash_of(r->a, in->zh, in->en)), dbi(r->tx->now_us),
        dbi(r->who.id)));
    if (n == 0)
        return req_fail_field(r, E_EXISTS, "version");
    TRY(audit_by(r, S("consent_text.created"), S("consent_text"), 0,
                 arena_fmt(r->a, "{\"purpose\":\"" STR_FMT "\",\"version\":\"" STR_FMT "\"}", STR_ARG(in->purpose),
                           STR_ARG(in->version))));
    TRY(db_query(r->d, &rows, TEXT_COLUMNS " WHERE purpose = $1 AND version = $2", dbs(in->purpose), dbs(in->version)));
    r->status = 201;
    return shape_one(&consent_text_shape, &rows, r->a, r->reply, &found);
}

// --- One person ---------------------------------------------------------------------------------------------------------------

static void consent_named(req *r, const purpose_info *k, str purpose, person_consent *v)
{
    str company = purpose, key = str_cut(&company, ':');
    SET(v, person_consent, purpose, purpose);
    SET(v, person_consent, zh, k ? k->zh : key);
    SET(v, person_consent, en, k ? k->en : key);
    if (company.len)
        SET(v, person_consent, company, company);
    SET(v, person_consent, state, CONSENT_UNASKED);
    SET(v, person_consent, text_known, false);
    (void)r;
}

static err consents_said(req *r, int64_t person, person_consent *v, uint32_t *n)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 // The row that decides: a refusal nobody took back, else the latest word.
                 "SELECT c.purpose, CASE WHEN c.given = 1 THEN 1 ELSE 2 END AS state, c.text_version, c.place, c.event_no AS event,"
                 " c.at_us AS at, (SELECT count(*) FROM consent_text t"
                 " WHERE t.version = c.text_version AND (t.purpose = c.purpose OR (c.purpose > t.purpose || ':' AND c.purpose < "
                 "t.purpose || ';'))) AS text_known"
                 " FROM consent c WHERE c.person = $1 AND c.subject ="
                 " (SELECT o.subject FROM consent o WHERE o.person = c.person AND o.purpose = c.purpose ORDER BY CASE WHEN "
                 "o.given = 0 AND NOT"
                 " EXISTS (SELECT 1 FROM consent a WHERE a.subject = o.answered AND a.purpose = o.purpose AND a.person = o.person"
                 " AND a.given = 1) THEN 0 ELSE 1 END, o.at_us DESC, o.subject LIMIT 1) ORDER BY c.purpose LIMIT $2",
                 dbi(person), dbi(SHOWN_MAX - PURPOSES_MAX)));
    while (db_next(&rows)) {
        str purpose = req_text(r, &rows, 0), company = purpose;
        consent_named(r, purpose_keyed(r->app, str_cut(&company, ':')), purpose, &v[*n]);
        shape_row(&person_consent_shape, &rows, r->a, &v[(*n)++]);
    }
    return db_end(&rows);
}

static err words_fill(req *r, int64_t person, person_consents *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT purpose, given = 1 AS given, text_version, place, event_no AS event, at_us AS at FROM consent_word WHERE person = $1"
                 " ORDER BY at_us DESC, event_no DESC, purpose LIMIT $2",
                 dbi(person), dbi(WORDS_MAX)));
    return ROWS_SET(r->a, &rows, out, person_consents, history);
}

err person_consents_get(req *r)
{
    const purpose_list *l = purposes_now(r->app);
    person_consents *out = r->reply;
    int64_t person;
    uint32_t n = 0, said;
    TRY(person_of_path(r, &person));
    person_consent *v = arena_array(r->a, person_consent, SHOWN_MAX);
    TRY(consents_said(r, person, v, &n));
    said = n;
    for (size_t i = 0; i < l->n && n < SHOWN_MAX; i++) {
        bool known = l->v[i].named; // a named one is asked per company
        for (uint32_t k = 0; k < said && !known; k++)
            known = str_eq(v[k].purpose, l->v[i].key);
        if (!known)
            consent_named(r, &l->v[i], l->v[i].key, &v[n++]);
    }
    LIST_SET(out, person_consents, items, v, n);
    return words_fill(r, person, out);
}

static err version_stored(req *r, const consent_say *in)
{
    str company = in->purpose, key = str_cut(&company, ':');
    int64_t n = 0;
    if (!HAS(in, consent_say, version))
        return req_fail_field(r, E_FIELD_REQUIRED, "version");
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM consent_text WHERE purpose = $1 AND version = $2", dbs(key), dbs(in->version)));
    return n ? E_OK : req_fail_field(r, E_FIELD_VALUE, "version");
}

err person_consent_post(req *r)
{
    const consent_say *in = r->body;
    int64_t person, told;
    TRY(person_of_path(r, &person));
    bool fine = purpose_of(r->app, in->purpose) ||
                (!in->given && (str_eq(in->purpose, S(CONSENT_CHANNELS)) || purpose_keyed(r->app, in->purpose)));
    if (!fine)
        return req_fail_field(r, E_FIELD_VALUE, "purpose");
    if (in->given)
        TRY(version_stored(r, in));
    const consent_saying s = { .subject = (uint32_t)person,
                               .purpose = in->purpose,
                               .given = in->given,
                               .place = in->place,
                               .reason = in->reason,
                               .staff = r->who.id,
                               .version = HAS(in, consent_say, version) ? in->version : (str) { "", 0 } };
    TRY(people_consent_say(r->tx, &s, &told));
    return deed_answer(r, in->given ? "consent.given" : "consent.withdrawn", "person", person, told);
}
