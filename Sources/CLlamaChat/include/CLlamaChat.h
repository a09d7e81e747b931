// A C face for the parts of llama.cpp that only C++ can reach: chat templates, tool grammars and output parsers;
// and guards for those functions of llama.h that may throw. No C++ exception leaves any function of this header.
//
// Rules that hold everywhere:
// - Texts are UTF-8. `length` counts bytes without a terminating NUL, which texts given with a length need not have.
// - A returned `char *` is NUL-terminated and owned by the caller: free it with clc_free. JSON results hold no raw NUL.
// - `error` may be NULL. Otherwise *error becomes NULL on success and, on failure, a message to be freed with clc_free.
//   A failure is told by the result (NULL or a negative code), not by *error, which stays NULL if memory has run out.
// - JSON nested deeper than 128 levels is refused, and so are grammars of more than 500 nested parentheses or 5000
//   rules: the parsers behind this header recurse, and a stack overflow is no error that can be returned. These limits
//   were measured to fit into 1 MB, which the stack of the calling thread must have.
// - No function blocks on I/O except clc_model_load, and none needs a particular thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../CLlama/include/shim.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Frees a string that a function of this header returned. NULL is allowed.
void clc_free(char *text);

// MARK: Log

/// Receives one log text: `level` is a ggml_log_level, `text` is valid during the call only and may be part of a line.
typedef void (*clc_log)(enum ggml_log_level level, const char *text, void *user);

/// Sends what llama.cpp and ggml log to `log`, or nowhere if it is NULL, and silences the log of llama-common.
///
/// Call it once, before anything else of this header: the receiver is not guarded by a lock, and the messages of
/// grammar, model and context errors are taken from this log. `log` is called from any thread, several at once, and
/// must not throw.
///
/// Two texts do not pass through any log: llama.cpp prints grammar syntax errors, and llama-common prints the
/// `pattern`s of a schema it had to ignore, with fprintf(stderr). Linking with `--wrap=fprintf` (GNU ld, lld, gold)
/// turns these into log texts of level ERROR and WARN; without it they reach stderr, and the syntax error is missing in
/// *error.
void clc_set_log(clc_log log, void *user);

// MARK: Templates

/// The chat templates of one model. Any number of threads may use one object at once: rendering takes a lock inside.
typedef struct clc_templates clc_templates;

/// The templates stored in `model`, or the Jinja source `override_source` if that is neither NULL nor empty.
///
/// `model` gives the special tokens and the vocabulary; it may be NULL only with a source, and must outlive the result.
/// A model without template gets ChatML. Fails if the template has a syntax error.
clc_templates *clc_templates_create(const struct llama_model *model, const char *override_source, char **error);

/// Frees the templates. No render may be running. NULL is allowed.
void clc_templates_free(clc_templates *templates);

/// What the templates can express, as a JSON object of booleans: `supports_tools`, `supports_tool_calls`,
/// `supports_parallel_tool_calls`, `supports_system_role`, `supports_thinking`, the other `supports_…` of llama.cpp,
/// and `is_explicit` (false: the model brought no template and ChatML stands in).
char *clc_templates_caps(const clc_templates *templates, char **error);

/// Renders a request into a prompt together with all that is needed to constrain and to read the answer.
///
/// Request, a JSON object; all but `messages` may be absent or null:
///   messages               OpenAI messages; content is text, null, or an array of {type: "text", text}
///   tools                  OpenAI function tools
///   tool_choice            "auto" (default), "none", "required"; for a named tool pass "required" and that tool alone
///   parallel_tool_calls    default: whether the template supports it
///   json_schema            a schema object the answer has to match; {} means any object. Beside tools it wins in most
///                          formats: the prompt shows the tools, but the answer is the JSON and no call
///   grammar                GBNF the answer has to match; excludes json_schema, and tools unless tool_choice is "none"
///   chat_template_kwargs   object of variables for the template
///   enable_thinking        default true; a boolean enable_thinking in chat_template_kwargs wins
///   reasoning_format       "deepseek" (default: reasoning apart from the content), "auto", "none", "deepseek-legacy"
///   add_generation_prompt  default true
///
/// Result, a JSON object:
///   prompt                 tokenize with add_special and parse_special: a BOS that the vocabulary adds is left out
///   format, format_name    number and name of the output format
///   parser                 the output parser, for clc_reader_create (large; opaque)
///   generation_prompt      the end of the prompt, where the assistant's turn begins; the reader needs it
///   grammar                GBNF, "" if the output is free; also for "required" if the template knows no tool calls
///   grammar_lazy           whether the grammar waits for a trigger
///   grammar_prefill        text the grammar expects before the first generated token, "" for none
///   triggers               [{type: "word" | "token" | "pattern" | "pattern_full", value, token}]
///   preserved_tokens       special tokens that must be rendered as text when detokenizing, as the reader looks for
///                          them
///   extra_stops            further stop strings
///   supports_thinking, thinking_start_tag, thinking_end_tags
///   is_plain_text          the generated text is the content as it stands; there is nothing to read
///   relaxed_tools          names of tools whose parameters could not be turned into a grammar. The prompt still shows
///                          them in full where the template allows it, but the grammar only enforces the names and the
///                          types of their top-level properties, or only that the arguments are an object.
///
/// The grammar in the result has been compiled once, so it is known to be valid.
char *clc_render(const clc_templates *templates, const char *request, size_t length, char **error);

/// The GBNF grammar for a JSON schema. Fails on what has no grammar, such as a $ref that leads nowhere.
char *clc_schema_to_grammar(const char *schema, size_t length, char **error);

// MARK: Reading

/// Reads generated text of one format. Used by one thread at a time; keeps no state between reads.
typedef struct clc_reader clc_reader;

/// A reader for the fields `format`, `parser` and `generation_prompt` of a render result; the whole result will do.
/// Creating parses the parser: do it once per request, or once per thread that reads.
clc_reader *clc_reader_create(const char *rendered, size_t length, char **error);

/// Frees the reader. NULL is allowed.
void clc_reader_free(clc_reader *reader);

/// Reads all the text generated so far, without the prompt, into {content, reasoning_content, tool_calls: [{id, name,
/// arguments}]}. `id` is "" unless the format carries ids. `arguments` is a string.
///
/// With `is_partial` the text may end anywhere, also within a character; what cannot be told yet is left out. Content
/// and reasoning then only grow from one read to the next, with the exception of trailing white space and of a start of
/// a marker, so hold back deltas rather than retract them. A text cut off within a tool call reads without error even
/// if not `is_partial`, and its `arguments` may then be no whole JSON.
///
/// Fails if the text does not have the format, or nests more than 128 brackets; it is then best taken as content.
char *clc_reader_read(const clc_reader *reader, const char *text, size_t length, bool is_partial, char **error);

/// clc_reader_create, clc_reader_read and clc_reader_free in one, for a single read.
char *clc_read(
    const char *text, size_t length, bool is_partial, const char *rendered, size_t rendered_length, char **error);

// MARK: Grammars

/// A sampler that lets only those tokens pass that continue a text of the grammar `gbnf` from the rule `root`.
///
/// If `lazy`, all tokens pass until one of the trigger tokens is accepted or one of the trigger patterns (ECMAScript
/// regular expressions) is found in the accepted text; the grammar holds from the first match of the first group, or of
/// the pattern. Fails on syntax errors, undefined rules, left recursion, a missing root, too many repetitions, invalid
/// patterns. A grammar that is valid but written to explode (nested ambiguous rules) can still take very long, here and
/// in sampling.
///
/// The sampler never throws and never aborts, also not within a llama_sampler_chain. Where llama.cpp would, it breaks:
/// from then on it lets everything pass, and clc_grammar_is_broken tells so. Free it with llama_sampler_free; clone it
/// with llama_sampler_clone (much cheaper than creating, NULL if memory ran out). Used by one thread at a time.
struct llama_sampler *clc_sampler_init_grammar(
    const struct llama_vocab *vocab, const char *gbnf, const char *root, bool lazy, const char *const *trigger_patterns,
    size_t trigger_pattern_count, const llama_token *trigger_tokens, size_t trigger_token_count, char **error);

/// The grammar sampler for the fields `grammar`, `grammar_lazy`, `grammar_prefill`, `triggers` and `preserved_tokens`
/// of a render result; the whole result will do. Trigger words that are one preserved token become token triggers,
/// other words become patterns. Unless it is lazy the sampler has been fed `grammar_prefill`. Fails if there is no
/// grammar.
///
/// A lazy grammar must not see the model's reasoning, where a trigger means nothing: between a thinking start tag and
/// its end tag neither apply nor accept.
struct llama_sampler *clc_grammar_sampler(
    const struct llama_vocab *vocab, const char *rendered, size_t length, char **error);

/// Whether a sampler of this header has met a token its grammar does not allow, and so stopped constraining.
bool clc_grammar_is_broken(const struct llama_sampler *sampler);

// MARK: Guards

enum {
    /// The token was not accepted since the grammar does not allow it here; the sampler is as before.
    CLC_REFUSED = 1,
    /// The call threw, or the sampler is broken.
    CLC_THREW = -1000,
};

/// llama_decode, or CLC_THREW. After CLC_THREW the memory of the context is in an unknown state: clear it.
int clc_decode(struct llama_context *context, struct llama_batch batch, char **error);

/// llama_sampler_apply: 0, or CLC_THREW.
int clc_sampler_apply(struct llama_sampler *sampler, llama_token_data_array *candidates);

/// llama_sampler_accept: 0, or CLC_REFUSED (only for samplers of this header), or CLC_THREW.
int clc_sampler_accept(struct llama_sampler *sampler, llama_token token);

/// llama_model_load_from_file; *error is what llama.cpp logged about the failure. Free with llama_model_free.
struct llama_model *clc_model_load(const char *path, struct llama_model_params params, char **error);

/// llama_init_from_model; *error is what llama.cpp logged about the failure. Free with llama_free.
struct llama_context *clc_context_create(struct llama_model *model, struct llama_context_params params, char **error);

#ifdef __cplusplus
}
#endif
