// What reading and changing rules share. Inside rule/ only.
#ifndef RULE_RULES_INSIDE_H
#define RULE_RULES_INSIDE_H
#include "rule/rules.h"

// The body must have passed rule_check. Strings stay the body's.
void rule_compile(rule_def *d, const jval *body);
err rules_reload(tx *t);                       // after rows of `rule` or `kind_alias` have changed

#endif
