/* YAML to the JSON tree through libyaml (the only file that sees it): see yaml.h. */
#include "base/yaml.h"
#include "base/buf.h"
#include <stdlib.h>
#include <yaml.h>

struct reader {
    struct arena *arena;
    yaml_parser_t parser;
    const char *name;
    int depth;
    struct err *err;
};

static enum rc refuse(struct reader *r, const yaml_mark_t *m, const char *id, const char *what)
{
    err_set(r->err, RC_INVALID, id, __FILE__, __LINE__, "%s", what);
    err_at(r->err, r->name, (int)m->line + 1, (int)m->column + 1);
    return RC_INVALID;
}

static enum rc next(struct reader *r, yaml_event_t *ev)
{
    if (yaml_parser_parse(&r->parser, ev)) return RC_OK;
    const char *what = r->parser.problem ? r->parser.problem : "not YAML";
    return refuse(r, &r->parser.problem_mark, "YAML-0001", what);
}

/* Plain scalars of the JSON types; everything else is text. A number that would be rounded is
 * refused, as in JSON. */
static enum rc scalar(struct reader *r, const yaml_event_t *ev, struct json **ret)
{
    struct str s =
        str_dup(r->arena, str_n((const char *)ev->data.scalar.value, ev->data.scalar.length));
    bool plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    *ret = json_string(r->arena, s);
    if (!plain) return RC_OK;
    if (s.n == 0 || str_is(s, "null") || str_is(s, "~")) *ret = json_null(r->arena);
    if (str_is(s, "true") || str_is(s, "false")) *ret = json_bool(r->arena, s.p[0] == 't');
    struct err why;
    if (json_number(r->arena, s, ret, &why) == RC_OK || strcmp(why.id, "JSON-0001") == 0)
        return RC_OK;
    return refuse(r, &ev->start_mark, why.id, why.text);
}

static enum rc value(struct reader *r, yaml_event_t *ev, struct json **ret);

static enum rc sequence(struct reader *r, struct json *array)
{
    for (;;) {
        yaml_event_t ev;
        struct json *item = NULL;
        TRY(next(r, &ev));
        if (ev.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&ev);
            return RC_OK;
        }
        TRY(value(r, &ev, &item));
        json_add(r->arena, array, item);
    }
}

static enum rc mapping(struct reader *r, struct json *object)
{
    for (;;) {
        yaml_event_t ev;
        struct json *item = NULL;
        TRY(next(r, &ev));
        if (ev.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&ev);
            return RC_OK;
        }
        yaml_mark_t at = ev.start_mark;
        if (ev.type != YAML_SCALAR_EVENT) {
            yaml_event_delete(&ev);
            return refuse(r, &at, "YAML-0003", "a key must be plain text");
        }
        struct str key =
            str_dup(r->arena, str_n((const char *)ev.data.scalar.value, ev.data.scalar.length));
        yaml_event_delete(&ev);
        if (json_get_str(object, key)) {
            refuse(r, &at, "YAML-0004", "this key stands twice");
            err_wrap(r->err, "'" STR_FMT "'", STR_ARG(key));
            return RC_INVALID;
        }
        TRY(next(r, &ev));
        TRY(value(r, &ev, &item));
        json_set_str(r->arena, object, key, item);
    }
}

/* Consumes ev. */
static enum rc value(struct reader *r, yaml_event_t *ev, struct json **ret)
{
    yaml_mark_t at = ev->start_mark;
    yaml_event_type_t type = ev->type;
    bool anchored =
        (type == YAML_SCALAR_EVENT && (ev->data.scalar.anchor || ev->data.scalar.tag)) ||
        (type == YAML_SEQUENCE_START_EVENT &&
         (ev->data.sequence_start.anchor || ev->data.sequence_start.tag)) ||
        (type == YAML_MAPPING_START_EVENT &&
         (ev->data.mapping_start.anchor || ev->data.mapping_start.tag));
    struct json *v = type == YAML_SEQUENCE_START_EVENT  ? json_array(r->arena)
                     : type == YAML_MAPPING_START_EVENT ? json_object(r->arena)
                                                        : NULL;
    enum rc rc = type == YAML_SCALAR_EVENT ? scalar(r, ev, &v) : RC_OK;
    yaml_event_delete(ev);
    if (rc != RC_OK) return rc;
    if (!v || anchored)
        return refuse(r, &at, "YAML-0002", "anchors, aliases and tags are not accepted");
    v->line = (int)at.line + 1;
    v->column = (int)at.column + 1;
    if (++r->depth > 64) return refuse(r, &at, "YAML-0005", "nested too deeply");
    if (type == YAML_SEQUENCE_START_EVENT) TRY(sequence(r, v));
    if (type == YAML_MAPPING_START_EVENT) TRY(mapping(r, v));
    r->depth--;
    *ret = v;
    return RC_OK;
}

static enum rc document(struct reader *r, struct json **ret)
{
    yaml_event_t ev;
    struct json *v = json_null(r->arena);
    for (int documents = 0;;) {
        TRY(next(r, &ev));
        yaml_mark_t at = ev.start_mark;
        yaml_event_type_t type = ev.type;
        if (type == YAML_STREAM_END_EVENT) {
            yaml_event_delete(&ev);
            *ret = v;
            return RC_OK;
        }
        if (type == YAML_DOCUMENT_START_EVENT && documents++)
            return yaml_event_delete(&ev),
                   refuse(r, &at, "YAML-0006", "only one document is accepted");
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT ||
            type == YAML_DOCUMENT_END_EVENT)
            yaml_event_delete(&ev);
        else
            TRY(value(r, &ev, &v));
    }
}

RC yaml_parse(struct arena *a, struct str text, const char *name, struct json **ret,
              struct err *e)
{
    struct err ignored;
    struct reader r = {.arena = a, .name = name, .err = e ? e : &ignored};
    if (!yaml_parser_initialize(&r.parser))
        return FAIL(e, RC_BUG, "YAML-0009", "no YAML parser");
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.n ? text.p : ""),
                                 text.n);
    enum rc rc = document(&r, ret);
    yaml_parser_delete(&r.parser);
    return rc;
}
