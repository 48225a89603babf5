// The demo brand: made-up people whose events come in by the ordinary way, so that every page shows what the rules made of
// them. Only `init --demo` does this, and the source of all of it is called "demo". Same figures for the same day.
#include "instance/demo.h"
#include "instance/parts.h"

#define PEOPLE 96

static const char *const surnames[] = { "林", "陈", "赵", "许", "周", "沈", "顾", "何", "吴", "唐", "宋", "苏", "方", "叶", "程", "江" };
static const char *const given[] = { "知夏", "望", "一鸣", "蔓", "子昂", "若溪", "思远", "清越", "予安", "明澈", "书言", "景行",
                                     "听澜", "亦舟", "念初", "嘉树" };
static const char *const cities[] = { "上海", "杭州", "成都", "北京", "沈阳", "苏州" };
static const char *const models[] = { "E7", "C5" };
static const char *const sources[] = { "app", "mini-program", "store", "website" };
static const char *const lost_for[] = { "price", "competitor", "charging", "unreachable", "postponed" };

// How far somebody came, and how many hours before now each step was taken; share: of a hundred people.
typedef struct step { const char *kind; int hours_after; } step;
typedef struct path { int share; step steps[DEMO_STEPS_MAX]; } path;
static const path paths[] = {
    { 28, { { "follow.started", 0 }, { "app.active", 20 } } },
    { 20, { { "follow.started", 0 }, { "app.active", 4 }, { "lead.captured", 30 } } },
    { 6, { { "follow.started", 0 }, { "app.active", 4 }, { "lead.captured", 30 }, { "lead.lost", 60 } } },
    { 12, { { "follow.started", 0 }, { "lead.captured", 12 }, { "test_drive.booked", 40 }, { "test_drive.completed", 110 } } },
    { 4, { { "follow.started", 0 }, { "lead.captured", 12 }, { "test_drive.booked", 40 }, { "test_drive.completed", 110 },
           { "lead.lost", 200 } } },
    { 8, { { "follow.started", 0 }, { "lead.captured", 10 }, { "test_drive.booked", 30 }, { "test_drive.completed", 90 },
           { "reserve.placed", 130 } } },
    { 6, { { "follow.started", 0 }, { "lead.captured", 8 }, { "test_drive.booked", 20 }, { "test_drive.completed", 70 },
           { "reserve.placed", 80 }, { "order.placed", 160 } } },
    { 14, { { "follow.started", 0 }, { "lead.captured", 6 }, { "test_drive.booked", 15 }, { "test_drive.completed", 50 },
           { "order.placed", 120 }, { "delivery.completed", 420 } } },
    { 2, { { "follow.started", 0 }, { "lead.captured", 6 }, { "test_drive.booked", 15 }, { "test_drive.completed", 50 },
           { "reserve.placed", 55 }, { "reserve.cancelled", 100 } } },
};

typedef struct making {
    instance *in;
    arena *a;
    uint64_t rnd;
    int64_t now_us;
    buf body;
    demo_person person;
} making;

static uint32_t pick(making *m, uint32_t n)
{
    m->rnd = m->rnd * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(m->rnd >> 33) % n;
}

static const path *path_of(making *m)
{
    int at = (int)pick(m, 100);
    for (size_t i = 0;; i++)
        if ((at -= paths[i].share) < 0)
            return &paths[i];
}

typedef struct somebody { int number; str name, phone; const char *city, *model, *source; } somebody;

static void write_properties(jw *w, const somebody *p, const char *kind, arena *a)
{
    jw_key(w, S("properties"));
    jw_obj(w);
    jw_kstr(w, "city", str_c(p->city));
    jw_kstr(w, "model", str_c(p->model));
    jw_kstr(w, "source", str_c(p->source));
    if (strcmp(kind, "lead.captured") == 0) {
        jw_kstr(w, "phone", p->phone);
        jw_kstr(w, "name", p->name);
        jw_kbool(w, "consent_call", p->number % 9 != 0);       // a phone without consent is no lead: some of those as well
    }
    if (str_starts(str_c(kind), S("test_drive.")))
        jw_kstr(w, "test_drive", arena_fmt(a, "TD-%04d", p->number));
    if (str_starts(str_c(kind), S("reserve.")) || str_starts(str_c(kind), S("order.")) || str_starts(str_c(kind), S("delivery.")))
        jw_kstr(w, "order", arena_fmt(a, "SO-%04d", p->number));
    if (strcmp(kind, "lead.lost") == 0)
        jw_kstr(w, "reason", str_c(lost_for[p->number % 5]));
    if (strcmp(kind, "delivery.completed") == 0)
        jw_kstr(w, "vin", demo_vin(a, p->number));
    jw_end_obj(w);
}

static void write_event(making *m, jw *w, const somebody *p, const char *kind, str id, int64_t at_us)
{
    jw_obj(w);
    jw_kstr(w, "type", S("track"));
    jw_kstr(w, "userId", arena_fmt(m->a, "demo-%03d", p->number));
    jw_kstr(w, "event", str_c(kind));
    jw_kstr(w, "messageId", arena_fmt(m->a, "demo-%03d-" STR_FMT, p->number, STR_ARG(id)));
    jw_kstr(w, "timestamp", time_iso(m->a, at_us));
    write_properties(w, p, kind, m->a);
    jw_end_obj(w);
}

// What members of the community do, so that classes and behaviour tags have something to stand on: every third person, over four weeks.
static void write_chatter(making *m, jw *w, const somebody *p)
{
    static const char *const kinds[] = { "group.message", "group.message", "post.created", "content.shared", "question.asked", "post.viewed",
                                         "answer.accepted", "post.featured" };
    int deeds = p->number % 3 == 0 ? 2 + p->number % 19 : 0;
    for (int i = 0; i < deeds; i++) {
        const char *kind = kinds[pick(m, p->number % 2 ? 4 : 8)];
        int64_t at_us = m->now_us - (int64_t)(i * 27 / deeds) * US_PER_DAY - pick(m, 600) * US_PER_MIN;
        write_event(m, w, p, kind, arena_fmt(m->a, "%s-%d", kind, i), at_us);
    }
}

static void write_person(making *m, jw *w, int number)
{
    somebody p = { .number = number, .phone = arena_fmt(m->a, "1990000%04d", 1000 + number * 7),
                   .name = arena_fmt(m->a, "%s%s", surnames[pick(m, 16)], given[pick(m, 16)]), .city = cities[pick(m, 6)],
                   .model = models[pick(m, 2)], .source = sources[pick(m, 4)] };
    const path *way = path_of(m);
    int last = 0;
    while (last + 1 < DEMO_STEPS_MAX && way->steps[last + 1].kind)
        last++;
    // The last step was taken in the last four weeks; every fourth person's within the last 20 hours, so that clocks are running.
    int64_t ago_min = pick(m, 4) == 0 ? pick(m, 20 * 60) : pick(m, 27 * 24 * 60);
    int64_t start = m->now_us - ago_min * US_PER_MIN - way->steps[last].hours_after * US_PER_HOUR;
    m->person = (demo_person){ .number = number, .city = p.city, .model = p.model, .steps_n = (size_t)last + 1 };
    for (int i = 0; i <= last; i++) {
        m->person.steps[i] = (demo_step){ way->steps[i].kind, start + way->steps[i].hours_after * US_PER_HOUR };
        write_event(m, w, &p, way->steps[i].kind, str_c(way->steps[i].kind), m->person.steps[i].at_us);
    }
    write_chatter(m, w, &p);
}

static err store(tx *t, void *p)
{
    making *m = p;
    const caller demo = { .kind = CALLER_KEY, .name = S("demo"), .effects = EFFECTS_ALL };
    ingest_batch b;
    TRY(segment_parse(m->in->e.ingest, &demo, (str){ 0 }, buf_str(&m->body), t->now_us, m->a, t->f, &b));
    TRY(ingest_store(t, m->in->e.ingest, &demo, &b));
    for (uint32_t i = 0; i < b.n; i++)
        if (b.v[i].verdict == INGEST_REFUSED)
            return fault_detail(t->f, m->a, b.v[i].code, "demo event " STR_FMT ": " STR_FMT, STR_ARG(b.v[i].message_id), STR_ARG(b.v[i].field));
    return E_OK;
}

err demo_make(instance *in, fault *f, arena *a)
{
    making m = { .in = in, .a = a, .rnd = 20260309, .now_us = os_now_us(in->o) };
    err e = instance_do(in, demo_brand_records, NULL, f);
    // One operation a person, in the order of their first step, as it would have come in.
    for (int i = 0; e == E_OK && i < PEOPLE; i++) {
        buf_clear(&m.body);
        jw w = { .b = &m.body };
        jw_obj(&w);
        jw_key(&w, S("batch"));
        jw_arr(&w);
        write_person(&m, &w, i);
        jw_end_arr(&w);
        jw_end_obj(&w);
        e = instance_do(in, store, &m, f);
        if (e == E_OK)
            e = instance_do(in, demo_person_records, &m.person, f);
    }
    buf_free(&m.body);
    return e;
}
