// Consents: per purpose, with the text agreed to, where it was said and the event that proves it. Of two of a person's subjects the
// refusal wins, unless the same person took it back later.
//
// Purposes are these and whatever the brand adds (consent_purpose). A dealer or partner is another company: such a purpose holds for a
// named one only, "share_dealer:SH-001", and never without a name.
#ifndef PEOPLE_CONSENT_H
#define PEOPLE_CONSENT_H
#include "people/people.h"

//   key, zh, en, channel (reaches the person: "别再打" withdraws all of them), named
#define PURPOSE_LIST(X)                                                            \
    X("call", "营销电话", "Marketing calls", true, false)                           \
    X("sms", "营销短信", "Marketing SMS", true, false)                              \
    X("wecom", "企微群发", "WeCom broadcasts", true, false)                         \
    X("push", "推送", "Push messages", true, false)                                \
    X("personalise", "个性化推荐", "Personalised offers", false, false)             \
    X("reuse", "内容二次传播", "Re-use of content", false, false)                   \
    X("location", "行踪", "Whereabouts", false, false)                              \
    X("audio", "车内语音", "Voice in the car", false, false)                         \
    X("video", "车内外影像", "Images inside and around the car", false, false)        \
    X("biometric", "生物识别", "Biometric features", false, false)                   \
    X("family", "家庭信息", "Family", false, false)                                 \
    X("income", "收入", "Income", false, false)                                     \
    X("survey_weighting", "调研加权", "Weighting of surveys", false, false)          \
    X("share_dealer", "向经销商提供", "Sharing with a dealer", false, true)          \
    X("share_partner", "向合作方提供", "Sharing with a partner", false, true)

#define PURPOSE_BYTES_MAX 40           // company included
#define PURPOSES_MAX 64
#define CONSENT_PLACE_MAX 40
#define CONSENT_CHANNELS "channels"    // withdrawn: every purpose that reaches the person

typedef struct purpose_info { str key, zh, en; bool channel, named; } purpose_info;
typedef struct purpose_list { size_t n; purpose_info v[PURPOSES_MAX]; } purpose_list;

// Any thread. A list lives until the process ends.
const purpose_list *purposes_now(const engine *e);
// Of "call" or "share_dealer:SH-001"; NULL: unknown, without the company it must name, or with one it must not.
const purpose_info *purpose_of(const engine *e, str text);
const purpose_info *purpose_keyed(const engine *e, str key);
err purpose_add(tx *t, const purpose_info *k);                       // E_EXISTS, E_LIMIT_REACHED: field key
err purpose_set(tx *t, const purpose_info *k);                       // of one that was added: its names, whether it reaches people
const purpose_info *purpose_built_in(str key);                        // NULL: added, or none

// What a person says, now or at a time. Tells it (consent.given, consent.withdrawn) and records it.
typedef struct consent_saying {
    uint32_t subject;
    str purpose;                       // to withdraw also: a bare named purpose (all its companies), or CONSENT_CHANNELS
    bool given;
    str version, place, reason;
    int64_t staff;
} consent_saying;
// *ret_event: 0: it was so already. The purpose must be known (purpose_of).
err people_consent_say(tx *t, const consent_saying *s, int64_t *ret_event);

#endif
