#include "CHTML.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

struct buffer {
    unsigned char *bytes;
    size_t length;
    size_t capacity;
    int failed;
};

static void append(struct buffer *buffer, const void *bytes, size_t length) {
    if (buffer->failed) return;
    if (length > buffer->capacity - buffer->length) {
        size_t capacity = buffer->capacity * 2 + length + 256;
        unsigned char *grown = realloc(buffer->bytes, capacity);
        if (!grown) {
            buffer->failed = 1;
            return;
        }
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

static void append_text(struct buffer *buffer, const xmlChar *text) {
    append(buffer, text, strlen((const char *)text) + 1);
}

static int is_wanted(const xmlChar *name) {
    static const char *const names[] = {"href", "src", "alt", "start"};
    for (size_t place = 0; place < sizeof names / sizeof *names; place++) {
        if (strcmp((const char *)name, names[place]) == 0) return 1;
    }
    return 0;
}

static void begin(struct buffer *buffer, xmlNodePtr node) {
    append(buffer, "S", 1);
    append_text(buffer, node->name);
    for (xmlAttrPtr attribute = node->properties; attribute; attribute = attribute->next) {
        if (!attribute->name || !is_wanted(attribute->name)) continue;
        xmlChar *value = xmlNodeListGetString(node->doc, attribute->children, 1);
        append(buffer, "A", 1);
        append_text(buffer, attribute->name);
        append_text(buffer, value ? value : (const xmlChar *)"");
        if (value) xmlFree(value);
    }
}

/// Goes through the tree without calling itself, so that no depth of it can end the stack.
static void walk(struct buffer *buffer, xmlNodePtr root, size_t limit) {
    xmlNodePtr node = root;
    while (node) {
        int is_element = node->type == XML_ELEMENT_NODE;
        int is_text = node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
        if (is_element) begin(buffer, node);
        if (is_text && node->content) {
            append(buffer, "T", 1);
            append_text(buffer, node->content);
        }
        if (is_element && node->children && buffer->length < limit) {
            node = node->children;
            continue;
        }
        if (is_element) append(buffer, "E", 1);
        while (node != root && (!node->next || buffer->length >= limit)) {
            node = node->parent;
            if (!node) return;
            append(buffer, "E", 1);
        }
        if (node == root) return;
        node = node->next;
    }
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) { xmlInitParser(); }

size_t chtml_events(const char *bytes, size_t length, size_t limit, unsigned char **out) {
    if (length == 0 || length > INT_MAX) return 0;
    pthread_once(&once, start);
    int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET
        | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC;
    htmlDocPtr document = htmlReadMemory(bytes, (int)length, NULL, "UTF-8", options);
    if (!document) return 0;
    struct buffer buffer = {0};
    xmlNodePtr root = xmlDocGetRootElement(document);
    if (root) walk(&buffer, root, limit);
    xmlFreeDoc(document);
    if (buffer.failed || buffer.length == 0) {
        free(buffer.bytes);
        return 0;
    }
    *out = buffer.bytes;
    return buffer.length;
}

void chtml_free(unsigned char *events) { free(events); }
