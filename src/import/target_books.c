// Targets that are written row by row: points by vintage, staff, declared records.
#include "admin/admin.h"
#include "base/time.h"
#include "import/target.h"
#include "loyalty/ledger.h"

// --- Points by vintage ---------------------------------------------------------------------------------------------------------------------
#define POINTS_FIELDS(F, T)                                                                                              \
    F(T, I64, amount, .required = true, .min = 1, .max = 9007199254740991, .zh = "积分", .doc = "What is left of that vintage.") \
    F(T, STR, unit, .min = 1, .max = 60, .pattern = "id", .zh = "单位", .doc = "points when absent; growth, money (fen).") \
    F(T, TIME, earned, .zh = "获得时间", .doc = "In which month it was earned: its vintage.")                            \
    F(T, TIME, expires, .zh = "到期日", .doc = "Its last day; as the unit says for that month when absent.")
SHAPE_STRUCT(import_points_fields, POINTS_FIELDS);
SHAPE_TABLE(import_points_fields, POINTS_FIELDS);

// The period a row is summed under: the month its points go.
static str month_of(arena *a, int64_t expires_us)
{
    if (expires_us >= LEDGER_SUM_MAX)
        return S("never");
    civil c = civil_from_us(expires_us - 1, ZONE_OFFSET_US);
    return arena_fmt(a, "%04d-%02d", c.year, c.month);
}

static err points_write(import_ctx *c, const import_row *row, import_outcome *ret)
{
    const import_points_fields *in = row->fields;
    resolved who;
    posted p;
    opening o = { .unit = HAS(in, import_points_fields, unit) ? in->unit : S("points"), .amount = in->amount,
                  .earned_us = HAS(in, import_points_fields, earned) ? in->earned : 0,
                  .expires_us = HAS(in, import_points_fields, expires) ? in->expires : 0, .made_by = S("import"),
                  .key = arena_fmt(c->t->a, "import:" STR_FMT ":%lld", STR_ARG(c->mark), (long long)row->no) };
    TRY(people_resolve(c->t, row->who->ids, row->who->ids_n, 0, c->who->name, &who));
    o.person = who.person;
    o.subject = who.subject;
    int64_t goes_us = 0;
    err e = ledger_open_balance(c->t, &o, &p, &goes_us);
    if (goes_us)
        sums_add(c->sums, o.unit, month_of(c->t->a, goes_us), o.amount, e == E_OK ? o.amount : 0);
    TRY(e);
    *ret = p.again ? IMPORTED_MERGED : IMPORTED_CREATED;
    c->made_kind = S("entry");
    c->made = p.again ? 0 : p.entry;
    return E_OK;
}

const import_target import_target_points = {
    .name = "points", .zh = "积分余额", .en = "Points by vintage", .fields = &import_points_fields_shape, .person = true, .once = true, .slice = 50,
    .write = points_write,
};

// --- Staff -----------------------------------------------------------------------------------------------------------------------------------
#define STAFF_FIELDS(F, T)                                                                                               \
    F(T, STR, login, .required = true, .min = 1, .max = 60, .pattern = "login", .zh = "账号", .doc = "What they log in with.") \
    F(T, STR, name, .required = true, .min = 1, .max = 60, .pattern = "line", .zh = "姓名", .doc = "Their name.")         \
    F(T, ENUM(staff_role), role, .required = true, .zh = "角色", .doc = "What they may do.")
SHAPE_STRUCT(import_staff_fields, STAFF_FIELDS);
SHAPE_TABLE(import_staff_fields, STAFF_FIELDS);

// They cannot log in before somebody gives them a password: "!" is no password's hash.
static err staff_write(import_ctx *c, const import_row *row, import_outcome *ret)
{
    const import_staff_fields *in = row->fields;
    const staff_new_row s = { .login = in->login, .name = in->name, .role = in->role, .password_hash = S("!") };
    int64_t id;
    err e = admin_staff_create(c->t, &s, &id);
    *ret = e == E_EXISTS ? IMPORTED_MERGED : IMPORTED_CREATED;
    c->made_kind = S("staff");
    c->made = e == E_OK ? id : 0;
    return e == E_EXISTS ? E_OK : e;
}

const import_target import_target_staff = {
    .name = "staff", .zh = "员工", .en = "Staff", .fields = &import_staff_fields_shape, .slice = 50, .write = staff_write,
};

// --- Declared records ------------------------------------------------------------------------------------------------------------------------
err import_seal_record(const engine *e, const record *k, void *fields, arena *a, fault *f) { return record_bring_seal(e, k, fields, a, f); }

err import_write_record(import_ctx *c, const import_row *row, import_outcome *ret)
{
    bool added;
    int64_t id;
    TRY(record_bring(c->t, row->record, c->who, row->fields, &added, &id));
    c->made_kind = str_c(row->record->name);
    c->made = added ? id : 0;
    *ret = added ? IMPORTED_CREATED : IMPORTED_MERGED;
    return E_OK;
}
