// Targets whose rows are about somebody and become events: people, consents, vehicles and who owned them from when to when.
#include "base/time.h"
#include "import/row.h"
#include "people/consent.h"

// The identities and further columns of a row under a kind of event.
static void begin(const row_maker *k, const import_row *r, str kind, bool has_time, int64_t time_us, ingest_event *out)
{
    *out = *r->who;
    out->kind = kind;
    ingest_set_times(out, k->received_us, has_time, time_us, false, 0, true);
}

// A message that is known by what it says, so that another file that says it again brings nothing. The keyed hash stands in the
// event: what it is made of may be personal.
static void name_message(const row_maker *k, ingest_event *e, arena *a, str says)
{
    ingest_set_message(k->in, e, k->who, says);
    e->message_id = arena_fmt(a, "%016llx%016llx", (unsigned long long)e->print.hi, (unsigned long long)e->print.lo);
}

// --- People -----------------------------------------------------------------------------------------------------------------------------
#define PERSON_FIELDS(F, T)                                                                                              \
    F(T, TIME, since, .zh = "建档时间", .doc = "From when on what the row says is true: older statements do not replace newer ones.")
SHAPE_STRUCT(import_person_fields, PERSON_FIELDS);
SHAPE_TABLE(import_person_fields, PERSON_FIELDS);

// An identify: further columns become traits, personal ones go to the vault (docs/reference/segment.md).
static uint32_t person_events(const row_maker *k, const import_row *r, arena *a, ingest_event *out)
{
    (void)a;
    const import_person_fields *in = r->fields;
    begin(k, r, S("identify"), HAS(in, import_person_fields, since), in->since, out);
    return 1;
}

const import_target import_target_person = {
    .name = "person", .zh = "用户", .en = "People", .fields = &import_person_fields_shape, .person = true, .further = true, .news = true,
    .slice = 100, .events = person_events,
};

// --- Consents ---------------------------------------------------------------------------------------------------------------------------
#define CONSENT_FIELDS(F, T)                                                                                             \
    F(T, STR, purpose, .required = true, .min = 1, .max = 80, .pattern = "line", .zh = "用途", .doc = "What it is for: call, sms, wecom, push …") \
    F(T, BOOL, given, .required = true, .zh = "是否同意", .doc = "Given, or refused and withdrawn.")                     \
    F(T, TIME, time, .required = true, .zh = "时间", .doc = "When: of two statements the later one counts.")             \
    F(T, STR, version, .max = 40, .zh = "文本版本", .doc = "Of the text that was agreed to.")
SHAPE_STRUCT(import_consent_fields, CONSENT_FIELDS);
SHAPE_TABLE(import_consent_fields, CONSENT_FIELDS);

static uint32_t consent_events(const row_maker *k, const import_row *r, arena *a, ingest_event *out)
{
    const import_consent_fields *in = r->fields;
    begin(k, r, in->given ? S("consent.given") : S("consent.withdrawn"), true, in->time, out);
    if (!purpose_of(k->e, in->purpose))
        ingest_refuse(out, E_FIELD_VALUE, S("purpose"), S("no purpose of consent, or without the company it is for"));
    ingest_add_text(k->in, out, a, S("purpose"), in->purpose);
    if (HAS(in, import_consent_fields, version))
        ingest_add_text(k->in, out, a, S("version"), in->version);
    return 1;
}

static void consent_sum(const import_row *r, import_outcome got, import_sums *sums)
{
    const import_consent_fields *in = r->fields;
    if (in && HAS(in, import_consent_fields, purpose) && HAS(in, import_consent_fields, given))
        sums_add(sums, in->given ? S("given") : S("withdrawn"), in->purpose, 1, got != IMPORTED_REFUSED);
}

const import_target import_target_consent = {
    .name = "consent", .zh = "授权同意", .en = "Consents", .fields = &import_consent_fields_shape, .person = true, .quiet = true, .slice = 100,
    .events = consent_events, .sum = consent_sum,
};

// --- Vehicles and their owners over time ---------------------------------------------------------------------------------------------------
enum import_vehicle_end { VEHICLE_RESOLD, VEHICLE_SCRAPPED };
static const char *const ends[] = { "resold", "scrapped", NULL };
static const char *const ends_zh[] = { "转售", "报废", NULL };
static const enum_labels import_vehicle_end_labels = { "import_vehicle_end", ends, ends_zh };

#define VEHICLE_FIELDS(F, T)                                                                                             \
    F(T, STR, vin, .required = true, .pattern = "vin", .max = 17, .pii = true, .zh = "车架号", .doc = "The vehicle.")    \
    F(T, TIME, from, .required = true, .zh = "交付日期", .doc = "From when on it was this person's.")                    \
    F(T, TIME, until, .zh = "结束日期", .doc = "Until when; absent: still.")                                             \
    F(T, ENUM(import_vehicle_end), ended, .zh = "结束方式", .doc = "How it ended: resold when absent.")                  \
    F(T, STR, model, .max = 60, .zh = "车型", .doc = "Model.")
SHAPE_STRUCT(import_vehicle_fields, VEHICLE_FIELDS);
SHAPE_TABLE(import_vehicle_fields, VEHICLE_FIELDS);

static void vehicle_event(const row_maker *k, const import_row *r, arena *a, str kind, int64_t at, ingest_event *out)
{
    const import_vehicle_fields *in = r->fields;
    begin(k, r, kind, true, at, out);
    name_message(k, out, a, arena_fmt(a, STR_FMT "|" STR_FMT "|%lld", STR_ARG(kind), STR_ARG(in->vin), (long long)at));
    ingest_add_personal(k->in, out, a, S("vin"), VAULT_VIN, in->vin);
    if (HAS(in, import_vehicle_fields, model))
        ingest_add_text(k->in, out, a, S("model"), in->model);
}

static uint32_t vehicle_events(const row_maker *k, const import_row *r, arena *a, ingest_event *out)
{
    const import_vehicle_fields *in = r->fields;
    bool gone = HAS(in, import_vehicle_fields, until);
    vehicle_event(k, r, a, S("delivery.completed"), in->from, &out[0]);
    if (gone && in->until <= in->from)
        ingest_refuse(&out[0], E_FIELD_VALUE, S("until"), S("not after it began"));
    if (!gone || out[0].verdict == INGEST_REFUSED)
        return 1;
    vehicle_event(k, r, a, S("vehicle.sold"), in->until, &out[1]);
    ingest_add_text(k->in, &out[1], a, S("how"), str_c(ends[HAS(in, import_vehicle_fields, ended) ? in->ended : VEHICLE_RESOLD]));
    return 2;
}

// Owners = delivered − resold − scrapped, on both sides.
static void vehicle_sum(const import_row *r, import_outcome got, import_sums *sums)
{
    const import_vehicle_fields *in = r->fields;
    bool booked = got != IMPORTED_REFUSED;
    if (!in || !HAS(in, import_vehicle_fields, vin))
        return;
    bool gone = HAS(in, import_vehicle_fields, until);
    sums_add(sums, S("delivered"), S(""), 1, booked);
    sums_add(sums, S("owners"), S(""), !gone, booked && !gone);
    if (gone)
        sums_add(sums, str_c(ends[HAS(in, import_vehicle_fields, ended) ? in->ended : VEHICLE_RESOLD]), S(""), 1, booked);
}

const import_target import_target_vehicle = {
    .name = "ownership", .zh = "车辆与车主", .en = "Vehicles and owners", .fields = &import_vehicle_fields_shape, .person = true, .quiet = true,
    .slice = 50, .events = vehicle_events, .sum = vehicle_sum,
};
