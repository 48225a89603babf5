// Saying traits: rows by subject. The other half, the fold that reads them, is traits_read.c.
#include "people/traits.h"
#include "people/people_internal.h"
#include "people/traits_internal.h"

const char *const trait_ops[TRAIT_OP_COUNT + 1] = { "set", "set_once", "increment", "append", "unset", NULL };

void trait_json(const value *v, buf *b)
{
    jw w = { .b = b };
    switch (v->k) {
    case V_NULL: jw_null(&w); break;
    case V_BOOL: jw_bool(&w, v->i != 0); break;
    case V_I64: jw_i64(&w, v->i); break;
    case V_F64: jw_f64(&w, v->f); break;
    case V_STR: jw_str(&w, v->s); break;
    case V_JSON: jw_raw(&w, v->s); break;
    }
}

bool traits_of_kind(str kind, trait_op *ret, bool *ret_all)
{
    static const struct { str kind; trait_op op; bool all; } list[] = {
        { { "identify", 8 }, TRAIT_SET, false },
        { { "profile.set_once", 16 }, TRAIT_SET_ONCE, false },
        { { "profile.incremented", 19 }, TRAIT_INCREMENT, false },
        { { "profile.appended", 16 }, TRAIT_APPEND, false },
        { { "profile.unset", 13 }, TRAIT_UNSET, false },
        { { "profile.deleted", 15 }, TRAIT_UNSET, true },
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_eq(list[i].kind, kind)) {
            *ret = list[i].op;
            *ret_all = list[i].all;
            return true;
        }
    return false;
}

// --- City and model stand in the person's row too: lists show and filter by them ---------------------------------------------
static bool mirrored(str name) { return str_eq(name, S("city")) || str_eq(name, S("model")); }

static err mirror_text(tx *t, uint32_t person, str name, str *ret)
{
    trait_value v;
    jval *parsed;
    TRY(traits_now(t->d, person, name, t->a, &v));
    bool text = v.value.len && json_parse(t->a, v.value, NULL, &parsed) == E_OK && yyjson_is_str(parsed) && yyjson_get_len(parsed);
    *ret = text && str_utf8_count(json_str(parsed)) <= 60 ? json_str(parsed) : S("");
    return E_OK;
}

err traits_settle(tx *t, uint32_t person)
{
    str city, model;
    TRY(mirror_text(t, person, S("city"), &city));
    TRY(mirror_text(t, person, S("model"), &model));
    return db_exec(t->d, "UPDATE person SET city = $2, model = $3 WHERE id = $1", dbi(person), dbs(city), dbs(model));
}

// --- Rows ---------------------------------------------------------------------------------------------------------------------
static err insert_row(tx *t, uint32_t subject, str name, const trait_row *r)
{
    int64_t n, place;
    uint32_t person = people_person_of(t, subject);
    TRY(db_exec_count(t->d, &n,
                      "INSERT INTO person_trait (subject, name, at_us, event_no, place, person, op, value, source, known_us, last_us, last_no,"
                      " last_known_us) VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $3, $4, $9)"
                      " ON CONFLICT (subject, name, at_us, event_no, place) DO NOTHING",
                      dbi(subject), dbs(name), dbi(r->at_us), dbi(r->event_no), dbi(person), dbi(r->op), dbs(r->value), dbs(r->source),
                      dbi(r->known_us)));
    if (n)
        return E_OK;
    // The event has spoken of this trait before (two rules).
    TRY(db_int(t->d, &place, 0, "SELECT max(place) FROM person_trait WHERE subject = $1 AND name = $2 AND at_us = $3 AND event_no = $4",
               dbi(subject), dbs(name), dbi(r->at_us), dbi(r->event_no)));
    return db_exec(t->d,
                   "INSERT INTO person_trait (subject, name, at_us, event_no, place, person, op, value, source, known_us, last_us, last_no,"
                   " last_known_us) VALUES ($1, $2, $3, $4, $10, $5, $6, $7, $8, $9, $3, $4, $9)",
                   dbi(subject), dbs(name), dbi(r->at_us), dbi(r->event_no), dbi(person), dbi(r->op), dbs(r->value), dbs(r->source),
                   dbi(r->known_us), dbi(place + 1));
}

static err last_write(tx *t, uint32_t subject, str name, const trait_row *r)
{
    return db_exec(t->d,
                   "UPDATE person_trait SET last_us = $6, last_no = $7, last_known_us = $8"
                   " WHERE subject = $1 AND name = $2 AND at_us = $3 AND event_no = $4 AND place = $5",
                   dbi(subject), dbs(name), dbi(r->at_us), dbi(r->event_no), dbi(r->place), dbi(r->last_us), dbi(r->last_no),
                   dbi(r->last_known_us));
}

// The subject's own statement before this moment.
static err row_before(tx *t, const trait_said *s, trait_row *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(t->d, &r, ret_found,
                     "SELECT op, value, source, at_us, event_no, place, known_us, last_us, last_no, last_known_us FROM person_trait"
                     " WHERE subject = $1 AND name = $2 AND (at_us, event_no) <= ($3, $4)"
                     " ORDER BY at_us DESC, event_no DESC, place DESC LIMIT 1",
                     dbi(s->subject), dbs(s->name), dbi(s->at_us), dbi(s->event_no)));
    if (*ret_found)
        trait_row_read(&r, t->a, ret);
    return db_end(&r);
}

static bool later(int64_t us, int64_t no, int64_t than_us, int64_t than_no)
{
    return us > than_us || (us == than_us && no > than_no);
}

// A statement inside the time in which another was repeated parts it: said before, and said again after.
static err part(tx *t, const trait_said *s, const trait_row *before)
{
    if (!later(before->last_us, before->last_no, s->at_us, s->event_no))
        return E_OK;
    trait_row again = *before, first = *before;
    again.at_us = before->last_us;
    again.event_no = before->last_no;
    again.known_us = before->last_known_us;
    first.last_us = before->at_us;
    first.last_no = before->event_no;
    first.last_known_us = before->known_us;
    TRY(last_write(t, s->subject, s->name, &first));
    return insert_row(t, s->subject, s->name, &again);
}

// --- Limits -------------------------------------------------------------------------------------------------------------------
static err name_fits(tx *t, const trait_said *s, bool *ret)
{
    int64_t seen, n;
    *ret = true;
    TRY(db_int(t->d, &seen, 0, "SELECT 1 FROM person_trait WHERE subject = $1 AND name = $2 LIMIT 1", dbi(s->subject),
               dbs(s->name)));
    if (seen)
        return E_OK;
    TRY(db_int(t->d, &n, 0, "SELECT count(DISTINCT name) FROM person_trait WHERE subject = $1", dbi(s->subject)));
    *ret = n < TRAIT_NAMES_MAX;
    return E_OK;
}

// What both do, one after the other. A set_once below loses its condition: older statements of other subjects are that old, too.
static trait_row together(arena *a, const trait_row *x, const trait_row *y)
{
    trait_row out = *y;
    if (y->op == TRAIT_SET || y->op == TRAIT_UNSET)
        return out;
    bool none = x->op == TRAIT_UNSET;
    if (x->op == TRAIT_INCREMENT || x->op == TRAIT_APPEND) {
        // As if the value had been the first operand: sums and unions compose.
        out.op = y->op == x->op ? x->op : TRAIT_SET;
        out.value = trait_apply(a, x->value, y->op, y->value);
        return out;
    }
    out.op = TRAIT_SET;
    out.value = trait_apply(a, none ? (str){ "", 0 } : x->value, y->op, y->value);
    return out;
}

static err oldest_two(tx *t, uint32_t subject, str name, trait_row v[2])
{
    db_rows r;
    size_t n = 0;
    TRY(db_query(t->d, &r,
                 "SELECT op, value, source, at_us, event_no, place, known_us, last_us, last_no, last_known_us FROM person_trait"
                 " WHERE subject = $1 AND name = $2 ORDER BY at_us, event_no, place LIMIT 2", dbi(subject), dbs(name)));
    while (db_next(&r) && n < 2)
        trait_row_read(&r, t->a, &v[n++]);
    TRY(db_end(&r));
    ENSURE(n == 2);
    return E_OK;
}

static err make_room(tx *t, uint32_t subject, str name)
{
    int64_t full;
    trait_row v[2];
    TRY(db_int(t->d, &full, 0, "SELECT 1 FROM person_trait WHERE subject = $1 AND name = $2 ORDER BY at_us LIMIT 1 OFFSET $3",
               dbi(subject), dbs(name), dbi(TRAIT_ROWS_MAX)));
    if (!full)
        return E_OK;
    TRY(oldest_two(t, subject, name, v));
    trait_row one = together(t->a, &v[0], &v[1]);
    TRY(db_exec(t->d, "DELETE FROM person_trait WHERE subject = $1 AND name = $2 AND at_us = $3 AND event_no = $4 AND place = $5",
                dbi(subject), dbs(name), dbi(v[0].at_us), dbi(v[0].event_no), dbi(v[0].place)));
    return db_exec(t->d,
                   "UPDATE person_trait SET op = $6, value = $7"
                   " WHERE subject = $1 AND name = $2 AND at_us = $3 AND event_no = $4 AND place = $5",
                   dbi(subject), dbs(name), dbi(v[1].at_us), dbi(v[1].event_no), dbi(v[1].place), dbi(one.op), dbs(one.value));
}

// A repeated set is one row as long as nothing else was said meanwhile by the person's other subjects.
static err undisputed(tx *t, const trait_said *s, const trait_row *before, bool *ret)
{
    int64_t other;
    TRY(db_int(t->d, &other, 0,
               "SELECT 1 FROM person_trait WHERE person = $1 AND name = $2 AND last_us >= $4 AND at_us <= $5 AND subject <> $3"
               " AND NOT (op = 0 AND value = $6) LIMIT 1",
               dbi(people_person_of(t, s->subject)), dbs(s->name), dbi(s->subject), dbi(before->at_us), dbi(s->at_us), dbs(s->value)));
    *ret = !other;
    return E_OK;
}

// --- Saying -------------------------------------------------------------------------------------------------------------------
// *ret_written false: it was said before, or a value stands.
// `before`: the subject's own statement before this one; NULL: none.
static err write(tx *t, const trait_said *s, trait_row *before, bool *ret_written)
{
    *ret_written = false;
    if (s->op == TRAIT_SET_ONCE) {
        trait_value has;
        TRY(traits_at(t->d, people_person_of(t, s->subject), s->name, s->at_us, INT64_MAX, t->a, &has));
        if (has.value.len)
            return E_OK;
    }
    bool same = before && s->op == TRAIT_SET && before->op == TRAIT_SET && str_eq(before->value, s->value);
    if (same && !later(s->at_us, s->event_no, before->last_us, before->last_no))
        return E_OK;
    if (same)
        TRY(undisputed(t, s, before, &same));
    if (same) {
        before->last_us = s->at_us;
        before->last_no = s->event_no;
        before->last_known_us = t->now_us;
        *ret_written = true;
        return last_write(t, s->subject, s->name, before);
    }
    if (before)
        TRY(part(t, s, before));
    const trait_row row = { .op = s->op, .value = s->value, .source = str_take(s->source, TRAIT_SOURCE_MAX), .at_us = s->at_us,
                            .event_no = s->event_no, .known_us = t->now_us };
    *ret_written = true;
    TRY(insert_row(t, s->subject, s->name, &row));
    return make_room(t, s->subject, s->name);
}

static bool usable(const trait_said *s)
{
    return s->name.len && s->name.len <= NAMES_BYTES_MAX && str_utf8_valid(s->name) && s->value.len <= TRAIT_BYTES_MAX &&
           (s->op == TRAIT_UNSET) == (s->value.len == 0);
}

err traits_say(tx *t, const trait_said *said, trait_outcome *ret)
{
    trait_said s = *said;
    if (s.op == TRAIT_SET && str_eq(s.value, S("null"))) {
        s.op = TRAIT_UNSET;
        s.value = (str){ "", 0 };
    }
    bool fits = true, found, written;
    trait_row own;
    *ret = TRAIT_REFUSED;
    if (!usable(&s))
        return E_OK;
    TRY(row_before(t, &s, &own, &found));
    if (!found)
        TRY(name_fits(t, &s, &fits));
    if (!fits)
        return E_OK;
    uint32_t person = people_person_of(t, s.subject);
    trait_value before, after;
    TRY(traits_now(t->d, person, s.name, t->a, &before));
    TRY(write(t, &s, found ? &own : NULL, &written));
    *ret = TRAIT_SAME;
    if (!written)
        return E_OK;
    TRY(traits_now(t->d, person, s.name, t->a, &after));
    if (str_eq(before.value, after.value))
        return E_OK;
    *ret = TRAIT_CHANGED;
    return mirrored(s.name) ? traits_settle(t, person) : E_OK;
}

err traits_unset_all(tx *t, uint32_t subject, int64_t at_us, int64_t event_no, str source)
{
    trait_value *v;
    uint32_t n;
    TRY(traits_all(t->d, people_person_of(t, subject), at_us, INT64_MAX, t->a, &v, &n));
    for (uint32_t i = 0; i < n; i++) {
        trait_outcome x;
        TRY(traits_say(t, &(trait_said){ .subject = subject, .op = TRAIT_UNSET, .name = v[i].name, .value = { "", 0 }, .at_us = at_us,
                                         .event_no = event_no, .source = source }, &x));
    }
    return E_OK;
}
