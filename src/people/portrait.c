// Who a set of people is, against others: share of each value, lift, and how sure that is (INVENTORY DAT-05, DAT-06). The counting is the
// timeline's question `compare`; here stand the two questions every brand asks, and the rules for small numbers (METRICS §1).
// Cost: one pass over all people and their events on a reader thread; nothing is kept.
#include "people/people_api.h"
#include <math.h>

#define HIDDEN_BELOW 5                 // with attributes of people: fewer are not shown
#define PERCENT_FROM 30                // of fewer no share is told
#define VALUES_MAX 20

enum portrait_ready { PORTRAIT_OWNERS, PORTRAIT_BECOMING };
static const char *const ready_names[] = { "owners", "becoming", NULL };
static const enum_labels portrait_ready_labels = { "portrait_ready", ready_names };

#define PORTRAIT_NEW(F, T)                                                                                                \
    F(T, ENUM(portrait_ready), ready,                                                                               \
      .doc = "owners: against everybody. becoming: of those with a lead, who became one against who did not, as each was at the first lead.") \
    F(T, JSON, who, .max = 16384, .doc = "Instead: the set, a condition as in questions.")                                \
    F(T, JSON, against, .max = 16384, .doc = "The others, a condition; everybody when absent.")                           \
    F(T, STR, at, .min = 1, .max = 200, .pattern = "line", .doc = "Kind of event: people are looked at as they were at their first one.")
SHAPE_STRUCT(portrait_new, PORTRAIT_NEW);
SHAPE_TABLE(portrait_new, PORTRAIT_NEW);

#define PORTRAIT_ROW(F, T)                                                                                                \
    F(T, STR, value, .required = true, .max = 200, .doc = "City, model, first birth year of five, tag, kind of event.")   \
    F(T, STR, zh, .max = 200, .doc = "What people call it in Chinese, when it has another name.")                         \
    F(T, STR, en, .max = 200, .doc = "The same in English.")                                                              \
    F(T, I64, people, .required = true, .doc = "People of the set it holds of.")                                          \
    F(T, I64, others, .doc = "People of the others; absent: fewer than 5.")                                               \
    F(T, F64, share, .doc = "people / known; absent below 30 known.")                                                     \
    F(T, F64, low, .doc = "Lower end of its 95 % Wilson interval.")                                                       \
    F(T, F64, high, .doc = "Upper end.")                                                                                  \
    F(T, F64, share_others, .doc = "The same among the others.")                                                          \
    F(T, F64, lift, .doc = "share / share_others; absent when either is.")                                                \
    F(T, BOOL, certain, .required = true, .doc = "The others' share lies outside of the interval.")
SHAPE_STRUCT(portrait_row, PORTRAIT_ROW);
SHAPE_TABLE(portrait_row, PORTRAIT_ROW);

#define PORTRAIT_GROUP(F, T)                                                                                              \
    F(T, STR, kind, .required = true, .max = 20, .doc = "trait, tag or did (in the 28 days before).")                     \
    F(T, STR, name, .max = 200, .doc = "Of a trait: city, model, birth_band.")                                            \
    F(T, I64, known, .required = true, .doc = "People of the set of whom something is known.")                            \
    F(T, I64, known_others, .required = true, .doc = "The same of the others.")                                           \
    F(T, I64, hidden, .required = true, .doc = "Values that hold of fewer than 5 people of the set and are not shown.")   \
    F(T, LIST(portrait_row), values, .required = true, .max = VALUES_MAX, .doc = "Most people first.")
SHAPE_STRUCT(portrait_group, PORTRAIT_GROUP);
SHAPE_TABLE(portrait_group, PORTRAIT_GROUP);

#define PORTRAIT_VIEW(F, T)                                                                                               \
    F(T, STR, question_zh, .required = true, .max = 4000, .doc = "What was asked, as a Chinese sentence.")                \
    F(T, STR, question_en, .required = true, .max = 4000, .doc = "The same in English.")                                  \
    F(T, I64, people, .required = true, .doc = "People of the set.")                                                      \
    F(T, I64, others, .required = true, .doc = "People they are compared with.")                                          \
    F(T, BOOL, too_few, .required = true, .doc = "Fewer than 5: nothing of them is shown.")                               \
    F(T, LIST(portrait_group), groups, .required = true, .max = 24, .doc = "Traits, tags, deeds.")                        \
    F(T, I64, head, .required = true, .doc = "Number of the last event it saw.")                                          \
    F(T, I64, took_us, .required = true, .doc = "Microseconds it took.")
SHAPE_STRUCT(portrait_view, PORTRAIT_VIEW);
SHAPE_TABLE(portrait_view, PORTRAIT_VIEW);

// --- The question -----------------------------------------------------------------------------------------------------------------
#define OWNED "{\"did\":{\"event\":\"stage.moved\",\"where\":[[\"to\",\"=\",\"owner\"]]}}"
static const struct { const char *who, *against, *at; } ready_questions[] = {
    [PORTRAIT_OWNERS] = { "{\"stage\":{\"from\":\"owner\"}}", NULL, NULL },
    [PORTRAIT_BECOMING] = { OWNED, "{\"not\":" OWNED "}", "lead.captured" },
};

static err question_of(req *r, str *ret)
{
    const portrait_new *in = r->body;
    bool ready = HAS(in, portrait_new, ready), who = HAS(in, portrait_new, who);
    if (ready == who)
        return req_fail_field(r, who ? E_FIELD_VALUE : E_FIELD_REQUIRED, "who");
    if (ready && (HAS(in, portrait_new, against) || HAS(in, portrait_new, at)))
        return req_fail_field(r, E_FIELD_VALUE, "ready");
    str set = ready ? str_c(ready_questions[in->ready].who) : in->who;
    str against = ready ? str_c(ready_questions[in->ready].against) : HAS(in, portrait_new, against) ? in->against : (str){ 0 };
    str at = ready ? str_c(ready_questions[in->ready].at) : HAS(in, portrait_new, at) ? in->at : (str){ 0 };
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_kstr(&w, "ask", S("compare"));
    jw_key(&w, S("who"));
    jw_raw(&w, set);
    if (against.len) {
        jw_key(&w, S("against"));
        jw_raw(&w, against);
    }
    if (at.len) {
        jw_key(&w, S("at"));
        jw_obj(&w);
        jw_kstr(&w, "event", at);
        jw_end_obj(&w);
    }
    jw_ki64(&w, "limit", VALUES_MAX);
    jw_key(&w, S("traits"));
    jw_raw(&w, S("[\"city\",\"model\",{\"name\":\"birth_band\",\"consent\":\"personalise\"}]"));
    jw_key(&w, S("said_by"));
    jw_raw(&w, S("[\"identify\",\"profile.set\"]"));
    jw_end_obj(&w);
    *ret = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return E_OK;
}

// --- Small numbers -----------------------------------------------------------------------------------------------------------------
// Wilson 1927: the score interval at 95 %.
void portrait_wilson(int64_t k, int64_t n, double *low, double *high)
{
    const double z = 1.959963984540054, m = (double)n, p = (double)k / m, zz = z * z;
    double middle = (p + zz / (2 * m)) / (1 + zz / m), half = z / (1 + zz / m) * sqrt(p * (1 - p) / m + zz / (4 * m * m));
    *low = middle - half > 0 ? middle - half : 0;
    *high = middle + half < 1 ? middle + half : 1;
}

static void fill_row(int64_t n, int64_t others, int64_t known, int64_t known_others, portrait_row *out)
{
    double low, high;
    SET(out, portrait_row, people, n);
    SET(out, portrait_row, certain, false);
    if (others >= HIDDEN_BELOW)
        SET(out, portrait_row, others, others);
    if (known >= PERCENT_FROM) {
        portrait_wilson(n, known, &low, &high);
        SET(out, portrait_row, share, (double)n / (double)known);
        SET(out, portrait_row, low, low);
        SET(out, portrait_row, high, high);
    }
    if (known_others < PERCENT_FROM || others < HIDDEN_BELOW)
        return;
    SET(out, portrait_row, share_others, (double)others / (double)known_others);
    if (known < PERCENT_FROM)
        return;
    SET(out, portrait_row, lift, out->share / out->share_others);
    SET(out, portrait_row, certain, out->share_others < out->low || out->share_others > out->high);
}

static int64_t number(const jval *v, const char *name)
{
    int64_t n = 0;
    json_i64(json_get(v, str_c(name)), &n);
    return n;
}

static void fill_names(engine *e, arena *a, bool deed, portrait_row *out)
{
    uint32_t kind = deed ? names_kind_find(e->names, out->value) : 0;
    if (!kind)
        return;
    str zh = names_kind_label(e->names, kind, LANG_ZH, a), en = names_kind_label(e->names, kind, LANG_EN, a);
    if (zh.len)
        SET(out, portrait_row, zh, zh);
    if (en.len)
        SET(out, portrait_row, en, en);
}

static void fill_group(engine *e, arena *a, jval *v, portrait_group *out)
{
    jval *values = json_get(v, S("values")), *item;
    portrait_row *rows = arena_array(a, portrait_row, VALUES_MAX);
    uint32_t n = 0;
    size_t i, max;
    int64_t known = number(v, "known"), known_others = number(v, "known_others");
    str kind = json_str(json_get(v, S("kind")));
    SET(out, portrait_group, kind, kind);
    if (json_get(v, S("name")))
        SET(out, portrait_group, name, json_str(json_get(v, S("name"))));
    SET(out, portrait_group, known, known);
    SET(out, portrait_group, known_others, known_others);
    yyjson_arr_foreach(values, i, max, item)
    {
        int64_t of_set = number(item, "people");
        if (of_set < HIDDEN_BELOW || n == VALUES_MAX)
            continue;
        SET(&rows[n], portrait_row, value, json_str(json_get(item, S("value"))));
        fill_row(of_set, number(item, "others"), known, known_others, &rows[n]);
        fill_names(e, a, str_eq(kind, S("did")), &rows[n++]);
    }
    SET(out, portrait_group, hidden, number(v, "distinct") - n);
    SET(out, portrait_group, values, (typeof(out->values)){ rows, n });
}

// --- The route --------------------------------------------------------------------------------------------------------------------------
// In the words of rules, which know what tags, classes, levels and purposes are called.
static bool condition_words(void *user, const jval *condition, lang l, arena *a, buf *b)
{
    req *r = user;
    engine *e = r->app;
    yyjson_obj_iter it = yyjson_obj_iter_with((jval *)(uintptr_t)condition);
    if (!rules_condition(e->rules, json_str(yyjson_obj_iter_next(&it))))
        return false;
    condition_print(e->rules, condition, &(speech){ l, b, a, e, r->d });
    return true;
}

static str event_words(void *user, str kind, lang l, arena *a)
{
    engine *e = ((req *)user)->app;
    return names_kind_label(e->names, names_kind_find(e->names, kind), l, a);
}

static err ask(req *r, str question, jval **ret_answer, portrait_view *out)
{
    engine *e = r->app;
    jval *q;
    buf b = { 0 };
    dictionary dict = names_dictionary(e->names);
    const question_words words = { r, condition_words, event_words };
    TRY(json_parse(r->a, question, &r->f, &q));
    err code = timeline_ask(e->tl, &dict, q, r->now_us, r->head, r->a, &r->f, &b);
    if (code == E_OK)
        code = json_parse(r->a, arena_str(r->a, buf_str(&b)), &r->f, ret_answer);
    for (int l = 0; code == E_OK && l < 2; l++) {
        buf_clear(&b);
        code = question_sentence(q, r->now_us, l ? LANG_EN : LANG_ZH, &words, r->a, &r->f, &b);
        if (l)
            SET(out, portrait_view, question_en, arena_str(r->a, str_take(buf_str(&b), 4000)));
        else
            SET(out, portrait_view, question_zh, arena_str(r->a, str_take(buf_str(&b), 3900)));
    }
    buf_free(&b);
    return code;
}

static err portrait(req *r)
{
    engine *e = r->app;
    portrait_view *out = r->reply;
    str question;
    jval *answer, *item;
    size_t i, n;
    int64_t began = os_mono_us(e->o);
    TRY(question_of(r, &question));
    TRY(ask(r, question, &answer, out));
    int64_t of_set = number(answer, "people");
    jval *groups = json_get(answer, S("groups"));
    portrait_group *v = arena_array(r->a, portrait_group, yyjson_arr_size(groups) + 1);
    bool too_few = of_set < HIDDEN_BELOW;
    yyjson_arr_foreach(groups, i, n, item) fill_group(e, r->a, item, &v[i]);
    SET(out, portrait_view, people, of_set);
    SET(out, portrait_view, others, number(answer, "others"));
    SET(out, portrait_view, too_few, too_few);
    SET(out, portrait_view, groups, (typeof(out->groups)){ v, too_few ? 0 : (uint32_t)n });
    SET(out, portrait_view, head, r->head);
    SET(out, portrait_view, took_us, os_mono_us(e->o) - began);
    return E_OK;
}

static const route routes[] = {
    { M_POST, "/api/v1/portrait", PERM_TIMELINE_READ, .body = &portrait_new_shape, .reply = &portrait_view_shape, .where = RUN_POOL,
      .rate_per_minute = 30, .idem = IDEM_READ, .tag = "people", .handler = portrait,
      .errors = ROUTE_ERRORS(E_FIELD_REQUIRED, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_VALUE, E_FIELD_TOO_MANY, E_FIELD_TOO_LARGE,
                             E_FIELD_TOO_SMALL, E_FIELD_TOO_SHORT, E_FIELD_TOO_LONG, E_FIELD_UTF8, E_JSON_INVALID, E_JSON_TOO_DEEP),
      .doc = "Who a set of people is, against others: shares, lift, intervals. Walks all people." },
};
const route_table portrait_routes = ROUTE_TABLE("people", routes);
