// Shapes of classes on the wire.
#ifndef PROFILE_CLASS_API_H
#define PROFILE_CLASS_API_H
#include "profile/classes.h"

// GET /api/v1/classes
#define CLASS_COUNT(F, T)                                                                                                  \
    F(T, STR, class, .required = true, .max = 20, .doc = "Class.")                                                         \
    F(T, STR, zh, .required = true, .max = 20, .doc = "What people call it in Chinese.")                                   \
    F(T, I64, people, .required = true, .doc = "People who are of it now.")
SHAPE_STRUCT(class_count, CLASS_COUNT);
#define CLASS_AXIS(F, T)                                                                                                   \
    F(T, STR, axis, .required = true, .max = 20, .doc = "user, behaviour, type or path.")                                  \
    F(T, LIST(class_count), classes, .required = true, .max = 8, .doc = "In their order.")
SHAPE_STRUCT(class_axis_view, CLASS_AXIS);
#define CLASSES_VIEW(F, T)                                                                                                 \
    F(T, LIST(class_axis_view), items, .required = true, .max = 4,                                                         \
      .doc = "user: everybody, by stage. The others: whoever did something, asked for a call or owns a car.")
SHAPE_STRUCT(classes_view, CLASSES_VIEW);

// GET /api/v1/classes/people
#define CLASS_PEOPLE_QUERY(F, T)                                                                                           \
    F(T, ENUM(class_axis), axis, .required = true, .doc = "Which classes.")                                                \
    F(T, STR, class, .required = true, .min = 1, .max = 20, .doc = "A class of that axis.")                                \
    F(T, STR, cursor, .max = 40, .doc = "`next` of the page before.")                                                      \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(class_people_query, CLASS_PEOPLE_QUERY);

// GET /api/v1/classes/matrix
#define MATRIX_QUERY(F, T)                                                                                                 \
    F(T, ENUM(class_axis), axis, .doc = "Which classes; behaviour when absent.")                                           \
    F(T, STR, from, .max = 10, .pattern = "date", .doc = "The earlier day (its end); 28 days before `to` when absent.")     \
    F(T, STR, to, .max = 10, .pattern = "date", .doc = "The later day; today when absent.")
SHAPE_STRUCT(matrix_query, MATRIX_QUERY);
#define MATRIX_CELL(F, T)                                                                                                  \
    F(T, STR, from, .required = true, .max = 20, .doc = "Class at the earlier day.")                                       \
    F(T, STR, to, .required = true, .max = 20, .doc = "Class at the later day.")                                           \
    F(T, I64, people, .required = true, .doc = "How many went from one to the other, or stayed.")
SHAPE_STRUCT(matrix_cell, MATRIX_CELL);
#define MATRIX_VIEW(F, T)                                                                                                  \
    F(T, ENUM(class_axis), axis, .required = true, .doc = "Which classes.")                                                \
    F(T, STR, from, .required = true, .max = 10, .doc = "The earlier day.")                                                \
    F(T, STR, to, .required = true, .max = 10, .doc = "The later day.")                                                    \
    F(T, STRS, classes, .required = true, .max = 8, .item_max = 20, .doc = "All classes of the axis, in order.")           \
    F(T, I64, people, .required = true, .doc = "People counted: those who were ever of a class other than the first.")     \
    F(T, LIST(matrix_cell), cells, .required = true, .max = 64, .doc = "Cells that are not empty.")
SHAPE_STRUCT(matrix_view, MATRIX_VIEW);

#endif
