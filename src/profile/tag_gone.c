// Tags that were taken away are remembered for a while: when a change of hands is told late, what an event since then took away was not the
// earlier owner's to lose. It comes back, and goes from whom it was taken in truth.
#include "base/time.h"
#include "base/vec.h"
#include "profile/tag.h"

#define GONE_KEPT_DAYS 400

static err forget_old(tx *t, uint32_t subject)
{
    int64_t before = t->now_us - GONE_KEPT_DAYS * US_PER_DAY;
    TRY(db_exec(t->d, "DELETE FROM tag_gone WHERE by_subject = $1 AND gone_us < $2", dbi(subject), dbi(before)));
    return db_exec(t->d, "DELETE FROM tag_deed_gone WHERE by_subject = $1 AND gone_us < $2", dbi(subject), dbi(before));
}

err tag_goes(tx *t, int64_t person, str tag, const tagging *by)
{
    TRY(forget_old(t, by->subject));
    TRY(db_exec(t->d,
                "INSERT INTO tag_gone (subject, tag, gone_us, person, by_subject, whole, source, event_no, since_us, until_us, origin,"
                " confidence, seen_us, staff, reason) SELECT subject, tag, $4, person, $3, 1, source, event_no, since_us, until_us, origin,"
                " confidence, seen_us, staff, reason FROM person_tag WHERE person = $1 AND tag = $2"
                " ON CONFLICT (subject, tag, gone_us) DO NOTHING",
                dbi(person), dbs(tag), dbi(by->subject), dbi(by->at_us)));
    return db_exec(t->d,
                   "INSERT INTO tag_deed_gone (subject, tag, day, gone_us, person, by_subject, n, event_no)"
                   " SELECT subject, tag, day, $4, person, $3, n, event_no FROM tag_deed WHERE person = $1 AND tag = $2"
                   " ON CONFLICT (subject, tag, day, gone_us) DO NOTHING",
                   dbi(person), dbs(tag), dbi(by->subject), dbi(by->at_us));
}

err tag_family_goes(tx *t, str family, int64_t before_us, const tagging *by)
{
    TRY(forget_old(t, by->subject));
    return db_exec(t->d,
                   "INSERT INTO tag_gone (subject, tag, gone_us, person, by_subject, whole, source, event_no, since_us, until_us, origin,"
                   " confidence, seen_us, staff, reason) SELECT subject, tag, $4, person, subject, 0, source, event_no, since_us, until_us,"
                   " origin, confidence, seen_us, staff, reason FROM person_tag WHERE subject = $1 AND tag <> $2 AND seen_us < $4 AND tag IN"
                   " (SELECT name FROM tag_type WHERE class = 'audience' AND family = $3) ON CONFLICT (subject, tag, gone_us) DO NOTHING",
                   dbi(by->subject), dbs(by->tag), dbs(family), dbi(before_us));
}

// --- A change of hands told late ------------------------------------------------------------------------------------------------

typedef VEC(int64_t) subjects;

// Rows the next owner never had; what stands again already keeps its earlier beginning.
static err come_back(tx *t, const rehoming *r)
{
    TRY(db_exec(t->d,
                "INSERT INTO person_tag (subject, tag, person, source, event_no, since_us, until_us, origin, confidence, seen_us, staff, reason)"
                " SELECT subject, tag, person, source, event_no, since_us, until_us, origin, confidence, seen_us, staff, reason FROM tag_gone"
                " WHERE by_subject = $1 AND gone_us >= $3 AND subject <> $2 AND (until_us = 0 OR until_us > $4)"
                " ON CONFLICT (subject, tag) DO UPDATE SET since_us = excluded.since_us, event_no = excluded.event_no, source = excluded.source",
                dbi(r->subject), dbi(r->next), dbi(r->at_us), dbi(t->now_us)));
    return db_exec(t->d,
                   "INSERT INTO tag_deed (subject, tag, day, person, n, event_no)"
                   " SELECT subject, tag, day, person, n, event_no FROM tag_deed_gone"
                   " WHERE by_subject = $1 AND gone_us >= $3 AND subject <> $2 ON CONFLICT (subject, tag, day) DO UPDATE SET"
                   " n = tag_deed.n + excluded.n",
                   dbi(r->subject), dbi(r->next), dbi(r->at_us));
}

// What of the next owner's stood at that time goes instead.
static err go_instead(tx *t, const rehoming *r)
{
    TRY(db_exec(t->d,
                "INSERT INTO tag_gone (subject, tag, gone_us, person, by_subject, whole, source, event_no, since_us, until_us, origin,"
                " confidence, seen_us, staff, reason) SELECT p.subject, p.tag, g.gone_us, p.person, $2, 1, p.source, p.event_no, p.since_us,"
                " p.until_us, p.origin, p.confidence, p.seen_us, p.staff, p.reason FROM person_tag p JOIN tag_gone g ON g.tag = p.tag"
                " WHERE p.person = $3 AND g.by_subject = $1 AND g.whole = 1 AND g.gone_us >= $4 AND p.since_us < g.gone_us"
                " ON CONFLICT (subject, tag, gone_us) DO NOTHING",
                dbi(r->subject), dbi(r->next), dbi(r->person), dbi(r->at_us)));
    TRY(db_exec(t->d,
                "DELETE FROM tag_deed WHERE person = $2 AND subject <> $4 AND EXISTS (SELECT 1 FROM tag_gone g WHERE g.tag = tag_deed.tag AND"
                " g.by_subject = $1 AND g.whole = 1 AND g.gone_us >= $3 AND " DAY_BEGINS " <= g.gone_us)",
                dbi(r->subject), dbi(r->person), dbi(r->at_us), dbi(r->next)));
    return db_exec(t->d,
                   "DELETE FROM person_tag WHERE person = $2 AND EXISTS (SELECT 1 FROM tag_gone g WHERE g.tag = person_tag.tag AND"
                   " g.by_subject = $1 AND g.whole = 1 AND g.gone_us >= $3 AND person_tag.since_us < g.gone_us)",
                   dbi(r->subject), dbi(r->person), dbi(r->at_us));
}

static err whose(tx *t, const rehoming *r, subjects *ret)
{
    db_rows q;
    TRY(db_query(t->d, &q, "SELECT DISTINCT subject FROM tag_gone WHERE by_subject = $1 AND gone_us >= $2", dbi(r->subject), dbi(r->at_us)));
    while (db_next(&q))
        vec_push(ret, db_i64(&q, 0));
    return db_end(&q);
}

err tags_come_back(tx *t, const rehoming *r)
{
    subjects s = { 0 };
    err e = whose(t, r, &s);
    if (e == E_OK)
        e = come_back(t, r);
    if (e == E_OK)
        e = go_instead(t, r);
    if (e == E_OK)
        e = db_exec(t->d, "DELETE FROM tag_gone WHERE by_subject = $1 AND gone_us >= $2 AND subject <> $3", dbi(r->subject), dbi(r->at_us),
                    dbi(r->next));
    if (e == E_OK)
        e = db_exec(t->d, "DELETE FROM tag_deed_gone WHERE by_subject = $1 AND gone_us >= $2 AND subject <> $3", dbi(r->subject),
                    dbi(r->at_us), dbi(r->next));
    if (e == E_OK)
        e = db_exec(t->d, "UPDATE tag_gone SET by_subject = $3 WHERE by_subject = $1 AND gone_us >= $2", dbi(r->subject), dbi(r->at_us),
                    dbi(r->next));
    for (size_t i = 0; e == E_OK && i < s.n; i++)
        e = tag_fade_schedule(t, (uint32_t)s.v[i]);
    vec_free(&s);
    return e;
}

const person_table tag_gone_tables[] = {
    { PERSON_TABLE_SINCE("tag_gone", "since_us", "tag, since_us, gone_us, source, reason"), TEXTS(TEXT_OF("tag_gone", "reason")),
      CODES("tag, source, origin") },
    { PERSON_TABLE_SINCE("tag_deed_gone", DAY_BEGINS, "tag, day, n, gone_us"), CODES("tag") },
};
const size_t tag_gone_tables_n = sizeof tag_gone_tables / sizeof *tag_gone_tables;
