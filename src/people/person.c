// The row of a person: everything in it is derived from what belongs to its subjects, so that it can be made anew after a join
// or a split. And the declared list of tables about a person.
#include "base/time.h"
#include "people/people_internal.h"

// Read, then written: an INSERT of what a SELECT finds keeps a journal of its own, whose end costs as much as the whole operation
// has written so far.
err person_create(tx *t, uint32_t id)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT kind, source, at_us, seen_us FROM identity WHERE subject = $1", dbi(id)));
    ENSURE(found);
    int64_t kind = db_i64(&r, 0), at_us = db_i64(&r, 2), seen_us = db_i64(&r, 3);
    str source = arena_str(t->a, db_str(&r, 1));
    TRY(db_end(&r));
    TRY(many_changed(t, 1));
    return db_exec(t->d,
                   "INSERT INTO person (id, stage, strong, name_vault, phone_vault, city, model, source, created_us, seen_us, follow_us,"
                   " owned, advocate_us) VALUES ($1, 0, $2, 0, 0, '', '', $3, $4, $5, 0, 0, 0)",
                   dbi(id), dbi(kind == IDENTITY_USER_ID), dbs(source), dbi(at_us), dbi(seen_us));
}

err person_delete(tx *t, uint32_t id)
{
    int64_t n;
    TRY(db_exec_count(t->d, &n, "DELETE FROM person WHERE id = $1", dbi(id)));
    return many_changed(t, -n);
}

// CROSS JOIN: the person's subjects come first. Left to choose, SQLite would go through every login of the brand.
#define MINE "WITH mine AS (SELECT $1 AS subject UNION ALL SELECT subject FROM link WHERE person = $1)"

// First source of the oldest subject that has one; since when, until when they were seen, whether a login is theirs still.
static err known_settle(tx *t, uint32_t person)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     MINE " SELECT min(i.at_us), max(i.seen_us), max(CASE WHEN i.kind = $2 AND i.until_us = 0 THEN 1 ELSE 0 END),"
                     " COALESCE(min(CASE WHEN i.source <> '' THEN i.subject END), 0) FROM mine m CROSS JOIN identity i"
                     " WHERE i.subject = m.subject HAVING count(*) > 0",
                     dbi(person), dbi(IDENTITY_USER_ID)));
    int64_t made = found ? db_i64(&r, 0) : 0, seen = found ? db_i64(&r, 1) : 0, strong = found ? db_i64(&r, 2) : 0;
    int64_t sourced = found ? db_i64(&r, 3) : 0;
    TRY(db_end(&r));
    return db_exec(t->d,
                   "UPDATE person SET strong = $2, source = COALESCE((SELECT i.source FROM identity i WHERE i.subject = $3), ''),"
                   " created_us = CASE WHEN $6 = 1 THEN $4 ELSE created_us END, seen_us = CASE WHEN $6 = 1 THEN $5 ELSE seen_us END"
                   " WHERE id = $1",
                   dbi(person), dbi(strong), dbi(sourced), dbi(made), dbi(seen), dbi(found));
}

// The newest name and phone that are still theirs.
static err sealed_settle(tx *t, uint32_t person)
{
    return db_exec(t->d,
                   MINE " UPDATE person SET"
                   " name_vault = COALESCE((SELECT v.id FROM mine m CROSS JOIN vault v WHERE v.subject = m.subject AND v.kind = $2"
                   " AND v.until_us = 0 ORDER BY v.at_us DESC, v.id DESC LIMIT 1), 0),"
                   " phone_vault = COALESCE((SELECT v.id FROM mine m CROSS JOIN vault v WHERE v.subject = m.subject AND v.kind = $3"
                   " AND v.until_us = 0 ORDER BY v.at_us DESC, v.id DESC LIMIT 1), 0)"
                   " WHERE id = $1",
                   dbi(person), dbi(VAULT_NAME), dbi(VAULT_PHONE));
}

err person_settle_step(tx *t, uint32_t person, int64_t step, bool *ret_more)
{
    const person_table *table;
    int64_t at = 1;
    *ret_more = true;
    if (step < 2)
        return step == 0 ? known_settle(t, person) : sealed_settle(t, person);
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++)
        if (table->settle && ++at == step)
            return table->settle(t, person);
    *ret_more = false;
    return E_OK;
}

err person_settle(tx *t, uint32_t person)
{
    bool more = true;
    for (int64_t step = 0; more; step++)
        TRY(person_settle_step(t, person, step, &more));
    return E_OK;
}

// --- The list -----------------------------------------------------------------------------------------------------------------

void people_add_tables(engine *e, const person_table *list, size_t n)
{
    people *p = e->people;
    ENSURE(p->lists_n < PERSON_TABLE_LISTS_MAX);
    p->tables[p->lists_n] = list;
    p->tables_n[p->lists_n++] = n;
}

bool people_table(const engine *e, size_t i, const person_table **ret)
{
    const people *p = e->people;
    for (size_t k = 0; k < p->lists_n; k++) {
        if (i < p->tables_n[k]) {
            *ret = &p->tables[k][i];
            return true;
        }
        i -= p->tables_n[k];
    }
    return false;
}

static const person_table *declared(const engine *e, str name)
{
    const person_table *table;
    for (size_t i = 0; people_table(e, i, &table); i++)
        if (str_eq(str_c(table->table), name))
            return table;
    return NULL;
}

static bool letter_of_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

static bool has_word(const char *in, str word)
{
    str text = str_c(in ? in : "");
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (memcmp(text.s + i, word.s, word.len) == 0 && (i == 0 || !letter_of_name(text.s[i - 1])) &&
            (i + word.len == text.len || !letter_of_name(text.s[i + word.len])))
            return true;
    return false;
}

static bool column_known(const person_table *table, str column)
{
    for (const person_text *text = table->texts; text && text->read; text++)
        if (has_word(text->read, column))
            return true;
    return has_word(table->codes, column);
}

static err lint_texts(const engine *e, db *d, buf *report)
{
    db_rows r;
    TRY(db_query(d, &r,
                 "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'"
                 " AND m.name <> 'link' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) p WHERE p.name = 'person') ORDER BY 1, 2"));
    while (db_next(&r)) {
        const person_table *table = declared(e, db_str(&r, 0));
        if (table && !column_known(table, db_str(&r, 1)))
            buf_addf(report, "table " STR_FMT ": column " STR_FMT " is neither among its texts nor its codes\n", STR_ARG(db_str(&r, 0)),
                     STR_ARG(db_str(&r, 1)));
    }
    return db_end(&r);
}

// Asked of SQLite's catalogue, as the records' lint. `link` is what says who a subject is.
err people_lint(const engine *e, db *d, buf *report)
{
    db_rows r;
    size_t found = 0, listed = 0;
    const person_table *table;
    TRY(db_query(d, &r,
                 "SELECT m.name, (SELECT count(*) FROM pragma_table_info(m.name) c WHERE c.name = 'subject'),"
                 " (SELECT count(*) FROM pragma_index_list(m.name) l WHERE l.partial = 0 AND"
                 " (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = 'subject'),"
                 " (SELECT count(*) FROM pragma_index_list(m.name) l WHERE l.partial = 0 AND"
                 " (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = 'person')"
                 " FROM sqlite_schema m WHERE m.type = 'table' AND m.name <> 'link'"
                 " AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'person')"));
    while (db_next(&r)) {
        str name = db_str(&r, 0);
        if (!declared(e, name))
            buf_addf(report, "table " STR_FMT " names a person and is not declared by people_add_tables\n", STR_ARG(name));
        else if (db_i64(&r, 1) == 0 || db_i64(&r, 2) == 0 || db_i64(&r, 3) == 0)
            buf_addf(report, "table " STR_FMT " needs a column subject, an index led by it and one led by person\n", STR_ARG(name));
        found += declared(e, name) != NULL;
    }
    while (people_table(e, listed, &table))
        listed++;
    if (found != listed)
        buf_addf(report, "%zu tables about a person are declared, %zu of them exist\n", listed, found);
    TRY(db_end(&r));
    return lint_texts(e, d, report);
}

// At a change of hands: periods (rule/run.c: days from 1970, months negative) that began after it. What was counted in the period of
// the change itself stays: it cannot be told apart.
static err counts_since(tx *t, const rehoming *r)
{
    int64_t before_us = r->at_us - 1;           // a period that begins at the very moment follows
    civil c = civil_from_us(before_us, ZONE_OFFSET_US);
    return db_exec(t->d,
                   "UPDATE rule_count SET subject = $2, person = $3 WHERE subject = $1 AND (period > $4 OR (period < 0 AND period < $5))",
                   dbi(r->subject), dbi(r->next), dbi(r->person), dbi(time_local_day(before_us)), dbi(-(int64_t)(c.year * 12 + c.month)));
}

// Of the rules: what they did once and how often, kept by the engine below this module. Once per value of a property is nobody's.
static const person_table tables[] = {
    { PERSON_TABLE_SINCE("rule_once", "at_us", "rule, scope, at_us, event_no"), CODES("scope"), UNSAID("rule_once", "event_no") },
    { PERSON_TABLE("rule_count", "rule, period, n"), .since_too = counts_since },
    // What would have happened to a person did not: nothing to export, nothing to go with an event that changes hands.
    { .table = "shadow_effect", .repoint = "UPDATE shadow_effect SET person = $2 WHERE subject = $1",
      .erase = "DELETE FROM shadow_effect WHERE subject = $1", CODES("by_key, kind, what, why") },
};

void people_register_rule_tables(engine *e)
{
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
