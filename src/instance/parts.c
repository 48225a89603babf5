#include "instance/parts.h"
#include "admin/admin.h"
#include "connect/events.h"
#include "connect/items.h"
#include "connect/quarantine.h"
#include "connect/sensors.h"
#include "connect/sources.h"
#include "import/import.h"
#include "import/removal.h"
#include "instance/assets.h"
#include "loyalty/ledger_api.h"
#include "people/merge_api.h"
#include "people/people_api.h"
#include "privacy/automobile.h"
#include "privacy/copies.h"
#include "privacy/privacy.h"
#include "profile/profile.h"
#include "plan/plan_api.h"
#include "record/record.h"
#include "rule/rule_api.h"
#include "rule/timers.h"
#include "task/task_api.h"
#include "tier/funnel_next_api.h"
#include "tier/tier.h"

const route_table *const route_tables[] = {
    &plan_routes,  &quarantine_routes, &shadow_routes,
    &api_table,    &admin_table,  &people_routes, &funnel_routes, &next_routes, &merge_routes, &portrait_routes,
    &propensity_routes, &profile_routes,
    &task_routes,
    &rule_routes,  &rule_edit_routes,
    &ledger_routes, &events_routes, &native_routes, &items_routes, &segment_routes, &sensors_routes,
    &assets_routes, &audit_routes, &record_routes, &import_routes, &removal_routes,
    &store_routes, &campaign_routes, &tag_type_routes, &order_routes, &test_drive_routes, &vehicle_routes,
    &privacy_routes, &copy_routes, &automobile_routes, &tier_routes,
    NULL,
};

static err first_line(err e, buf *report, fault *f, arena *a)
{
    str rest = buf_str(report), first = str_cut(&rest, '\n');
    if (e == E_OK && first.len)
        e = fault_detail(f, a, E_INTERNAL, STR_FMT, STR_ARG(first));
    buf_free(report);
    return e;
}

// What is declared as a record must be what the tables hold.
static err lint_records(db *d, fault *f, arena *a)
{
    buf report = { 0 };
    return first_line(record_lint(d, &report), &report, f, a);
}

// A table that names a person and is not declared would be forgotten by joins, exports and erasures.
static err lint_people(const engine *e, db *d, fault *f, arena *a)
{
    buf report = { 0 };
    return first_line(people_lint(e, d, &report), &report, f, a);
}

// Modules in the order they lean on each other; rules last, because every module registers its effects and conditions first.
err parts_open(engine *e, db *d, fault *f, arena *a)
{
    TRY(lint_records(d, f, a));
    e->rules = rules_create();
    e->audit = audit_by;
    TRY(admin_open(e));
    TRY(plan_open(e, d));
    ledger_open(e);
    TRY(people_open(e, d));
    TRY(record_open(e, d));
    TRY(task_register(e));
    profile_register(e);
    tier_register(e);
    privacy_open(e);
    TRY(removal_open(e, d));
    TRY(lint_people(e, d, f, a));
    TRY(rules_open(e, d));
    return tier_open(e, d);
}

void parts_close(engine *e)
{
    tier_close(e);
    if (e->rules)
        rules_close(e->rules);
    record_close(e);
    people_close(e);
    ledger_close(e);
    plan_close(e);
    admin_close(e);
}

// --- Repeated work -----------------------------------------------------------------------------------------------------------
#define TIMERS_BUDGET_US 5000
#define IDEM_EXPIRE_MAX 500

static instance *instance_of(const tx *t) { return t->user; }

static err job_timers(tx *t, bool *ret_more) { return timers_run(t, TIMERS_BUDGET_US, ret_more); }
static err job_names(tx *t, bool *ret_more) { return names_flush(t, instance_of(t)->e.names, ret_more); }
static err job_sources(tx *t, bool *ret_more) { return sources_flush(t, ingest_sources(instance_of(t)->e.ingest), ret_more); }
static err job_replay(tx *t, bool *ret_more) { return quarantine_step(t, instance_of(t)->e.ingest, ret_more); }
static err job_quarantine(tx *t, bool *ret_more) { return quarantine_expire(t, ingest_quarantine(instance_of(t)->e.ingest), ret_more); }
static err job_idem(tx *t, bool *ret_more) { return idem_expire(instance_of(t)->idem, t, IDEM_EXPIRE_MAX, ret_more); }

const job parts_jobs[] = {
    { "timers", US_PER_S, job_timers },
    { "people.seen", US_PER_MIN, people_flush_seen },
    { "plan.seen", 10 * US_PER_S, job_names },
    { "sources.seen", 10 * US_PER_S, job_sources },
    { "quarantine.replay", US_PER_S, job_replay },
    { "shadow.expire", US_PER_HOUR, shadow_expire },
    { "quarantine.expire", US_PER_HOUR, job_quarantine },
    { "people.merges", US_PER_S, people_merge_step },
    { "tiers.everybody", US_PER_S, tier_step },
    { "idempotency.expire", US_PER_MIN, job_idem },
    { "ledger.expire_lots", US_PER_HOUR, ledger_job_expire_lots },
    { "import.tidy", US_PER_HOUR, import_tidy },
    { "record.import", US_PER_S, record_import_step },
    { "import.removal", US_PER_S, removal_step },
    { "privacy.expire", US_PER_MIN, privacy_expire },
    { "ledger.expire_holds", US_PER_MIN, ledger_job_expire_holds },
};
const size_t parts_jobs_n = sizeof parts_jobs / sizeof *parts_jobs;

// --- Checks --------------------------------------------------------------------------------------------------------------------
static err check_database(db *d, buf *report)
{
    arena *a = arena_create();
    str found;
    err e = db_integrity(d, a, &found);
    if (e == E_OK && !str_eq(found, S("ok")))
        buf_add_str(report, found);
    arena_destroy(a);
    return e;
}

const check parts_checks[] = {
    { "database", check_database },
    { "commit path", teller_check },
    { "ledger", ledger_check },
    { "audit", audit_check },
    { "records", record_lint },
    { "privacy", privacy_check },
};
const size_t parts_checks_n = sizeof parts_checks / sizeof *parts_checks;
