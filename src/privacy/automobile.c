#include "privacy/automobile.h"
#include "base/time.h"
#include "people/consent.h"
#include "people/people.h"

// key, article, who holds it, purpose of consent, working days to delete on request (0: none said), zh, en
#define RULES(X)                                                                                                                         \
    X("in_car", 6, BRAND, "", 0, "车内处理：非确有必要，不向车外提供", "In the car: nothing leaves it without need")                       \
    X("default_off", 6, BRAND, "", 0, "默认不收集：每次驾驶都从不收集开始，由驾驶人开启", "Off by default: each drive begins without collecting") \
    X("precision", 6, BRAND, "", 0, "精度适用：覆盖范围和分辨率不超过功能所需", "Precision: no wider and no finer than the function needs")   \
    X("masking", 6, LIANYI, "", 0, "脱敏：个人信息加密存放，号码只显示掩码", "Masked: personal data is sealed, numbers are shown masked")          \
    X("location", 9, BOTH, "location", 10, "行踪轨迹：单独同意，可随时终止", "Tracks of movement: a consent of their own, ended at any time") \
    X("audio", 9, BOTH, "audio", 10, "音频：单独同意，可随时终止", "Audio: a consent of its own, ended at any time")                          \
    X("video", 9, BOTH, "video", 10, "视频和图像：单独同意，可随时终止", "Video and images: a consent of their own, ended at any time")       \
    X("biometric", 9, BOTH, "biometric", 10, "生物识别：仅为增强行车安全，单独同意", "Biometrics: only for safer driving, by a consent of its own") \
    X("important", 10, BRAND, "", 0, "超过 10 万人的个人信息是重要数据：做风险评估并报送",                                                 \
      "Personal data of more than 100,000 people is important data: assess the risk and report it")                                       \
    X("annual", 13, BRAND, "", 0, "处理重要数据的，每年 12 月 15 日前报送年度情况", "Whoever handles important data reports every year before 15 December")

typedef enum held_by { HELD_LIANYI, HELD_BRAND, HELD_BOTH } held_by;
static const char *const held_names[] = { "lianyi", "brand", "both", NULL };
static const enum_labels held_by_labels = { "held_by", held_names };

typedef struct rule_row { const char *key; int article; held_by by; const char *purpose; int days; const char *zh, *en; } rule_row;
#define RULE_ROW(key, article, by, purpose, days, zh, en) { key, article, HELD_##by, purpose, days, zh, en },
static const rule_row listed[] = { RULES(RULE_ROW) };
#undef RULE_ROW
#define RULES_N (sizeof listed / sizeof *listed)

#define AUTOMOBILE_RULE(F, T)                                                                                            \
    F(T, STR, key, .required = true, .max = 40, .doc = "Its key.")                                                       \
    F(T, I64, article, .required = true, .doc = "Of the rules.")                                                         \
    F(T, ENUM(held_by), by, .required = true, .doc = "Who holds it: this platform, the brand and its cars, or both.")    \
    F(T, STR, zh, .required = true, .max = 200, .doc = "In Chinese.")                                                    \
    F(T, STR, en, .required = true, .max = 200, .doc = "In English.")                                                    \
    F(T, STR, purpose, .max = 40, .doc = "The purpose under which its consent is recorded.")                             \
    F(T, BOOL, text, .doc = "A text for that consent is stored.")                                                        \
    F(T, I64, delete_days, .doc = "Working days within which it is deleted when the person asks.")
SHAPE_STRUCT(automobile_rule, AUTOMOBILE_RULE);
SHAPE_TABLE(automobile_rule, AUTOMOBILE_RULE);

#define AUTOMOBILE_VIEW(F, T)                                                                                            \
    F(T, I64, threshold, .required = true, .doc = "More people than this, and what they tell is important data.")        \
    F(T, TIME, since, .doc = "When it was passed; absent: it was not.")                                                  \
    F(T, TIME, report_due, .doc = "The next annual report is due before; absent: none is.")                              \
    F(T, LIST(automobile_rule), rules, .required = true, .max = 40, .doc = "In the order of their articles.")
SHAPE_STRUCT(automobile_view, AUTOMOBILE_VIEW);
SHAPE_TABLE(automobile_view, AUTOMOBILE_VIEW);

// 15 December, the next one.
static int64_t next_report(int64_t now_us)
{
    civil c = civil_from_us(now_us, ZONE_OFFSET_US);
    bool over = c.month == 12 && c.day >= 15;
    return civil_to_us((civil){ .year = c.year + over, .month = 12, .day = 15 }, ZONE_OFFSET_US);
}

static err rule_fill(req *r, const rule_row *x, automobile_rule *v)
{
    int64_t n;
    SET(v, automobile_rule, key, str_c(x->key));
    SET(v, automobile_rule, article, x->article);
    SET(v, automobile_rule, by, x->by);
    SET(v, automobile_rule, zh, str_c(x->zh));
    SET(v, automobile_rule, en, str_c(x->en));
    if (x->days)
        SET(v, automobile_rule, delete_days, x->days);
    if (!*x->purpose)
        return E_OK;
    TRY(db_int(r->d, &n, 0, "SELECT 1 FROM consent_text WHERE purpose = $1 LIMIT 1", dbs(str_c(x->purpose))));
    SET(v, automobile_rule, purpose, str_c(x->purpose));
    SET(v, automobile_rule, text, n == 1);
    return E_OK;
}

static err view(req *r)
{
    automobile_view *out = r->reply;
    automobile_rule *v = arena_array(r->a, automobile_rule, RULES_N);
    int64_t since;
    TRY(people_many_since(r->d, &since));
    for (size_t i = 0; i < RULES_N; i++)
        TRY(rule_fill(r, &listed[i], &v[i]));
    SET(out, automobile_view, threshold, PEOPLE_MANY);
    if (since) {
        SET(out, automobile_view, since, since);
        SET(out, automobile_view, report_due, next_report(r->now_us));
    }
    LIST_SET(out, automobile_view, rules, v, RULES_N);
    return E_OK;
}

err automobile_note(db *d, arena *a, buf *out)
{
    int64_t since;
    TRY(people_many_since(d, &since));
    if (since)
        buf_addf(out, "note: more than %d people are known since %s: their personal data is important data under China's automobile data rules;"
                      " assess the risk, report before 15 December\n", PEOPLE_MANY, time_iso(a, since).s);
    return E_OK;
}

static const route routes[] = {
    { M_GET, "/api/v1/privacy/automobile", PERM_PRIVACY, .reply = &automobile_view_shape, .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL,
      .idem = IDEM_READ, .tag = "privacy", .doc = "What China's rules about automobile data ask, and whether 100,000 people are passed.",
      .handler = view },
};
const route_table automobile_routes = ROUTE_TABLE("automobile", routes);
