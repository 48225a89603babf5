// The demo brand's stores, cars, orders and test drives: what its order system would hold of what its people did.
#include "instance/demo.h"
#include "base/time.h"
#include "record/record.h"

static const struct { const char *code, *name, *kind, *owner, *city, *state; } stores[] = {
    { "SH-01", "上海体验中心", "house", "direct", "上海", "open" },     { "SH-02", "上海交付中心", "delivery", "direct", "上海", "open" },
    { "HZ-01", "杭州城市展厅", "space", "partner", "杭州", "open" },    { "CD-01", "成都城市展厅", "space", "partner", "成都", "open" },
    { "BJ-01", "北京体验中心", "house", "direct", "北京", "open" },     { "SY-01", "沈阳服务中心", "service", "dealer", "沈阳", "open" },
    { "SZ-01", "苏州快闪店", "popup", "direct", "苏州", "planned" },
};

str demo_vin(arena *a, int number) { return arena_fmt(a, "LTYDEM00%09d", number); }

static err add(tx *t, str name, buf *json)
{
    int64_t id;
    err e = record_add_text(t, record_named(name), buf_str(json), &id);
    buf_free(json);
    return e;
}

static err add_store(tx *t, size_t i)
{
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_kstr(&w, "code", str_c(stores[i].code));
    jw_kstr(&w, "name", str_c(stores[i].name));
    jw_kstr(&w, "kind", str_c(stores[i].kind));
    jw_kstr(&w, "owner", str_c(stores[i].owner));
    jw_kstr(&w, "city", str_c(stores[i].city));
    jw_kstr(&w, "state", str_c(stores[i].state));
    jw_ki64(&w, "capacity", 30 + 10 * (int64_t)(i % 4));
    jw_end_obj(&w);
    return add(t, S("store"), &b);
}

// person 0: in stock.
static err add_car(tx *t, int number, const char *model, const char *colour, const demo_person *p, int64_t since_us)
{
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_kstr(&w, "vin", demo_vin(t->a, number));
    jw_kstr(&w, "model", str_c(model));
    jw_kstr(&w, "colour", str_c(colour));
    jw_kstr(&w, "state", p ? S("owned") : S("stock"));
    if (p) {
        jw_kstr(&w, "since", time_iso(t->a, since_us));
        jw_key(&w, S("identities"));
        jw_obj(&w);
        jw_kstr(&w, "user_id", arena_fmt(t->a, "demo-%03d", p->number));
        jw_end_obj(&w);
    }
    jw_end_obj(&w);
    return add(t, S("vehicle"), &b);
}

static const char *const colours[] = { "深海蓝", "月光白", "岩石灰", "晨曦金" };

err demo_brand_records(tx *t, void *p)
{
    (void)p;
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++)
        TRY(add_store(t, i));
    for (int i = 0; i < 6; i++)
        TRY(add_car(t, 9000 + i, i % 2 ? "C5" : "E7", colours[i % 4], NULL, 0));
    buf b = { 0 };
    buf_addf(&b, "{\"code\":\"demo-drive\",\"kind\":\"test_drive\",\"name\":\"周末试驾\",\"state\":\"running\",\"budget_fen\":3000000,"
                 "\"starts\":\"" STR_FMT "\",\"ends\":\"" STR_FMT "\",\"goal\":\"三个城市各二十位试驾\"}",
             STR_ARG(time_iso(t->a, t->now_us - 10 * US_PER_DAY)), STR_ARG(time_iso(t->a, t->now_us + 20 * US_PER_DAY)));
    return add(t, S("campaign"), &b);
}

// --- One person ------------------------------------------------------------------------------------------------------------------
static int64_t at(const demo_person *p, const char *kind)
{
    for (size_t i = 0; i < p->steps_n; i++)
        if (strcmp(p->steps[i].kind, kind) == 0)
            return p->steps[i].at_us;
    return 0;
}

static void write_time(jw *w, arena *a, str name, int64_t us)
{
    if (!us)
        return;
    jw_key(w, name);
    jw_str(w, time_iso(a, us));
}

static err begin(tx *t, jw *w, const demo_person *p, const char *prefix)
{
    int64_t store;
    TRY(db_int(t->d, &store, 0, "SELECT id FROM store WHERE city = $1 ORDER BY id LIMIT 1", dbs(str_c(p->city))));
    jw_obj(w);
    jw_kstr(w, "number", arena_fmt(t->a, "%s-%04d", prefix, p->number));
    jw_kstr(w, "model", str_c(p->model));
    if (store)
        jw_ki64(w, "store", store);
    jw_key(w, S("identities"));
    jw_obj(w);
    jw_kstr(w, "user_id", arena_fmt(t->a, "demo-%03d", p->number));
    jw_end_obj(w);
    return E_OK;
}

static err add_order(tx *t, const demo_person *p)
{
    int64_t reserved = at(p, "reserve.placed"), ordered = at(p, "order.placed"), delivered = at(p, "delivery.completed"),
            cancelled = at(p, "reserve.cancelled");
    if (!reserved && !ordered)
        return E_OK;
    buf b = { 0 };
    jw w = { .b = &b };
    TRY(begin(t, &w, p, "SO"));
    jw_kstr(&w, "state", cancelled ? S("cancelled") : delivered ? S("delivered") : ordered ? S("ordered") : S("reserved"));
    jw_ki64(&w, "amount_fen", strcmp(p->model, "E7") == 0 ? 29980000 : 23980000);
    write_time(&w, t->a, S("reserved"), reserved);
    write_time(&w, t->a, S("ordered"), ordered);
    write_time(&w, t->a, S("delivered"), delivered);
    write_time(&w, t->a, S("cancelled"), cancelled);
    if (delivered)
        jw_kstr(&w, "vin", demo_vin(t->a, p->number));
    jw_end_obj(&w);
    TRY(add(t, S("order"), &b));
    return delivered ? add_car(t, p->number, p->model, colours[p->number % 4], p, delivered) : E_OK;
}

// Every fifth lead has a drive before them that the app does not know of: booked on the phone.
static err add_drive(tx *t, const demo_person *p)
{
    int64_t booked = at(p, "test_drive.booked"), driven = at(p, "test_drive.completed"), lead = at(p, "lead.captured");
    bool by_phone = !booked && lead && p->number % 5 == 1;
    if (!booked && !by_phone)
        return E_OK;
    buf b = { 0 };
    jw w = { .b = &b };
    TRY(begin(t, &w, p, "TD"));
    jw_kstr(&w, "state", driven ? S("completed") : S("booked"));
    write_time(&w, t->a, S("slot"), driven ? driven - 40 * US_PER_MIN : t->now_us + (1 + p->number % 4) * US_PER_DAY);
    write_time(&w, t->a, S("booked"), booked ? booked : lead);
    write_time(&w, t->a, S("ended"), driven);
    jw_end_obj(&w);
    return add(t, S("test_drive"), &b);
}

err demo_person_records(tx *t, void *p)
{
    TRY(add_drive(t, p));
    return add_order(t, p);
}
