// Notes of conversations, and the tags that they and a person's own words in recent events speak for.
#include "api/shape_rows.h"
#include "base/personal.h"
#include "profile/note_api.h"
#include "profile/profile_routes.h"
#include "profile/tag.h"
#include "profile/tag_words.h"
#include "record/audit.h"

static const char *const note_channels[] = { "call", "wecom", "store", "event", "other", NULL };
static const char *const note_channels_zh[] = { "电话", "企业微信", "到店", "活动", "其他" , NULL };
const enum_labels note_channel_labels = { "note_channel", note_channels, note_channels_zh };

SHAPE_TABLE(note_new, NOTE_NEW);
SHAPE_TABLE(note_view, NOTE_VIEW);
SHAPE_TABLE(note_list, NOTE_LIST);
SHAPE_TABLE(tag_suggestion, TAG_SUGGESTION);
SHAPE_TABLE(tag_suggestions, TAG_SUGGESTIONS);

// --- Notes --------------------------------------------------------------------------------------------------------------------

static err room_for_one(tx *t, int64_t subject)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM person_note WHERE subject = $1", dbi(subject)));
    return n < NOTES_MAX ? E_OK
                         : db_exec(t->d, "DELETE FROM person_note WHERE id = (SELECT min(id) FROM person_note WHERE subject = $1)",
                                   dbi(subject));
}

err person_note_post(req *r)
{
    const note_new *in = r->body;
    note_view *out = r->reply;
    int64_t person, id = tx_id(r->tx), no;
    str channel = str_c(note_channels[in->channel]);
    TRY(person_of_path(r, &person));
    TRY(room_for_one(r->tx, person));
    // The text is no property of it: an event is kept for ever, a note as long as somebody wants it.
    TRY(engine_emit(r->tx, &(event_new){ .subject = (uint32_t)person, .kind = S("note.taken"), .flags = EVENT_SYSTEM, .props_n = 3,
                                         .props = (const event_prop[]){ prop_str(S("channel"), channel), prop_i64(S("note"), id),
                                                                        prop_i64(S("by"), r->who.id) } }, &no));
    TRY(db_exec(r->tx->d,
                "INSERT INTO person_note (id, subject, person, channel, text, at_us, staff, event_no) VALUES ($1, $2, $2, $3, $4, $5, $6, $7)",
                dbi(id), dbi(person), dbs(channel), dbs(in->text), dbi(r->tx->now_us), dbi(r->who.id), dbi(no)));
    SET(out, note_view, id, id);
    SET(out, note_view, text, in->text);
    SET(out, note_view, channel, in->channel);
    SET(out, note_view, at, r->tx->now_us);
    SET(out, note_view, staff, r->who.id);
    SET(out, note_view, event, no);
    return audit_by(r, S("person.noted"), S("person"), person, arena_fmt(r->a, "{\"event\":%lld}", (long long)no));
}

static err notes_read(req *r, int64_t person, note_list *ret)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT n.id, n.text, n.channel, n.at_us AS at, n.staff, s.name AS staff_name, n.event_no AS event FROM person_note n"
                 " LEFT JOIN staff s ON s.id = n.staff WHERE n.person = $1 ORDER BY n.at_us DESC, n.id DESC LIMIT $2",
                 dbi(person), dbi(NOTES_SHOWN)));
    return ROWS_SET(r->a, &rows, ret, note_list, items);
}

err person_notes_get(req *r)
{
    int64_t person;
    TRY(person_of_path(r, &person));
    return notes_read(r, person, r->reply);
}

// --- What speaks for a tag ------------------------------------------------------------------------------------------------------

#define EVENTS_READ 50
#define SAID_MAX 200                   // texts looked at
#define SAID_CHARS_MIN 4

typedef struct said { str text, kind; int64_t event, note, at_us; } said;
typedef struct speaking { req *r; int64_t person; said v[SAID_MAX]; uint32_t n; tag_suggestion *out; uint32_t out_n; } speaking;

static void said_add(speaking *s, said x)
{
    if (s->n < SAID_MAX && str_utf8_count(x.text) >= SAID_CHARS_MIN)
        s->v[s->n++] = x;
}

// What somebody wrote stands in properties of these names.
static bool is_text(str name)
{
    static const char *const known[] = { "text", "content", "comment", "title", "body", "message", "answer", "question", "remark", NULL };
    for (size_t i = 0; known[i]; i++)
        if (str_eq(name, str_c(known[i])))
            return true;
    return false;
}

static err events_say(speaking *s)
{
    engine *e = s->r->app;
    const event *v;
    uint32_t n;
    if (!e->tl)
        return E_OK;
    TRY(timeline_person_events(e->tl, (uint32_t)s->person, s->r->head, INT64_MAX, INT64_MAX, EVENTS_READ, s->r->a, &v, &n));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < v[i].props_n && !(v[i].flags & EVENT_SYSTEM); k++)
            if (v[i].props[k].v.k == V_STR && is_text(names_prop_name(e->names, v[i].props[k].id, s->r->a)))
                said_add(s, (said){ v[i].props[k].v.s, names_kind_name(e->names, v[i].kind, s->r->a), v[i].no, 0, v[i].time_us });
    return E_OK;
}

static err notes_say(speaking *s)
{
    note_list list = { 0 };
    TRY(notes_read(s->r, s->person, &list));
    for (uint32_t i = 0; i < list.items.n; i++) {
        const note_view *v = &list.items.v[i];
        said_add(s, (said){ v->text, S("note.taken"), v->event, v->id, v->at });
    }
    return E_OK;
}

typedef struct listed { str tag, en, words, words_en, purpose; } listed;

static err suggest(speaking *s, const listed *l)
{
    str *words = arena_array(s->r->a, str, 2 * TAG_WORDS_FOUND_MAX);
    bool stands;
    int given = 1;
    size_t n = 0;
    uint32_t i = 0;
    for (; i < s->n && n == 0; i++) {
        n = tag_words_in(s->v[i].text, l->words, s->r->a, words);
        n += n < TAG_WORDS_FOUND_MAX ? tag_words_in(s->v[i].text, l->words_en, s->r->a, words + n) : 0;
    }
    if (n == 0 || s->out_n == SUGGESTIONS_MAX)
        return E_OK;
    int64_t has;
    TRY(db_int(s->r->d, &has, 0, "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)",
               dbi(s->person), dbs(l->tag), dbi(s->r->now_us)));
    stands = has > 0;
    if (stands)
        return E_OK;
    if (l->purpose.len)
        TRY(people_consent(s->r->d, (uint32_t)s->person, l->purpose, &given));
    const said *by = &s->v[i - 1];
    tag_suggestion *x = &s->out[s->out_n++];
    SET(x, tag_suggestion, tag, l->tag);
    SET(x, tag_suggestion, en, l->en);
    SET(x, tag_suggestion, words, (list_strs){ words, (uint32_t)(n < TAG_WORDS_FOUND_MAX ? n : TAG_WORDS_FOUND_MAX) });
    SET(x, tag_suggestion, event, by->event);
    if (by->note)
        SET(x, tag_suggestion, note, by->note);
    SET(x, tag_suggestion, kind, by->kind);
    SET(x, tag_suggestion, at, by->at_us);
    if (l->purpose.len)
        SET(x, tag_suggestion, purpose, l->purpose);
    SET(x, tag_suggestion, permitted, given == 1);
    return E_OK;
}

static err library_read(req *r, listed *v, size_t max, size_t *n)
{
    db_rows rows;
    *n = 0;
    TRY(db_query(r->d, &rows,
                 "SELECT name, en, COALESCE(words, ''), COALESCE(words_en, ''), COALESCE(purpose, '') FROM tag_type WHERE archived_us = 0"
                 " AND (words IS NOT NULL OR words_en IS NOT NULL) ORDER BY name LIMIT $1",
                 dbi((int64_t)max)));
    while (db_next(&rows))
        v[(*n)++] = (listed){ req_text(r, &rows, 0), req_text(r, &rows, 1), req_text(r, &rows, 2), req_text(r, &rows, 3),
                              req_text(r, &rows, 4) };
    return db_end(&rows);
}

#define LIBRARY_MAX 500

static int latest_first(const void *a, const void *b)
{
    const said *x = a, *y = b;
    return x->at_us > y->at_us ? -1 : x->at_us < y->at_us;
}

err tag_suggestions_get(req *r)
{
    speaking *s = arena_new(r->a, speaking);
    listed *library = arena_array(r->a, listed, LIBRARY_MAX);
    size_t n;
    *s = (speaking){ .r = r, .out = arena_array(r->a, tag_suggestion, SUGGESTIONS_MAX) };
    TRY(person_of_path(r, &s->person));
    TRY(notes_say(s));
    TRY(events_say(s));
    qsort(s->v, s->n, sizeof s->v[0], latest_first);
    TRY(library_read(r, library, LIBRARY_MAX, &n));
    for (size_t i = 0; i < n; i++)
        TRY(suggest(s, &library[i]));
    LIST_SET((tag_suggestions *)r->reply, tag_suggestions, items, s->out, s->out_n);
    return E_OK;
}

const person_table note_tables[] = {
    { PERSON_TABLE_SINCE("person_note", "at_us", "id, channel, text, at_us, event_no"), TEXTS(TEXT_OF("person_note", "text")),
      CODES("channel") },
};
const size_t note_tables_n = sizeof note_tables / sizeof *note_tables;
