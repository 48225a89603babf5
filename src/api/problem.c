// Errors as RFC 9457 problem details.
#include "api/dispatch.h"

lang lang_of_header(str accept)
{
    // The first of zh and en with the highest weight; weights are compared as text ("0.8" < "0.9" < "1"), which their grammar allows.
    lang best = LANG_ZH;
    str best_q = S("0");
    while (accept.len) {
        str item = str_trim(str_cut(&accept, ',')), params = item, tag = str_trim(str_cut(&params, ';'));
        str q = str_trim(params);
        q = str_starts(q, S("q=")) ? str_skip(q, 2) : S("1");
        bool en = str_eq_nocase(str_take(tag, 2), S("en")), zh = str_eq_nocase(str_take(tag, 2), S("zh"));
        if (!(en || zh) || (tag.len > 2 && tag.s[2] != '-') || str_cmp(q, best_q) <= 0)
            continue;
        best_q = q;
        best = en ? LANG_EN : LANG_ZH;
    }
    return best;
}

// "field_too_long" → "Field too long": the same for every occurrence of the type, as the standard wants.
static str title_of(const err_info *info, arena *a)
{
    str code = arena_str(a, str_c(info->code));
    char *s = arena_cstr(a, code);
    if (s[0] >= 'a' && s[0] <= 'z')
        s[0] = (char)(s[0] - 32);
    for (size_t i = 0; i < code.len; i++)
        if (s[i] == '_')
            s[i] = ' ';
    return str_c(s);
}

void problem_write(const fault *f, lang l, str request_id, arena *a, buf *out)
{
    const err_info *info = err_info_of(f->code);
    fault told = *f;
    if (info->http >= 500)
        told.detail = S("-");
    jw w = { .b = out };
    jw_obj(&w);
    jw_kstr(&w, "type", arena_fmt(a, "urn:lianyi:error:%s", info->code));
    jw_kstr(&w, "title", title_of(info, a));
    jw_ki64(&w, "status", info->http);
    jw_kstr(&w, "detail", fault_text(&told, a, l));
    jw_kstr(&w, "code", str_c(info->code));
    if (f->field.len)
        jw_kstr(&w, "field", f->field);
    jw_kbool(&w, "retry", info->retry);
    if (request_id.len)
        jw_kstr(&w, "request_id", request_id);
    jw_end_obj(&w);
}
