// Two persons become one: the id of the older stays, everything that names the younger is re-pointed. Events never change.
#include "loyalty/ledger.h"
#include "people/people_internal.h"

typedef struct relinked { people *p; timeline *tl; uint32_t subject, person, before; } relinked;   // before 0: was not linked

static void link_undo(void *x)
{
    relinked *l = x;
    if (l->before)
        map64_put(&l->p->links, l->subject, l->before);
    else
        map64_del(&l->p->links, l->subject);
}

static void link_tell(void *x)
{
    relinked *l = x;
    timeline_link(l->tl, l->subject, l->person, 0, INT64_MAX);
}

static void link_remember(tx *t, uint32_t subject, uint32_t person)
{
    engine *e = engine_of(t);
    uint64_t before = 0;
    map64_get(&e->people->links, subject, &before);
    map64_put(&e->people->links, subject, person);
    relinked *l = arena_new(t->a, relinked);
    *l = (relinked){ e->people, e->tl, subject, person, (uint32_t)before };
    tx_undo(t, link_undo, l);
    if (e->tl)
        tx_after(t, link_tell, l);
}

err people_link(tx *t, uint32_t subject, uint32_t person)
{
    TRY(db_exec(t->d, "INSERT INTO link (subject, person, from_us) VALUES ($1, $2, $3)", dbi(subject), dbi(person),
                dbi(t->now_us)));
    link_remember(t, subject, person);
    return E_OK;
}

static err relink(tx *t, uint32_t from, uint32_t to)
{
    VEC(uint32_t) subjects = { 0 };
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT subject FROM link WHERE person = $1", dbi(from)));
    while (db_next(&r))
        vec_push(&subjects, (uint32_t)db_i64(&r, 0));
    err e = db_end(&r);
    for (size_t i = 0; e == E_OK && i < subjects.n; i++) {
        link_remember(t, subjects.v[i], to);
        e = ledger_repoint(t, subjects.v[i], to);
    }
    vec_free(&subjects);
    TRY(e);
    TRY(ledger_repoint(t, from, to));
    TRY(db_exec(t->d, "UPDATE link SET person = $2 WHERE person = $1", dbi(from), dbi(to)));
    return people_link(t, from, to);
}

// What happened latest counts where both have a row.
static const person_column columns[] = {
    { "opportunity", "person", "UPDATE opportunity SET person = $2 WHERE person = $1", NULL },
    { "stage_stay", "person",
      "UPDATE stage_stay SET person = $2 WHERE person = $1 AND NOT (opportunity = 0 AND EXISTS"
      " (SELECT 1 FROM stage_stay w WHERE w.person = $2 AND w.opportunity = 0 AND w.stage = stage_stay.stage))",
      "DELETE FROM stage_stay WHERE person = $1 AND person <> $2" },
    { "person_tag", "person",
      "INSERT INTO person_tag (person, tag, source, event_no, since_us, until_us)"
      " SELECT $2, tag, source, event_no, since_us, until_us FROM person_tag WHERE person = $1 ON CONFLICT (person, tag) DO "
      "NOTHING",
      "DELETE FROM person_tag WHERE person = $1 AND person <> $2" },
    { "person_trait", "person",
      "INSERT INTO person_trait (person, name, value, event_no, at_us)"
      " SELECT $2, name, value, event_no, at_us FROM person_trait WHERE person = $1 ON CONFLICT (person, name) DO UPDATE SET"
      " value = excluded.value, event_no = excluded.event_no, at_us = excluded.at_us WHERE person_trait.at_us < excluded.at_us",
      "DELETE FROM person_trait WHERE person = $1 AND person <> $2" },
    { "consent", "person",
      "INSERT INTO consent (person, purpose, given, text_version, event_no, at_us)"
      " SELECT $2, purpose, given, text_version, event_no, at_us FROM consent WHERE person = $1 ON CONFLICT (person, purpose) DO "
      "UPDATE SET"
      " given = excluded.given, text_version = excluded.text_version, event_no = excluded.event_no, at_us = excluded.at_us"
      " WHERE consent.at_us < excluded.at_us",
      "DELETE FROM consent WHERE person = $1 AND person <> $2" },
    { "ownership", "person", "UPDATE ownership SET person = $2 WHERE person = $1", NULL },
    { "rule_once", "person",
      "INSERT INTO rule_once (rule, person, scope, at_us, event_no)"
      " SELECT rule, $2, scope, at_us, event_no FROM rule_once WHERE person = $1 ON CONFLICT (rule, person, scope) DO UPDATE SET"
      " at_us = excluded.at_us, event_no = excluded.event_no WHERE rule_once.at_us < excluded.at_us",
      "DELETE FROM rule_once WHERE person = $1 AND person <> $2" },
    { "rule_count", "person",
      "INSERT INTO rule_count (rule, person, period, n)"
      " SELECT rule, $2, period, n FROM rule_count WHERE person = $1 ON CONFLICT (rule, person, period) DO UPDATE SET"
      " n = rule_count.n + excluded.n",
      "DELETE FROM rule_count WHERE person = $1 AND person <> $2" },
};

// The only callers of SQL that is not at the call site: the declared list of columns.
static err move_columns(tx *t, const person_column *list, size_t n, uint32_t from, uint32_t to)
{
    const db_arg args[] = { dbi(from), dbi(to) };
    for (size_t i = 0; i < n; i++) {
        TRY(db_exec_args(t->d, list[i].move, args, 2));
        if (list[i].drop)
            TRY(db_exec_args(t->d, list[i].drop, args, 2));
    }
    return E_OK;
}

static err move_all(tx *t, uint32_t from, uint32_t to)
{
    const people *p = engine_of(t)->people;
    TRY(move_columns(t, columns, sizeof columns / sizeof *columns, from, to));
    for (size_t i = 0; i < p->lists_n; i++)
        TRY(move_columns(t, p->columns[i], p->columns_n[i], from, to));
    return E_OK;
}

// One row out of two: the older person's facts where it has any.
static err merge_row(tx *t, uint32_t from, uint32_t to)
{
    TRY(db_exec(
        t->d,
        "UPDATE person SET strong = CASE WHEN o.strong = 1 THEN 1 ELSE person.strong END,"
        " name_vault = CASE WHEN person.name_vault = 0 THEN o.name_vault ELSE person.name_vault END,"
        " phone_vault = CASE WHEN person.phone_vault = 0 THEN o.phone_vault ELSE person.phone_vault END,"
        " city = CASE WHEN person.city = '' THEN o.city ELSE person.city END,"
        " model = CASE WHEN person.model = '' THEN o.model ELSE person.model END,"
        " source = CASE WHEN person.source = '' THEN o.source ELSE person.source END,"
        " created_us = CASE WHEN o.created_us < person.created_us THEN o.created_us ELSE person.created_us END,"
        " seen_us = CASE WHEN o.seen_us > person.seen_us THEN o.seen_us ELSE person.seen_us END,"
        " follow_us = CASE WHEN person.follow_us = 0 OR (o.follow_us > 0 AND o.follow_us < person.follow_us) THEN o.follow_us"
        " ELSE person.follow_us END,"
        " owned = person.owned + o.owned,"
        " advocate_us = CASE WHEN person.advocate_us = 0 THEN o.advocate_us ELSE person.advocate_us END"
        " FROM person o WHERE person.id = $2 AND o.id = $1",
        dbi(from), dbi(to)));
    return db_exec(t->d, "DELETE FROM person WHERE id = $1", dbi(from));
}

err people_join(tx *t, uint32_t subject, uint32_t one, uint32_t other)
{
    uint32_t winner = one < other ? one : other, loser = one < other ? other : one;
    ENSURE(winner != loser);
    int64_t no;
    moved m;
    TRY(relink(t, loser, winner));
    TRY(move_all(t, loser, winner));
    TRY(merge_row(t, loser, winner));
    TRY(engine_emit(t, &(event_new){
        .subject = subject, .kind = S("person.joined"), .flags = EVENT_SYSTEM, .props_n = 2,
        .props = (const event_prop[]){ prop_i64(S("person"), winner), prop_i64(S("joined"), loser) } }, &no));
    const mover by = { subject, no, t->now_us, S("person.joined") };
    TRY(opportunity_merge(t, winner, &by));
    TRY(stage_settle(t, winner, &by, &m));
    return people_changed(t, winner);
}
