#ifndef CHTML_H
#define CHTML_H

#include <stddef.h>

/// Reads HTML of any quality with libxml2's HTML parser and writes what is in it as a row of events.
///
/// Each event is a letter, its texts, each ended by a zero byte:
/// `S name` an element begins, `A name value` one of its attributes (href, src, alt, start), `T text`, `E` it ends.
/// Nothing is loaded: no network, no external entities, no document type.
///
/// - bytes: UTF-8, `length` bytes.
/// - limit: of the events, in bytes; what is longer is left out, and every element that began still ends.
/// - out: the events, to be freed with `chtml_free`; not touched when nothing could be read.
/// Returns how many bytes of events there are; 0 when nothing could be read.
size_t chtml_events(const char *bytes, size_t length, size_t limit, unsigned char **out);

void chtml_free(unsigned char *events);

#endif
