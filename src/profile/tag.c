// Setting, taking and fading of tags. Rows fade by a timer of their subject, at the earliest end of its tags.
#include "profile/tag.h"
#include "base/personal.h"
#include "base/time.h"
#include "rule/timers.h"

static const char *const origins[] = { "rule", "staff", "import", "survey", "order", "self", NULL };
static const char *const origins_zh[] = { "规则", "员工", "导入", "问卷", "订单", "本人填写", NULL };
const enum_labels tag_origin_labels = { "tag_origin", origins, origins_zh };

err tag_info_read(db *d, arena *a, str tag, tag_info *ret)
{
    db_rows r;
    tag_info i = { .family = { "", 0 }, .purpose = { "", 0 }, .class = TAG_BEHAVIOUR };
    TRY(db_query_one(
        d, &r, &i.listed,
        "SELECT class, family, COALESCE(purpose, ''), level, COALESCE(days, 0), archived_us FROM tag_type WHERE name = $1",
        dbs(tag)));
    if (i.listed) {
        str class = db_str(&r, 0);
        i.class = str_eq(class, S("audience")) ? TAG_AUDIENCE : str_eq(class, S("fact")) ? TAG_FACT : TAG_BEHAVIOUR;
        i.family = arena_str(a, db_str(&r, 1));
        i.purpose = arena_str(a, db_str(&r, 2));
        i.level = db_i64(&r, 3);
        i.days = db_i64(&r, 4);
        i.listed = db_i64(&r, 5) == 0;
    }
    *ret = i;
    return db_end(&r);
}

static err permitted(db *d, int64_t person, const tag_info *i, bool *ret)
{
    int given = 1;
    if (i->purpose.len)
        TRY(people_consent(d, (uint32_t)person, i->purpose, &given));
    *ret = given == 1;
    return E_OK;
}

// Of an audience family one is shown: what was said last, and of two said at once the higher. Joined subjects may bring several
// rows.
static err family_shown(db *d, arena *a, int64_t person, str family, int64_t now_us, str *ret_tag, int64_t *ret_seen_us)
{
    db_rows r;
    bool found;
    TRY(db_query_one(
        d, &r, &found,
        "SELECT t.tag, t.seen_us FROM person_tag t JOIN tag_type l ON l.name = t.tag WHERE t.person = $1 AND l.class = 'audience'"
        " AND l.family = $2 AND (t.until_us = 0 OR t.until_us > $3) ORDER BY t.seen_us DESC, l.level DESC LIMIT 1",
        dbi(person), dbs(family), dbi(now_us)));
    *ret_tag = found ? arena_str(a, db_str(&r, 0)) : (str) { "", 0 };
    *ret_seen_us = found ? db_i64(&r, 1) : 0;
    return db_end(&r);
}

err tag_stands(db *d, arena *a, int64_t person, str tag, int64_t now_us, bool *ret)
{
    int64_t n;
    tag_info i;
    TRY(db_int(d, &n, 0, "SELECT 1 FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3) LIMIT 1",
               dbi(person), dbs(tag), dbi(now_us)));
    *ret = n == 1;
    if (!*ret)
        return E_OK;
    TRY(tag_info_read(d, a, tag, &i));
    TRY(permitted(d, person, &i, ret));
    if (!*ret || i.class != TAG_AUDIENCE)
        return E_OK;
    str shown;
    TRY(family_shown(d, a, person, i.family, now_us, &shown, &n));
    *ret = str_eq(shown, tag);
    return E_OK;
}

// --- Telling ------------------------------------------------------------------------------------------------------------------

static err tag_tell(tx *t, const tagging *g, const char *kind, str tag, int64_t *ret_no)
{
    event_prop props[3] = { prop_str(S("tag"), tag) };
    size_t n = 1;
    if (g->origin == TAG_BY_IMPORT)
        props[n++] = prop_str(S("from"), g->rule);
    if (g->staff) {
        props[n++] = prop_i64(S("by"), g->staff);
        props[n++] = prop_str(S("reason"), g->reason);
    }
    return engine_emit(t,
                       &(event_new) { .subject = g->subject,
                                      .kind = str_c(kind),
                                      .time_us = g->at_us,
                                      .flags = EVENT_SYSTEM,
                                      .props = props,
                                      .props_n = n,
                                      .effects = g->effects },
                       ret_no);
}

// --- Fading -------------------------------------------------------------------------------------------------------------------

static const timer_kind fade_timer;

err tag_fade_schedule(tx *t, uint32_t subject)
{
    int64_t due;
    TRY(timer_cancel(t, fade_timer.name, subject));
    TRY(db_int(t->d, &due, 0, "SELECT min(until_us) FROM person_tag WHERE subject = $1 AND until_us > 0", dbi(subject)));
    return due ? timer_set(t, due, fade_timer.name, subject, (str) { "", 0 }) : E_OK;
}

#define FADES_AT_ONCE 200

static err fade_fire(tx *t, int64_t ref, str payload)
{
    (void)payload;
    str gone[FADES_AT_ONCE];
    size_t n = 0;
    db_rows r;
    uint32_t subject = (uint32_t)ref;
    TRY(db_query(
        t->d, &r,
        "SELECT tag FROM person_tag WHERE subject = $1 AND until_us > 0 AND until_us <= $2 ORDER BY until_us, tag LIMIT $3",
        dbi(ref), dbi(t->now_us), dbi(FADES_AT_ONCE)));
    while (db_next(&r))
        gone[n++] = arena_str(t->a, db_str(&r, 0));
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++) {
        int64_t others;
        const tagging g = { .subject = subject };
        TRY(db_exec(t->d, "DELETE FROM person_tag WHERE subject = $1 AND tag = $2", dbi(ref), dbs(gone[i])));
        TRY(db_int(t->d, &others, 0,
                   "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)",
                   dbi(people_person_of(t, subject)), dbs(gone[i]), dbi(t->now_us)));
        if (others == 0)
            TRY(tag_tell(t, &g, "tag.faded", gone[i], NULL));
        if (others == 0 && str_eq(gone[i], S(KOC_TAG)))
            TRY(class_settle(t, people_person_of(t, subject)));
    }
    return tag_fade_schedule(t, subject);
}

static const timer_kind fade_timer = { "profile.fade", fade_fire };

// --- Setting and taking -------------------------------------------------------------------------------------------------------

static err row_put(tx *t, const tagging *g, uint32_t person, int64_t until_us)
{
    TRY(db_exec(t->d, "DELETE FROM person_tag WHERE subject = $1 AND tag = $2 AND until_us > 0 AND until_us <= $3",
                dbi(g->subject), dbs(g->tag), dbi(t->now_us)));
    // One that stands is confirmed and prolonged, never shortened; what staff and facts say of its source is kept up to date.
    TRY(db_exec(t->d,
                "INSERT INTO person_tag (subject, tag, person, source, event_no, since_us, until_us, origin, confidence, "
                "seen_us, staff, reason)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6, $10, $11) ON CONFLICT (subject, tag) DO UPDATE SET"
                " until_us = CASE WHEN person_tag.until_us = 0 OR excluded.until_us = 0 THEN 0"
                " WHEN person_tag.until_us < excluded.until_us THEN excluded.until_us ELSE person_tag.until_us END,"
                " seen_us = CASE WHEN person_tag.seen_us < excluded.seen_us THEN excluded.seen_us ELSE person_tag.seen_us END,"
                " confidence = CASE WHEN person_tag.confidence < excluded.confidence THEN excluded.confidence ELSE "
                "person_tag.confidence END",
                dbi(g->subject), dbs(g->tag), dbi(person), dbs(g->rule), dbi(g->event_no), dbi(g->at_us), dbi(until_us),
                dbs(str_c(origins[g->origin])), dbi(g->confidence), dbi(g->staff), dbs(g->reason)));
    return tag_fade_schedule(t, g->subject);
}

// An audience tag: it is shown from now on instead of another of its family. A row that stands already, of whichever subject, is
// only confirmed, and rows of other subjects stay where they are: a split gives everybody back what they had.
static err audience_add(tx *t, const tagging *g, uint32_t person, const tag_info *i, int64_t until_us, int64_t *ret_no)
{
    str shown;
    int64_t seen, n, at = g->at_us;
    TRY(family_shown(t->d, t->a, person, i->family, t->now_us, &shown, &seen));
    at = at == seen && !str_eq(shown, g->tag) ? at + 1 : at;
    TRY(db_exec_count(
        t->d, &n,
        "UPDATE person_tag SET seen_us = $4 WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3) AND seen_us < $4",
        dbi(person), dbs(g->tag), dbi(t->now_us), dbi(at)));
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)",
               dbi(person), dbs(g->tag), dbi(t->now_us)));
    if (n == 0) {
        tagging mine = *g;
        mine.at_us = at;
        TRY(tag_family_goes(t, i->family, at, &mine));
        TRY(db_exec(t->d,
                    "DELETE FROM person_tag WHERE subject = $1 AND tag <> $2 AND seen_us < $4 AND tag IN"
                    " (SELECT name FROM tag_type WHERE class = 'audience' AND family = $3)",
                    dbi(g->subject), dbs(g->tag), dbs(i->family), dbi(at)));
        TRY(row_put(t, &mine, person, until_us));
    }
    if (str_eq(shown, g->tag) || at < seen)
        return E_OK; // nothing new, or an old word told late
    if (shown.len)
        TRY(tag_tell(t, g, "tag.removed", shown, NULL));
    return tag_tell(t, g, "tag.added", g->tag, ret_no);
}

static err plain_add(tx *t, const tagging *g, uint32_t person, int64_t until_us, int64_t *ret_no)
{
    int64_t stood;
    TRY(db_int(t->d, &stood, 0,
               "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)", dbi(person),
               dbs(g->tag), dbi(t->now_us)));
    TRY(row_put(t, g, person, until_us));
    return stood ? E_OK : tag_tell(t, g, "tag.added", g->tag, ret_no);
}

err tag_add(tx *t, const tagging *g, str *ret_why, int64_t *ret_event)
{
    tag_info i;
    bool may;
    int64_t no = 0;
    uint32_t person = people_person_of(t, g->subject);
    *ret_why = (str) { "", 0 };
    *ret_event = 0;
    TRY(tag_info_read(t->d, t->a, g->tag, &i));
    TRY(permitted(t->d, person, &i, &may));
    if (!may) {
        *ret_why = arena_fmt(t->a, "consent:" STR_FMT, STR_ARG(i.purpose));
        return E_OK;
    }
    int64_t for_us = g->for_us ? g->for_us : i.days * US_PER_DAY, until_us = for_us ? g->at_us + for_us : 0;
    if (until_us && until_us <= t->now_us)
        return E_OK; // faded before it was told
    TRY(i.class == TAG_AUDIENCE ? audience_add(t, g, person, &i, until_us, &no) : plain_add(t, g, person, until_us, &no));
    if (no && g->event_no == 0) // set by hand: the event that tells of it is its evidence
        TRY(db_exec(t->d, "UPDATE person_tag SET event_no = $3 WHERE subject = $1 AND tag = $2", dbi(g->subject), dbs(g->tag),
                    dbi(no)));
    *ret_event = no;
    return no && str_eq(g->tag, S(KOC_TAG)) ? class_settle(t, person) : E_OK;
}

// What an event takes away was said until then: a word that comes late does not take what was said again since. What staff take, goes.
static int64_t said_until(const tagging *g) { return g->staff ? INT64_MAX : g->at_us + US_PER_MS; }

err tag_remove(tx *t, const tagging *g, int64_t *ret_event)
{
    int64_t goes, stays, until_us = said_until(g);
    uint32_t person = people_person_of(t, g->subject);
    *ret_event = 0;
    TRY(db_int(t->d, &goes, 0, "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND seen_us <= $3", dbi(person), dbs(g->tag),
               dbi(until_us)));
    TRY(db_int(t->d, &stays, 0, "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND seen_us > $3", dbi(person), dbs(g->tag),
               dbi(until_us)));
    if (goes == 0 || stays > 0)
        return E_OK;
    TRY(tag_goes(t, person, g->tag, g));
    TRY(db_exec(t->d, "DELETE FROM person_tag WHERE person = $1 AND tag = $2", dbi(person), dbs(g->tag)));
    // What was counted towards it begins anew, else the next deed would bring it back.
    TRY(db_exec(t->d, "DELETE FROM tag_deed WHERE person = $1 AND tag = $2", dbi(person), dbs(g->tag)));
    TRY(tag_fade_schedule(t, g->subject));
    TRY(tag_tell(t, g, "tag.removed", g->tag, ret_event));
    return str_eq(g->tag, S(KOC_TAG)) ? class_settle(t, person) : E_OK;
}

// --- Of a file ----------------------------------------------------------------------------------------------------------------
static err not_usable(tx *t, const char *field_name, const char *why)
{
    err e = fault_detail(t->f, t->a, E_FIELD_VALUE, "%s", why);
    if (t->f)
        t->f->field = str_c(field_name);
    return e;
}

err profile_tag_said(tx *t, const tag_said *s, bool *ret_new)
{
    tag_info i;
    str why;
    int64_t told;
    TRY(tag_info_read(t->d, t->a, s->tag, &i));
    if (!i.listed)
        return not_usable(t, "tag", "not in the library");
    if (s->until_us && s->until_us <= s->at_us)
        return not_usable(t, "expires", "not after it was said");
    int64_t until_us = s->until_us ? s->until_us : i.days ? s->at_us + i.days * US_PER_DAY : 0;
    if (until_us && until_us <= t->now_us)
        return not_usable(t, "expires", "it has faded already");
    tagging g = { .subject = s->subject, .tag = s->tag, .rule = s->source, .origin = TAG_BY_IMPORT, .at_us = s->at_us,
                  .for_us = s->until_us ? s->until_us - s->at_us : 0, .confidence = s->confidence, .effects = s->effects };
    TRY(people_starred(t->d, engine_of(t), people_person_of(t, s->subject), personal_starred(s->evidence, t->a), t->a, &g.reason));
    TRY(tag_add(t, &g, &why, &told));
    *ret_new = told != 0;
    return why.len ? not_usable(t, "tag", "the consent it needs was not given") : E_OK;
}

// A tag that was given before and said again after is of both: of the next one since it was said again.
static err tags_since(tx *t, const rehoming *r)
{
    TRY(db_exec(t->d,
                "INSERT INTO person_tag (subject, tag, person, source, event_no, since_us, until_us, origin, confidence, seen_us, staff, reason)"
                " SELECT $2, tag, $3, source, event_no, seen_us, until_us, origin, confidence, seen_us, staff, reason FROM person_tag"
                " WHERE subject = $1 AND since_us < $4 AND seen_us >= $4",
                dbi(r->subject), dbi(r->next), dbi(r->person), dbi(r->at_us)));
    TRY(db_exec(t->d, "UPDATE person_tag SET seen_us = since_us WHERE subject = $1 AND seen_us >= $2", dbi(r->subject), dbi(r->at_us)));
    TRY(tag_fade_schedule(t, r->subject));
    TRY(tag_fade_schedule(t, r->next));
    return tags_come_back(t, r);
}

void tag_timer_register(rules *r) { timers_add(r, &fade_timer); }

const person_table tag_tables[] = {
    { PERSON_TABLE_SINCE("person_tag", "since_us", "tag, source, event_no, since_us, until_us, origin, confidence, reason"),
      .since_too = tags_since, TEXTS(TEXT_OF("person_tag", "reason")), CODES("tag, source, origin"), UNSAID("person_tag", "event_no") },
    { PERSON_TABLE_SINCE("tag_deed", DAY_BEGINS, "tag, day, n, event_no"), CODES("tag") },
};
const size_t tag_tables_n = sizeof tag_tables / sizeof *tag_tables;
