// The people routes, and the funnel.
#include "people/people_api.h"
#include "base/time.h"
#include "people/people_routes.h"

static err entered(req *r, enum stage s, int64_t from, int64_t *ret)
{
    return db_int(r->d, ret, 0, "SELECT count(DISTINCT person) FROM stage_stay WHERE stage = $1 AND entered_us >= $2", dbi(s),
                  dbi(from));
}

static err median_stay(req *r, enum stage s, int64_t from, funnel_stage *v)
{
    int64_t n, us;
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM stage_stay WHERE stage = $1 AND left_us >= $2", dbi(s), dbi(from)));
    if (n == 0)
        return E_OK;
    TRY(db_int(r->d, &us, 0,
               "SELECT left_us - entered_us FROM stage_stay WHERE stage = $1 AND left_us >= $2 ORDER BY left_us - entered_us "
               "LIMIT 1 OFFSET $3",
               dbi(s), dbi(from), dbi((n - 1) / 2)));
    SET(v, funnel_stage, stay_s, us / US_PER_S);
    return E_OK;
}

static err stage_fill(req *r, enum stage s, int64_t from, funnel_stage *v)
{
    int64_t now, in, of, previous;
    TRY(db_int(r->d, &now, 0, "SELECT count(*) FROM person WHERE stage = $1", dbi(s)));
    TRY(entered(r, s, from, &in));
    SET(v, funnel_stage, stage, s);
    SET(v, funnel_stage, now, now);
    SET(v, funnel_stage, entered, in);
    if (s > STAGE_FOLLOW) {
        TRY(entered(r, (enum stage)(s - 1), from, &previous));
        TRY(db_int(r->d, &of, 0,
                   "SELECT count(DISTINCT a.person) FROM stage_stay a WHERE a.stage = $1 AND a.entered_us >= $2 AND EXISTS"
                   " (SELECT 1 FROM stage_stay b WHERE b.person = a.person AND b.stage > $1 AND b.entered_us >= a.entered_us)",
                   dbi(s - 1), dbi(from)));
        SET(v, funnel_stage, previous, previous);
        SET(v, funnel_stage, of_previous, of);
    }
    return median_stay(r, s, from, v);
}

err people_funnel(req *r)
{
    const funnel_query *q = r->query;
    funnel_view *out = r->reply;
    int64_t days = HAS(q, funnel_query, days) ? q->days : 28, from = r->now_us - days * US_PER_DAY;
    funnel_stage *v = arena_array(r->a, funnel_stage, STAGE_COUNT);
    uint32_t n = 0;
    for (enum stage s = STAGE_FOLLOW; s <= STAGE_ADVOCATE; s++)
        TRY(stage_fill(r, s, from, &v[n++]));
    SET(out, funnel_view, days, days);
    SET(out, funnel_view, from, from);
    out->stages.v = v;
    out->stages.n = n;
    out->has |= UINT64_C(1) << funnel_view_stages_bit;
    return E_OK;
}

#define READS(path_, query_, reply_, doc_, handler_)                                                                       \
    { M_GET, path_, PERM_PEOPLE_READ, .query = query_, .reply = &reply_##_shape,                                           \
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .doc = doc_, .tag = "people", \
      .handler = handler_ }

static const route routes[] = {
    { M_GET, "/api/v1/people", PERM_PEOPLE_READ, .query = &people_query_shape, .reply = &people_page_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID, E_FORBIDDEN, E_RATE_LIMITED, E_OVERLOADED), .where = RUN_POOL, .idem = IDEM_READ,
      .doc = "People, last seen first; or found by personal data (people.find, audited) or an id.", .tag = "people",
      .handler = people_list },
    READS("/api/v1/people/names", &names_query_shape, people_names, "What people are called, for rows that know only their ids.",
          people_names_get),
    READS("/api/v1/people/{id}", NULL, person_view, "Everything known about one person; personal data masked.", people_get),
    READS("/api/v1/people/{id}/timeline", &timeline_query_shape, timeline_page,
          "What a person did and what happened to them, newest first, with what each event set in motion.", people_timeline),
    READS("/api/v1/people/{id}/traits", &traits_query_shape, traits_view,
          "What is known of a person under names, now or as it was; what arrived later can be left out.", person_traits),
    READS("/api/v1/people/{id}/traits/{name:str}", NULL, trait_history, "One trait's values, since when and from whom, newest first.",
          person_trait_history),
    READS("/api/v1/funnel", &funnel_query_shape, funnel_view,
          "The seven stages: who stands there, who came, how many came on, how long they stayed.", people_funnel),
    { M_POST, "/api/v1/people/{id}/reveal", PERM_PEOPLE_WRITE, .body = &reveal_new_shape, .reply = &revealed_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_TELLER, .idem = IDEM_NONE,
      .idem_why = "It changes nothing but the audit, and personal data must not be kept in answers.",
      .doc = "Show personal data in full, once, with a reason; audited.", .tag = "people", .handler = people_reveal,
      .rate_per_minute = 20 },
};
const route_table people_routes = ROUTE_TABLE("people", routes);
