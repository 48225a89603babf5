// Tags: what rules set, and what they ask. A tag of any subject is the person's; one that stands is not told of again.
#include "base/time.h"
#include "people/people_internal.h"

// --- tag: {"add": "亲子", "for": "180d"} or {"remove": "亲子"} --------------------------------------------------------------------

static const arg tag_args[] = { { "add", ARG_STR, .from_event = true, .max = 60 },
                                { "remove", ARG_STR, .from_event = true, .max = 60 },
                                { "for", ARG_DURATION } };

static err tag_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, tag_args, 3));
    return (json_get(v, S("add")) != NULL) == (json_get(v, S("remove")) != NULL) ? check_fail(c, path, "either add or remove")
                                                                                 : E_OK;
}

static err tag_emit(rule_ctx *c, str kind, str tag, ring *r)
{
    return engine_emit(c->t,
                       &(event_new){ .subject = c->ev->subject,
                                      .kind = kind,
                                      .time_us = c->ev->time_us,
                                      .flags = EVENT_SYSTEM,
                                      .props = (const event_prop[]) { prop_str(S("tag"), tag) },
                                      .props_n = 1 },
                       &r->event_no);
}

static err tag_add(rule_ctx *c, str tag, int64_t for_us, ring *r)
{
    int64_t until = for_us ? c->ev->time_us + for_us : 0, n;
    // A tag that has faded counts as absent; one that stands is only prolonged.
    TRY(db_exec(c->t->d, "DELETE FROM person_tag WHERE subject = $1 AND tag = $2 AND until_us > 0 AND until_us <= $3",
                dbi(c->ev->subject), dbs(tag), dbi(c->t->now_us)));
    TRY(db_int(c->t->d, &n, 0, "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)",
               dbi(c->person), dbs(tag), dbi(c->t->now_us)));
    TRY(db_exec(c->t->d,
                "INSERT INTO person_tag (subject, tag, person, source, event_no, since_us, until_us) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                " ON CONFLICT (subject, tag) DO UPDATE SET until_us = excluded.until_us WHERE person_tag.until_us > 0"
                " AND (excluded.until_us = 0 OR person_tag.until_us < excluded.until_us)",
                dbi(c->ev->subject), dbs(tag), dbi(c->person), dbs(c->rule_key), dbi(c->ev->no), dbi(c->ev->time_us), dbi(until)));
    if (n == 0)
        return tag_emit(c, S("tag.added"), tag, r);
    r->outcome = RING_NOTHING;
    return E_OK;
}

static err tag_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    int64_t for_us = 0, n;
    str add = ctx_text(c, v, S("add")), remove = ctx_text(c, v, S("remove"));
    arg_duration(json_get(v, S("for")), &for_us);
    r->what = add.len ? add : remove;
    if (str_empty(r->what) || str_utf8_count(r->what) > 60)
        return fault_detail(c->t->f, c->t->a, E_FIELD_VALUE, "a tag has 1 to 60 characters");
    if (add.len)
        return tag_add(c, add, for_us, r);
    TRY(db_exec_count(c->t->d, &n, "DELETE FROM person_tag WHERE person = $1 AND tag = $2", dbi(c->person), dbs(remove)));
    if (n == 0) {
        r->outcome = RING_NOTHING;
        return E_OK;
    }
    return tag_emit(c, S("tag.removed"), remove, r);
}

static void tag_print(const jval *v, lang l, buf *b)
{
    str add = json_str(json_get(v, S("add"))), remove = json_str(json_get(v, S("remove")));
    buf_addf(b, l == LANG_ZH ? "%s「" STR_FMT "」" : "%s \"" STR_FMT "\"",
             l == LANG_ZH ? (add.len ? "打标签" : "去标签") : (add.len ? "tag" : "untag"), STR_ARG(add.len ? add : remove));
}

static err if_tag_test(rule_ctx *c, const jval *v, bool *ret)
{
    int64_t n;
    TRY(db_int(c->t->d, &n, 0, "SELECT 1 FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3) LIMIT 1",
               dbi(c->person), dbs(json_str(v)), dbi(c->t->now_us)));
    *ret = n == 1;
    return E_OK;
}

static void if_tag_print(const jval *v, lang l, buf *b)
{
    buf_addf(b, l == LANG_ZH ? "有标签「" STR_FMT "」" : "tagged \"" STR_FMT "\"", STR_ARG(json_str(v)));
}

static const effect_kind tag_effect = { "tag", true, tag_check, tag_apply, tag_print };
static const condition_kind if_tag = { "tag", word_check, if_tag_test, if_tag_print };
static const person_table tables[] = { { PERSON_TABLE("person_tag", "tag, source, event_no, since_us, until_us") } };

void people_register_tags(engine *e)
{
    rules_add_effect(e->rules, &tag_effect);
    rules_add_condition(e->rules, &if_tag);
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
