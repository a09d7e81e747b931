// What every function of the C face shares: turning exceptions into error strings, and reading its JSON.
#pragma once

#include "CLlamaChat.h"

#include "chat.h"
#include "json.h"

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace clc {

using json = common_json;

/// A copy for the caller to free. Throws std::bad_alloc.
char *copy(const std::string &text);

/// Sets *error, if there is an error to set.
void report(char **error, const char *message) noexcept;

/// The result of `body`, or `failure` and an error string if it throws.
template <class Result, class Body> Result guarded(char **error, Result failure, Body body) noexcept {
    report(error, nullptr);
    try {
        return body();
    } catch (const std::exception &thrown) {
        report(error, thrown.what());
    } catch (...) {
        report(error, "unknown C++ exception");
    }
    return failure;
}

/// Throws if brackets in `text` are nested too deeply for recursive code. Strings are not told apart: text in a string
/// may be parsed later, as tool arguments are.
void require_shallow(std::string_view text);

/// The object that `text` holds. Throws if it is anything else, or nested too deeply.
json parse_object(const char *text, size_t length);

/// The member of an object, or null.
json member(const json &object, const std::string &key);

/// Collects, while it lives, the errors that llama.cpp logs on this thread.
class ErrorLog {
  public:
    ErrorLog();
    ~ErrorLog();
    ErrorLog(const ErrorLog &) = delete;
    ErrorLog &operator=(const ErrorLog &) = delete;

    /// What was logged, or `otherwise` if that was nothing.
    std::string text_or(const char *otherwise) const;

    void add(const char *text) noexcept;

  private:
    std::string text;
    ErrorLog *outer;
};

/// Throws with a reason if `gbnf` is no grammar that llama.cpp takes.
void require_grammar(const llama_vocab *vocab, const std::string &gbnf);

} // namespace clc
