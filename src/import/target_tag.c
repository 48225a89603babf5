// Tags as a target: what another system had found out about people, with its evidence.
#include "base/time.h"
#include "import/target.h"
#include "profile/profile.h"

#define TAG_FIELDS(F, T)                                                                                                 \
    F(T, STR, tag, .required = true, .min = 1, .max = 60, .pattern = "line", .zh = "标签", .doc = "Its name in the tag library.") \
    F(T, STR, evidence, .max = 200, .pattern = "line", .zh = "依据", .doc = "What it stands on; personal data in it is starred.") \
    F(T, STR, source, .min = 1, .max = 60, .pattern = "line", .zh = "来源", .doc = "Who says so: a system, a survey; import when absent.") \
    F(T, I64, confidence, .min = 1, .max = 100, .zh = "置信度", .doc = "Percent; 100 when absent.")                     \
    F(T, TIME, date, .zh = "打标时间", .doc = "Since when; the time of the import when absent.")                         \
    F(T, TIME, expires, .zh = "到期日", .doc = "When it fades; as the library says when absent.")
SHAPE_STRUCT(import_tag_fields, TAG_FIELDS);
SHAPE_TABLE(import_tag_fields, TAG_FIELDS);

static err tag_write(import_ctx *c, const import_row *row, import_outcome *ret)
{
    const import_tag_fields *in = row->fields;
    resolved who;
    bool added;
    TRY(people_resolve(c->t, row->who->ids, row->who->ids_n, 0, c->who->name, &who));
    const tag_said said = { .subject = who.subject, .tag = in->tag, .effects = (effects)c->who->effects,
                            .source = HAS(in, import_tag_fields, source) ? in->source : S("import"),
                            .evidence = HAS(in, import_tag_fields, evidence) ? in->evidence : S(""),
                            .confidence = HAS(in, import_tag_fields, confidence) ? in->confidence : 100,
                            .at_us = HAS(in, import_tag_fields, date) ? in->date : c->t->now_us,
                            .until_us = HAS(in, import_tag_fields, expires) ? in->expires : 0 };
    err e = profile_tag_said(c->t, &said, &added);
    sums_add(c->sums, S("tagged"), in->tag, 1, e == E_OK);
    TRY(e);
    *ret = added ? IMPORTED_CREATED : IMPORTED_MERGED;
    return E_OK;
}

const import_target import_target_tag = {
    .name = "tag", .zh = "标签", .en = "Tags", .fields = &import_tag_fields_shape, .person = true, .tells = true, .slice = 50, .write = tag_write,
};
