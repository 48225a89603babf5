// Routes of imports: upload in parts, look, check, run, watch, take what was refused. docs/reference/import.md
#include "api/shape_rows.h"
#include "import/guess.h"
#include "import/job.h"
#include "record/audit.h"

#define LIST_MAX 50
#define FILE_BYTES_MAX (INT64_C(20) << 30)
#define SUMS_SHOWN 500
#define CELL_SHOWN 200
#define SAMPLE_BYTES_MAX (32 * 1024 * 1024)

// --- Shapes ------------------------------------------------------------------------------------------------------------------------
#define IMPORT_FILE_NEW(F, T)                                                                                            \
    F(T, STR, name, .required = true, .min = 1, .max = 200, .pattern = "line", .doc = "What the file is called.", .example = "orders.csv") \
    F(T, I64, bytes, .required = true, .min = 1, .max = FILE_BYTES_MAX, .doc = "How long it is.")
SHAPE_STRUCT(import_file_new, IMPORT_FILE_NEW);
SHAPE_TABLE(import_file_new, IMPORT_FILE_NEW);

#define IMPORT_SUM_VIEW(F, T)                                                                                            \
    F(T, STR, measure, .required = true, .max = 60, .doc = "What is counted: points, delivered, effect …")               \
    F(T, STR, period, .required = true, .max = 60, .doc = "Of which month or kind; may be empty.")                       \
    F(T, I64, came, .required = true, .doc = "What the file said.")                                                      \
    F(T, I64, booked, .required = true, .doc = "What was written.")
SHAPE_STRUCT(import_sum_view, IMPORT_SUM_VIEW);
SHAPE_TABLE(import_sum_view, IMPORT_SUM_VIEW);

#define IMPORT_VIEW(F, T)                                                                                                \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                        \
    F(T, STR, name, .required = true, .max = 200, .doc = "What the file is called.")                                     \
    F(T, ENUM(import_state), state, .required = true, .doc = "Where it stands.")                                         \
    F(T, BOOL, dry_run, .required = true, .doc = "The last run only checked.")                                           \
    F(T, STR, target, .required = true, .max = 60, .doc = "What its rows become; empty before the first run.")           \
    F(T, ENUM(import_effects), effects, .required = true, .doc = "What its events may set in motion.")                   \
    F(T, I64, bytes, .required = true, .doc = "Length of the file.")                                                     \
    F(T, I64, parts, .required = true, .doc = "Parts that have come.")                     \
    F(T, I64, part_bytes, .required = true, .doc = "Length of every part but the last.")                                 \
    F(T, I64, rows, .required = true, .doc = "Rows looked at: created + merged + refused.")                              \
    F(T, I64, created, .required = true, .doc = "Rows that made something.")                                             \
    F(T, I64, merged, .required = true, .doc = "Rows that were there, or added to what was.")                            \
    F(T, I64, refused, .required = true, .doc = "Rows left out; see errors.csv.")                                        \
    F(T, I64, bytes_done, .required = true, .doc = "Bytes of the file read.")                                            \
    F(T, I64, rows_per_s, .required = true, .doc = "Since the run began.")                                               \
    F(T, I64, left_s, .required = true, .doc = "Seconds it will probably take yet; 0 when it does not run.")             \
    F(T, I64, as_import, .doc = "An earlier import that had brought the same contents.")                                 \
    F(T, TIME, made, .required = true, .doc = "When it was made.")                                                       \
    F(T, TIME, began, .doc = "When the last run began.")                                                                 \
    F(T, TIME, ended, .doc = "When it ended.")                                                                           \
    F(T, STR, code, .max = 60, .doc = "Why it failed: an error code.")                                                   \
    F(T, STR, detail, .max = 400, .doc = "The same, in English.")                                                        \
    F(T, LIST(import_sum_view), sums, .required = true, .max = SUMS_SHOWN, .doc = "The sheet of reconciliation; empty in lists.")
SHAPE_STRUCT(import_view, IMPORT_VIEW);
SHAPE_TABLE(import_view, IMPORT_VIEW);

#define IMPORT_LIST(F, T) F(T, LIST(import_view), items, .required = true, .max = LIST_MAX, .doc = "Newest first.")
SHAPE_STRUCT(import_list, IMPORT_LIST);
SHAPE_TABLE(import_list, IMPORT_LIST);

#define IMPORT_PREVIEW_QUERY(F, T)                                                                                       \
    F(T, STR, target, .max = 60, .pattern = "code", .doc = "A target; the one that fits best when absent.")             \
    F(T, STR, sheet, .max = 100, .doc = "Of a workbook; the first when absent.")
SHAPE_STRUCT(import_preview_query, IMPORT_PREVIEW_QUERY);
SHAPE_TABLE(import_preview_query, IMPORT_PREVIEW_QUERY);

#define IMPORT_PREVIEW(F, T)                                                                                             \
    F(T, JSON, mapping, .required = true, .max = MAPPING_BYTES_MAX * 4, .doc = "A guess: docs/reference/import.md.")     \
    F(T, STRS, columns, .required = true, .max = SOURCE_COLUMNS_MAX, .item_max = CELL_SHOWN + 1, .doc = "Of the file.")  \
    F(T, JSON, sample, .required = true, .max = SAMPLE_BYTES_MAX,                                                        \
      .doc = "The first rows: a list of lists of texts, one per column, personal data masked.")
SHAPE_STRUCT(import_preview, IMPORT_PREVIEW);
SHAPE_TABLE(import_preview, IMPORT_PREVIEW);

#define IMPORT_RUN(F, T)                                                                                                 \
    F(T, JSON, mapping, .required = true, .max = MAPPING_BYTES_MAX, .doc = "Which column means what: docs/reference/import.md.") \
    F(T, BOOL, dry_run, .doc = "true: check every row, write nothing.")                                                  \
    F(T, ENUM(import_effects), effects,                                                                                  \
      .doc = "none when absent. shadow: rules are tried, nothing of what they do stays. With a dry run: what would be set in motion is counted.")
SHAPE_STRUCT(import_run, IMPORT_RUN);
SHAPE_TABLE(import_run, IMPORT_RUN);

#define IMPORT_FIELD_VIEW(F, T)                                                                                          \
    F(T, STR, name, .required = true, .max = 100, .doc = "As mappings name it.")                                         \
    F(T, STR, zh, .required = true, .max = 100, .doc = "In Chinese.")                                                    \
    F(T, STR, doc, .required = true, .max = 600, .doc = "What it means.")                                                \
    F(T, BOOL, required, .required = true, .doc = "A column or constant must give it.")                                  \
    F(T, BOOL, time, .required = true, .doc = "It is a time.")
SHAPE_STRUCT(import_field_view, IMPORT_FIELD_VIEW);
SHAPE_TABLE(import_field_view, IMPORT_FIELD_VIEW);

#define IMPORT_TARGET_VIEW(F, T)                                                                                         \
    F(T, STR, name, .required = true, .max = 60, .doc = "As mappings name it.")                                          \
    F(T, STR, zh, .required = true, .max = 60, .doc = "In Chinese.")                                                     \
    F(T, STR, en, .required = true, .max = 60, .doc = "In English.")                                                     \
    F(T, BOOL, person, .required = true, .doc = "Its rows name somebody, or may: columns can be identities.")                 \
    F(T, BOOL, effects, .required = true, .doc = "Its events may set something in motion.")                              \
    F(T, BOOL, quiet, .required = true, .doc = "They do so quietly at least: that is how the state comes about.")        \
    F(T, BOOL, further, .required = true, .doc = "Columns that are no field may be kept as properties.")                 \
    F(T, LIST(import_field_view), fields, .required = true, .max = 64, .doc = "What its rows may say.")
SHAPE_STRUCT(import_target_view, IMPORT_TARGET_VIEW);
SHAPE_TABLE(import_target_view, IMPORT_TARGET_VIEW);

#define IMPORT_IDENTITY_VIEW(F, T)                                                                                       \
    F(T, STR, name, .required = true, .max = 60, .doc = "As mappings name it.")                                          \
    F(T, STR, zh, .required = true, .max = 60, .doc = "In Chinese.")                                                     \
    F(T, STR, en, .required = true, .max = 60, .doc = "In English.")
SHAPE_STRUCT(import_identity_view, IMPORT_IDENTITY_VIEW);
SHAPE_TABLE(import_identity_view, IMPORT_IDENTITY_VIEW);

#define IMPORT_TARGETS(F, T)                                                                                             \
    F(T, LIST(import_target_view), targets, .required = true, .max = 40, .doc = "What files can bring.")                 \
    F(T, LIST(import_identity_view), identities, .required = true, .max = 40, .doc = "Kinds of identities.")
SHAPE_STRUCT(import_targets_view, IMPORT_TARGETS);
SHAPE_TABLE(import_targets_view, IMPORT_TARGETS);

// --- Reading -------------------------------------------------------------------------------------------------------------------------
static void set_progress(import_view *v, int64_t now_us)
{
    int64_t took = (v->ended > v->began ? v->ended : now_us) - v->began, left = 0;
    SET(v, import_view, rows_per_s, v->began && took > 0 ? v->rows * 1000000 / took : 0);
    if (v->state == IMPORT_RUNNING && v->bytes_done > 0 && took > 0)
        left = (int64_t)((double)took / (double)v->bytes_done * (double)(v->bytes - v->bytes_done) / 1e6);
    SET(v, import_view, left_s, left < 0 ? 0 : left);
    SET(v, import_view, part_bytes, INPUT_PART_BYTES);
}

#define VIEW_COLUMNS                                                                                                       \
    "id, name, state, dry AS dry_run, target, COALESCE(NULLIF(effects, ''), 'none') AS effects, bytes, parts, row_count AS rows, created,"   \
    " merged, refused, bytes_done, NULLIF(as_import, 0) AS as_import, made_us AS made, began_us AS began, ended_us AS ended, code, detail"

static err read_sums(req *r, int64_t id, import_view *v)
{
    db_rows x;
    TRY(db_query(r->d, &x, "SELECT measure, period, came, booked FROM import_sum WHERE import = $1 ORDER BY measure, period LIMIT $2", dbi(id),
                 dbi(SUMS_SHOWN)));
    return ROWS_SET(r->a, &x, v, import_view, sums);
}

static err no_import(req *r) { return req_fail_detail(r, E_NOT_FOUND, "import"); }

static err answer(req *r, int64_t id)
{
    db_rows x;
    bool found;
    TRY(db_query(r->d, &x, "SELECT " VIEW_COLUMNS " FROM import_job WHERE id = $1", dbi(id)));
    TRY(shape_one(&import_view_shape, &x, r->a, r->reply, &found));
    if (found)
        set_progress(r->reply, r->now_us);
    return found ? read_sums(r, id, r->reply) : no_import(r);
}

static err import_get(req *r) { return answer(r, r->path_id[0]); }

static err imports_get(req *r)
{
    import_list *out = r->reply;
    void *items;
    uint32_t n;
    db_rows x;
    TRY(db_query(r->d, &x, "SELECT " VIEW_COLUMNS " FROM import_job ORDER BY id DESC LIMIT $1", dbi(LIST_MAX)));
    TRY(shape_rows(&import_view_shape, &x, r->a, &items, &n));
    import_view *list = items;
    for (uint32_t i = 0; i < n; i++) {
        set_progress(&list[i], r->now_us);
        LIST_SET(&list[i], import_view, sums, NULL, 0);
    }
    LIST_SET(out, import_list, items, list, n);
    return E_OK;
}

static err errors_get(req *r)
{
    err e = import_write_errors(r->d, ((engine *)r->app)->vault, r->path_id[0], r->a, r->raw);
    req_header(r, S("content-disposition"), arena_fmt(r->a, "attachment; filename=\"import-%lld-errors.csv\"", (long long)r->path_id[0]));
    return e == E_NOT_FOUND ? no_import(r) : e;
}

static err sheet_get(req *r)
{
    err e = import_write_sheet(r->d, r->path_id[0], r->a, r->raw);
    req_header(r, S("content-disposition"), arena_fmt(r->a, "attachment; filename=\"import-%lld-sheet.csv\"", (long long)r->path_id[0]));
    return e == E_NOT_FOUND ? no_import(r) : e;
}

static err targets_get(req *r)
{
    import_targets_view *out = r->reply;
    size_t n = 0;
    import_target each;
    while (import_target_at(n, &each))
        n++;
    import_target_view *list = arena_array(r->a, import_target_view, n);
    for (size_t i = 0; i < n; i++) {
        const import_target *t = &each;
        import_target_at(i, &each);
        import_field_view *fields = arena_array(r->a, import_field_view, t->fields->n + 1);
        unsigned n_fields = 0;
        for (unsigned k = 0; k < t->fields->n; k++) {
            const field *fd = &t->fields->fields[k];
            if (fd->k == K_OBJ)
                continue;
            import_field_view *out_field = &fields[n_fields++];
            SET(out_field, import_field_view, name, str_c(fd->name));
            SET(out_field, import_field_view, zh, str_c(fd->zh ? fd->zh : fd->name));
            SET(out_field, import_field_view, doc, str_c(fd->doc));
            SET(out_field, import_field_view, required, fd->required);
            SET(out_field, import_field_view, time, fd->k == K_TIME);
        }
        SET(&list[i], import_target_view, name, str_c(t->name));
        SET(&list[i], import_target_view, zh, str_c(t->zh));
        SET(&list[i], import_target_view, en, str_c(t->en));
        SET(&list[i], import_target_view, person, import_target_names(t));
        SET(&list[i], import_target_view, effects, import_target_events(t) || t->tells);
        SET(&list[i], import_target_view, quiet, t->quiet);
        SET(&list[i], import_target_view, further, t->further);
        SET(&list[i], import_target_view, fields, (typeof(list->fields)){ fields, n_fields });
    }
    import_identity_view *ids = arena_array(r->a, import_identity_view, IDENTITY_COUNT);
    for (int i = 0; i < IDENTITY_COUNT; i++) {
        SET(&ids[i], import_identity_view, name, str_c(identity_infos[i].name));
        SET(&ids[i], import_identity_view, zh, str_c(identity_infos[i].zh));
        SET(&ids[i], import_identity_view, en, str_c(identity_infos[i].en));
    }
    SET(out, import_targets_view, targets, (typeof(out->targets)){ list, (uint32_t)n });
    SET(out, import_targets_view, identities, (typeof(out->identities)){ ids, IDENTITY_COUNT });
    return E_OK;
}

// --- Preview -----------------------------------------------------------------------------------------------------------------------------
// Whether a column holds personal data, and of which kind.
static bool is_personal(const import_target *t, const binding *b, vault_kind *ret)
{
    if (b->to == BIND_PROPERTY) {
        *ret = b->vault;
        return b->personal;
    }
    str name = b->to == BIND_IDENTITY ? identity_kind_name(b->identity) : str_c(t->fields->fields[b->field].name);
    return (b->to == BIND_IDENTITY || t->fields->fields[b->field].pii) && vault_is_personal(name, ret);
}

static str shown(req *r, const import_target *t, const binding *b, str v)
{
    vault_kind kind;
    if (b && v.len && is_personal(t, b, &kind))
        v = vault_mask(r->a, kind, v);
    size_t n = 0, i = 0;
    while (i < v.len && n < CELL_SHOWN) {
        i++;
        while (i < v.len && ((uint8_t)v.s[i] & 0xC0) == 0x80)
            i++;
        n++;
    }
    return i < v.len ? arena_join(r->a, str_take(v, i), S("…")) : v;
}

static void set_preview(req *r, const guess *g)
{
    import_preview *out = r->reply;
    buf b = { 0 };
    jw w = { .b = &b };
    mapping_write(&g->m, &w);
    SET(out, import_preview, mapping, arena_str(r->a, buf_str(&b)));
    buf_clear(&b);
    str *heads = arena_array(r->a, str, g->columns_n + 1);
    const binding **bound = arena_array(r->a, const binding *, g->columns_n + 1);
    for (size_t c = 0; c < g->columns_n; c++) {
        heads[c] = shown(r, NULL, NULL, g->columns[c]);
        for (size_t i = 0; i < g->m.n && !bound[c]; i++)
            if (str_eq(g->m.v[i].column, g->columns[c]))
                bound[c] = &g->m.v[i];
    }
    w = (jw){ .b = &b };
    jw_arr(&w);
    for (size_t i = 0; i < g->sample_n; i++) {
        jw_arr(&w);
        for (size_t c = 0; c < g->columns_n; c++)
            jw_str(&w, c < g->sample[i].n ? shown(r, &g->m.target, bound[c], g->sample[i].cells[c]) : (str){ "", 0 });
        jw_end_arr(&w);
    }
    jw_end_arr(&w);
    SET(out, import_preview, columns, (list_strs){ heads, (uint32_t)g->columns_n });
    SET(out, import_preview, sample, arena_str(r->a, buf_str(&b)));
    buf_free(&b);
}

static err preview_get(req *r)
{
    const import_preview_query *q = r->query;
    engine *e = r->app;
    job j;
    input in;
    guess g;
    source_format f = { .kind = SOURCE_XLSX, .header = true };
    import_target wanted;
    bool named = HAS(q, import_preview_query, target);
    if (named && !import_target_named(q->target, &wanted))
        return req_fail_field(r, E_FIELD_VALUE, "target");
    err found = job_read(r->d, r->path_id[0], r->a, &j);
    if (found != E_OK)
        return found == E_NOT_FOUND ? no_import(r) : found;
    if (j.state == IMPORT_UPLOADING || importer_input(e->importer, &j, r->a, &in) != E_OK)
        return req_fail_detail(r, E_CONFLICT, "the file is not there");
    if (HAS(q, import_preview_query, sheet))
        f.sheet = q->sheet;
    err code = guess_file(&in, j.name, named ? &wanted : NULL, f.sheet.len ? &f : NULL, r->a, &r->f, &g);
    input_close(&in);
    if (code == E_BAD_REQUEST || code == E_CORRUPT)
        return req_fail_detail(r, E_CONFLICT, "%s", r->f.detail.len ? arena_cstr(r->a, r->f.detail) : "the file cannot be read");
    TRY(code);
    set_preview(r, &g);
    return E_OK;
}

// --- Writing -----------------------------------------------------------------------------------------------------------------------------
static err imports_post(req *r)
{
    const import_file_new *in = r->body;
    int64_t id;
    TRY(job_create(r->tx, in->name, in->bytes, r->who.kind, r->who.id, &id));
    TRY(audit_by(r, S("import.created"), S("import"), id, arena_fmt(r->a, "{\"bytes\":%lld}", (long long)in->bytes)));
    r->status = 201;
    return answer(r, id);
}

// On the slow thread: the part goes sealed to its place. Its row says so afterwards.
static err part_work(req *r)
{
    engine *e = r->app;
    job j;
    err found = job_read(r->d, r->path_id[0], r->a, &j);
    if (found != E_OK)
        return found == E_NOT_FOUND ? no_import(r) : found;
    int64_t part = r->path_id[1] - 1, parts = (j.bytes + INPUT_PART_BYTES - 1) / INPUT_PART_BYTES;
    if (j.state != IMPORT_UPLOADING)
        return req_fail_detail(r, E_CONFLICT, "the upload has ended");
    if (part < 0 || part > j.parts || part >= parts)
        return req_fail_detail(r, E_CONFLICT, "the next part is %lld", (long long)j.parts + 1);
    int64_t want = part + 1 < parts ? INPUT_PART_BYTES : j.bytes - part * INPUT_PART_BYTES;
    if ((int64_t)r->body_text.len != want)
        return req_fail_detail(r, E_BAD_REQUEST, "part %lld is of %lld bytes", (long long)part + 1, (long long)want);
    return importer_part(e->importer, &j, part, r->body_text, r->a);
}

static err part_put(req *r)
{
    TRY(job_part(r->tx, r->path_id[0], r->path_id[1] - 1));
    return answer(r, r->path_id[0]);
}

static err run_post(req *r)
{
    const import_run *in = r->body;
    jval *v;
    mapping m;
    bool dry = HAS(in, import_run, dry_run) && in->dry_run;
    str effects_name = str_c(import_effects_labels.labels[HAS(in, import_run, effects) ? in->effects : IMPORT_EFFECTS_NONE]);
    TRY(json_parse(r->a, in->mapping, &r->f, &v));
    err e = mapping_read(v, r->a, &r->f, &m);
    if (e != E_OK) {
        r->f.field = str_eq(r->f.field, S("$")) ? S("mapping") : arena_fmt(r->a, "mapping." STR_FMT, STR_ARG(r->f.field));
        return e;
    }
    if (!import_effects_fit(&m.target, effects_name))
        return req_fail_field(r, E_FIELD_VALUE, "effects");
    e = job_enqueue(r->tx, r->path_id[0], in->mapping, effects_name, dry);
    if (e != E_OK)
        return e == E_NOT_FOUND ? no_import(r) : e == E_CONFLICT ? req_fail_detail(r, e, "it is being uploaded, or runs") : e;
    TRY(audit_by(r, dry ? S("import.checked") : S("import.started"), S("import"), r->path_id[0],
                 arena_fmt(r->a, "{\"target\":\"%s\",\"effects\":\"" STR_FMT "\"}", m.target.name, STR_ARG(effects_name))));
    tx_after(r->tx, importer_wake_after, ((engine *)r->app)->importer);
    r->status = 202;
    return answer(r, r->path_id[0]);
}

static err cancel_post(req *r)
{
    err e = job_cancel(r->tx, r->path_id[0]);
    if (e != E_OK)
        return e == E_NOT_FOUND ? no_import(r) : e == E_CONFLICT ? req_fail_detail(r, e, "it has ended") : e;
    TRY(audit_by(r, S("import.cancelled"), S("import"), r->path_id[0], (str){ "{}", 2 }));
    return answer(r, r->path_id[0]);
}

static err import_delete(req *r)
{
    err e = job_forget(r->tx, r->path_id[0]);
    if (e != E_OK)
        return e == E_NOT_FOUND ? no_import(r) : e == E_CONFLICT ? req_fail_detail(r, e, "it runs") : e;
    return audit_by(r, S("import.forgotten"), S("import"), r->path_id[0], (str){ "{}", 2 });
}

static const route routes[] = {
    { M_GET, "/api/v1/import-targets", PERM_IMPORT, .reply = &import_targets_view_shape, .where = RUN_LOOP, .idem = IDEM_READ, .tag = "import",
      .doc = "What files can bring, and the kinds of identities their rows may name.", .handler = targets_get },
    { M_GET, "/api/v1/imports", PERM_IMPORT, .reply = &import_list_shape, .where = RUN_POOL, .idem = IDEM_READ, .tag = "import",
      .doc = "Imports, newest first.", .handler = imports_get },
    { M_POST, "/api/v1/imports", PERM_IMPORT, .body = &import_file_new_shape, .reply = &import_view_shape, .where = RUN_TELLER, .idem = IDEM_KEY,
      .errors = ROUTE_ERRORS(E_LIMIT_REACHED), .tag = "import", .doc = "Announce a file; then send its parts.", .handler = imports_post },
    { M_GET, "/api/v1/imports/{id}", PERM_IMPORT, .reply = &import_view_shape, .where = RUN_POOL, .idem = IDEM_READ, .tag = "import",
      .doc = "How far it is, and its sheet of reconciliation.", .handler = import_get },
    { M_PUT, "/api/v1/imports/{id}/parts/{part}", PERM_IMPORT, .takes = "application/octet-stream", .body_bytes_max = INPUT_PART_BYTES,
      .rate_per_minute = 6000, .reply = &import_view_shape, .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .errors = ROUTE_ERRORS(E_CONFLICT, E_BAD_REQUEST), .tag = "import",
      .doc = "One part of the file, from 1, in order; the same again replaces it.",
      .work = part_work, .handler = part_put },
    { M_GET, "/api/v1/imports/{id}/preview", PERM_IMPORT, .query = &import_preview_query_shape, .reply = &import_preview_shape,
      .where = RUN_POOL, .idem = IDEM_READ, .rate_per_minute = 120, .errors = ROUTE_ERRORS(E_CONFLICT, E_FIELD_VALUE), .tag = "import",
      .doc = "A guessed mapping and the first rows, personal data masked.", .handler = preview_get },
    { M_POST, "/api/v1/imports/{id}/run", PERM_IMPORT, .body = &import_run_shape, .reply = &import_view_shape, .where = RUN_TELLER,
      .idem = IDEM_KEY,
      .errors = ROUTE_ERRORS(E_CONFLICT, E_JSON_INVALID, E_JSON_TOO_DEEP, E_FIELD_REQUIRED, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_VALUE,
                             E_FIELD_TOO_MANY, E_FIELD_TOO_LONG, E_FIELD_UTF8),
      .tag = "import", .doc = "Check or bring in its rows: runs behind the answer, one import at a time.", .handler = run_post },
    { M_POST, "/api/v1/imports/{id}/cancel", PERM_IMPORT, .reply = &import_view_shape, .where = RUN_TELLER, .idem = IDEM_KEY,
      .errors = ROUTE_ERRORS(E_CONFLICT), .tag = "import", .doc = "Stop it; what is in stays in.", .handler = cancel_post },
    { M_DELETE, "/api/v1/imports/{id}", PERM_IMPORT, .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .errors = ROUTE_ERRORS(E_CONFLICT), .tag = "import",
      .doc = "Forget its file and its refused rows now instead of after 7 days; what it brought stays.", .handler = import_delete },
    { M_GET, "/api/v1/imports/{id}/errors.csv", PERM_IMPORT, .raw = "text/csv; charset=utf-8", .where = RUN_POOL, .idem = IDEM_READ,
      .rate_per_minute = 30, .tag = "import", .doc = "Refused rows with line and reason, at most 10,000.", .handler = errors_get },
    { M_GET, "/api/v1/imports/{id}/sheet.csv", PERM_IMPORT, .raw = "text/csv; charset=utf-8", .where = RUN_POOL, .idem = IDEM_READ,
      .rate_per_minute = 30, .tag = "import", .doc = "The sheet of reconciliation as CSV.", .handler = sheet_get },
};
const route_table import_routes = ROUTE_TABLE("import", routes);
