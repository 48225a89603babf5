// The list of targets, and the one of events.
#include "import/mapping.h"

// --- Events ------------------------------------------------------------------------------------------------------------------------
#define EVENT_FIELDS(F, T)                                                                                               \
    F(T, STR, event, .required = true, .min = 1, .max = NAMES_BYTES_MAX, .zh = "事件", .doc = "What happened: its kind, as order.placed.") \
    F(T, TIME, time, .zh = "时间", .doc = "When; the time of the import when absent.")                                   \
    F(T, STR, message_id, .max = 400, .zh = "消息编号",                                                                  \
      .doc = "The sender's own id of it: known ones are not stored again. Several columns make one id.")
SHAPE_STRUCT(import_event_fields, EVENT_FIELDS);
SHAPE_TABLE(import_event_fields, EVENT_FIELDS);
_Static_assert((int)import_event_fields_event_bit == IMPORT_EVENT_NAME && (int)import_event_fields_time_bit == IMPORT_EVENT_TIME
               && (int)import_event_fields_message_id_bit == IMPORT_EVENT_MESSAGE_ID, "row.c reads them by place");

static const import_target target_event = {
    .name = "event", .zh = "行为事件", .en = "Events", .fields = &import_event_fields_shape, .person = true, .further = true, .once = true,
    .plain = true, .slice = 1000,
};

// --- The list: those of their own, then every declared record ------------------------------------------------------------------------
static const import_target *const own[] = { &target_event,          &import_target_person, &import_target_consent, &import_target_tag,
                                            &import_target_vehicle, &import_target_points, &import_target_staff };
#define OWN_N (sizeof own / sizeof *own)
#define RECORD_SLICE 50

bool import_target_at(size_t i, import_target *ret)
{
    if (i < OWN_N) {
        *ret = *own[i];
        return true;
    }
    const record *k = NULL;
    for (size_t n = 0; n <= i - OWN_N; n++)
        if (!(k = records[n]))
            return false;
    *ret = (import_target){ .name = k->name, .zh = k->zh, .en = k->en, .fields = k->input, .record = k, .slice = RECORD_SLICE, .tells = true,
                            .write = import_write_record };
    return true;
}

bool import_target_named(str name, import_target *ret)
{
    for (size_t i = 0; import_target_at(i, ret); i++)
        if (str_eq(str_c(ret->name), name))
            return true;
    return false;
}

int import_shape_field(const shape *sh, str name)
{
    for (unsigned i = 0; i < sh->n; i++) {
        const field *fd = &sh->fields[i];
        if (fd->k != K_OBJ && (str_eq(str_c(fd->name), name) || (fd->zh && str_eq(str_c(fd->zh), name))))
            return (int)i;
    }
    return -1;
}

int import_field(const import_target *t, str name) { return import_shape_field(t->fields, name); }

// --- Kinds of identities -------------------------------------------------------------------------------------------------------------
bool identity_kind_named(str name, identity_kind *ret)
{
    for (int i = 0; i < IDENTITY_COUNT; i++)
        if (str_eq(str_c(identity_infos[i].name), name)) {
            *ret = (identity_kind)i;
            return true;
        }
    return false;
}

str identity_kind_name(identity_kind k) { return str_c(identity_infos[k].name); }
