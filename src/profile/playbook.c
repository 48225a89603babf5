// What a new brand starts with: {"tags": [...]} of playbook/tags.json. What exists already is left as it is.
#include "profile/tag.h"

static const char *const tag_classes[] = { "audience", "behaviour", "fact", NULL };

static err load_tag(tx *t, const checking *c, jval *item, str path)
{
    static const arg fields[] = { { "name", ARG_STR, .required = true, .max = TAG_CHARS_MAX },
                                  { "en", ARG_STR, .required = true, .max = TAG_CHARS_MAX },
                                  { "class", ARG_STR, .required = true, .labels = tag_classes },
                                  { "family", ARG_STR, .required = true, .max = 40 },
                                  { "level", ARG_I64, .required = true, .min = 1, .max = 9 },
                                  { "owner", ARG_STR, .required = true, .max = 40 },
                                  { "family_en", ARG_STR, .max = 40 },
                                  { "owner_en", ARG_STR, .max = 40 },
                                  { "days", ARG_I64, .min = 1, .max = 3650 },
                                  { "purpose", ARG_STR, .max = 40 },
                                  { "sensitive", ARG_BOOL },
                                  { "note", ARG_STR, .max = 300 },
                                  { "note_en", ARG_STR, .max = 300 },
                                  { "words", ARG_STR, .max = 300 },
                                  { "words_en", ARG_STR, .max = 300 } };
    TRY(args_check(c, item, path, fields, sizeof fields / sizeof *fields));
    int64_t level = 1, days = 0;
    str purpose = json_str(json_get(item, S("purpose"))), note = json_str(json_get(item, S("note")));
    str family_en = json_str(json_get(item, S("family_en"))), owner_en = json_str(json_get(item, S("owner_en")));
    str note_en = json_str(json_get(item, S("note_en"))), words = json_str(json_get(item, S("words")));
    str words_en = json_str(json_get(item, S("words_en")));
    json_i64(json_get(item, S("level")), &level);
    json_i64(json_get(item, S("days")), &days);
    return db_exec(
        t->d,
        "INSERT INTO tag_type (id, version, name, en, class, family, level, owner, days, purpose, sensitive, note, created_us, "
        "changed_us,"
        " archived_us, family_en, owner_en, note_en, words, words_en)"
        " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 0, $13, $14, $15, $16, $17)"
        " ON CONFLICT (name) DO NOTHING",
        dbi(tx_id(t)), dbs(json_str(json_get(item, S("name")))), dbs(json_str(json_get(item, S("en")))),
        dbs(json_str(json_get(item, S("class")))), dbs(json_str(json_get(item, S("family")))), dbi(level),
        dbs(json_str(json_get(item, S("owner")))), dbi_or_null(days > 0, days), dbs_or_null(purpose.len > 0, purpose),
        dbi(yyjson_is_true(json_get(item, S("sensitive")))), dbs_or_null(note.len > 0, note), dbi(t->now_us),
        dbs_or_null(family_en.len > 0, family_en), dbs_or_null(owner_en.len > 0, owner_en), dbs_or_null(note_en.len > 0, note_en),
        dbs_or_null(words.len > 0, words), dbs_or_null(words_en.len > 0, words_en));
}

static err load_each(tx *t, jval *list, const char *name, err (*load)(tx *t, const checking *c, jval *item, str path))
{
    const checking c = { t->a, t->f, engine_of(t) };
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(list, i, n, item) TRY(load(t, &c, item, arena_fmt(t->a, "%s[%zu]", name, i)));
    return E_OK;
}

err profile_load(tx *t, str json)
{
    jval *root;
    TRY(json_parse(t->a, json, t->f, &root));
    return load_each(t, json_get(root, S("tags")), "tags", load_tag);
}
