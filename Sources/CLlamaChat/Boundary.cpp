#include "Boundary.hpp"

#include "log.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

constexpr size_t maximum_nesting = 128;
constexpr size_t maximum_error_length = 2048;

clc_log receiver = nullptr;
void *receiver_user = nullptr;
thread_local clc::ErrorLog *current = nullptr;

void receive(ggml_log_level level, const char *text, void *) {
    if (level == GGML_LOG_LEVEL_ERROR && current) {
        current->add(text);
    }
    if (receiver) {
        receiver(level, text, receiver_user);
    }
}

} // namespace

char *clc::copy(const std::string &text) {
    char *result = static_cast<char *>(std::malloc(text.size() + 1));
    if (!result) {
        throw std::bad_alloc();
    }
    std::memcpy(result, text.c_str(), text.size() + 1);
    return result;
}

void clc::report(char **error, const char *message) noexcept {
    if (error) {
        *error = message ? strdup(message) : nullptr;
    }
}

void clc::require_shallow(std::string_view text) {
    size_t depth = 0;
    for (const char byte : text) {
        if (byte == '[' || byte == '{') {
            if (++depth > maximum_nesting) {
                throw std::invalid_argument("more than 128 nested brackets");
            }
        } else if ((byte == ']' || byte == '}') && depth > 0) {
            --depth;
        }
    }
}

clc::json clc::parse_object(const char *text, size_t length) {
    if (!text) {
        throw std::invalid_argument("expected a JSON object, got NULL");
    }
    require_shallow({text, length});
    json value = json::parse(std::string(text, length));
    if (!value.is_object()) {
        throw std::invalid_argument("expected a JSON object");
    }
    return value;
}

clc::json clc::member(const json &object, const std::string &key) {
    return object.contains(key) ? object.at(key) : json();
}

clc::ErrorLog::ErrorLog() : outer(current) { current = this; }

clc::ErrorLog::~ErrorLog() { current = outer; }

void clc::ErrorLog::add(const char *more) noexcept {
    if (text.size() >= maximum_error_length) {
        return;
    }
    try {
        text.append(more, strnlen(more, maximum_error_length - text.size()));
    } catch (...) {
        text.clear();
    }
}

std::string clc::ErrorLog::text_or(const char *otherwise) const {
    const size_t last = text.find_last_not_of(" \n");
    return last == std::string::npos ? otherwise : text.substr(0, last + 1);
}

extern "C" {

void clc_free(char *text) { std::free(text); }

void clc_set_log(clc_log log, void *user) {
    receiver = log;
    receiver_user = user;
    llama_log_set(receive, nullptr);
    // llama-common's log has no receiver to set; below the lowest level it does not even format.
    common_log_set_verbosity_thold(LOG_LEVEL_OUTPUT - 1);
}

/// Takes the place of fprintf where the program is linked with --wrap=fprintf.
int __wrap_fprintf(FILE *file, const char *format, ...) {
    const bool is_syntax_error = file == stderr && std::strstr(format, "error parsing grammar");
    const bool is_schema_warning = file == stderr && std::strstr(format, "JSON schema conversion was incomplete");
    va_list arguments;
    va_start(arguments, format);
    int count = 0;
    if (is_syntax_error || is_schema_warning) {
        char line[maximum_error_length];
        count = std::vsnprintf(line, sizeof line, format, arguments);
        receive(is_syntax_error ? GGML_LOG_LEVEL_ERROR : GGML_LOG_LEVEL_WARN, line, nullptr);
    } else {
        count = std::vfprintf(file, format, arguments);
    }
    va_end(arguments);
    return count;
}
}
