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
    .name = "event", .zh = "行为事件", .en = "Events", .fields = &import_event_fields_shape, .person = true, .further = true, .slice = 1000,
    .events = true, .once = true,
};

const import_target *const import_targets[] = { &target_event, NULL };

const import_target *import_target_named(str name)
{
    for (size_t i = 0; import_targets[i]; i++)
        if (str_eq(str_c(import_targets[i]->name), name))
            return import_targets[i];
    return NULL;
}

int import_field(const import_target *t, str name)
{
    for (unsigned i = 0; i < t->fields->n; i++) {
        const field *fd = &t->fields->fields[i];
        if (str_eq(str_c(fd->name), name) || (fd->zh && str_eq(str_c(fd->zh), name)))
            return (int)i;
    }
    return -1;
}

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
