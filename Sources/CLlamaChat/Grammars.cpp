#include "Boundary.hpp"

#include "llama.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <memory>
#include <regex>
#include <set>
#include <vector>

using namespace clc;

namespace {

struct SamplerDeleter {
    void operator()(llama_sampler *sampler) const { llama_sampler_free(sampler); }
};
using Sampler = std::unique_ptr<llama_sampler, SamplerDeleter>;

// MARK: What llama.cpp does not survive

/// llama.cpp compiles grammars by recursing along parentheses and along chains of rules.
constexpr size_t maximum_parentheses = 500;
constexpr size_t maximum_rules = 5000;

/// The index behind the literal, character class, token or comment that begins at `start`.
size_t end_of_atom(const std::string &gbnf, size_t start, char last) {
    size_t index = start + 1;
    while (index < gbnf.size() && gbnf[index] != last) {
        index += gbnf[index] == '\\' && last != '\n' ? 2 : 1;
    }
    return std::min(index, gbnf.size() - 1);
}

/// Whether `braces`, such as "{3,1}", counts backwards: llama.cpp then adds rules until memory is exhausted.
bool counts_backwards(const char *braces) {
    unsigned long long least = 0;
    unsigned long long most = 0;
    return std::sscanf(braces, "{ %llu , %llu", &least, &most) == 2 && most < least;
}

void require_bounded(const std::string &gbnf) {
    size_t depth = 0;
    size_t rules = 0;
    for (size_t index = 0; index < gbnf.size(); ++index) {
        switch (gbnf[index]) {
        case '"': index = end_of_atom(gbnf, index, '"'); break;
        case '[': index = end_of_atom(gbnf, index, ']'); break;
        case '<': index = end_of_atom(gbnf, index, '>'); break;
        case '#': index = end_of_atom(gbnf, index, '\n'); break;
        case '(': ++depth; break;
        case ')': depth -= depth > 0; break;
        case '=': ++rules; break;
        case '{':
            if (counts_backwards(gbnf.c_str() + index)) {
                throw std::invalid_argument("a repetition in the grammar has a maximum below its minimum");
            }
            break;
        }
        if (depth > maximum_parentheses || rules > maximum_rules) {
            throw std::invalid_argument("the grammar nests too deeply or has too many rules");
        }
    }
}

// MARK: A grammar sampler that cannot throw or abort

/// Asks the grammar about each token before it is accepted, as llama.cpp aborts on an end token in the wrong place.
struct Grammar {
    Sampler inner;
    std::vector<llama_token> prefill;
    bool is_broken = false;

    bool allows(llama_token token) const {
        llama_token_data candidate = {token, 1.0f, 0.0f};
        llama_token_data_array candidates = {&candidate, 1, -1, false};
        llama_sampler_apply(inner.get(), &candidates);
        return candidate.logit != -INFINITY;
    }

    int accept(llama_token token) noexcept {
        if (is_broken) {
            return CLC_THREW;
        }
        try {
            if (!allows(token)) {
                return CLC_REFUSED;
            }
            llama_sampler_accept(inner.get(), token);
            return 0;
        } catch (...) {
            is_broken = true;
            return CLC_THREW;
        }
    }

    int apply(llama_token_data_array *candidates) noexcept {
        if (is_broken) {
            return 0;
        }
        try {
            llama_sampler_apply(inner.get(), candidates);
            return 0;
        } catch (...) {
            is_broken = true;
            return CLC_THREW;
        }
    }

    void feed_prefill() noexcept {
        for (const llama_token token : prefill) {
            is_broken = is_broken || accept(token) != 0;
        }
    }
};

Grammar &grammar_of(const llama_sampler *sampler) { return *static_cast<Grammar *>(sampler->ctx); }

llama_sampler *sampler_of(std::unique_ptr<Grammar> grammar);

llama_sampler_i interface() {
    llama_sampler_i interface = {};
    interface.name = [](const llama_sampler *) { return "clc-grammar"; };
    interface.accept = [](llama_sampler *sampler, llama_token token) {
        // Within a chain there is nobody to tell: the text has left the grammar.
        Grammar &grammar = grammar_of(sampler);
        grammar.is_broken = grammar.accept(token) != 0;
    };
    interface.apply = [](llama_sampler *sampler, llama_token_data_array *candidates) {
        grammar_of(sampler).apply(candidates);
    };
    interface.reset = [](llama_sampler *sampler) {
        Grammar &grammar = grammar_of(sampler);
        try {
            llama_sampler_reset(grammar.inner.get());
            grammar.is_broken = false;
            grammar.feed_prefill();
        } catch (...) {
            grammar.is_broken = true;
        }
    };
    interface.clone = [](const llama_sampler *sampler) -> llama_sampler * {
        const Grammar &grammar = grammar_of(sampler);
        return guarded<llama_sampler *>(nullptr, nullptr, [&] {
            Sampler inner(llama_sampler_clone(grammar.inner.get()));
            return sampler_of(std::make_unique<Grammar>(Grammar{std::move(inner), grammar.prefill, grammar.is_broken}));
        });
    };
    interface.free = [](llama_sampler *sampler) { delete &grammar_of(sampler); };
    return interface;
}

llama_sampler_i grammar_interface = interface();

llama_sampler *sampler_of(std::unique_ptr<Grammar> grammar) {
    llama_sampler *sampler = llama_sampler_init(&grammar_interface, grammar.get());
    grammar.release();
    return sampler;
}

bool is_grammar(const llama_sampler *sampler) { return sampler && sampler->iface == &grammar_interface; }

// MARK: Making one

struct Triggers {
    bool are_needed = false;
    std::vector<std::string> patterns;
    std::vector<llama_token> tokens;
};

Sampler compile(const llama_vocab *vocab, const std::string &gbnf, const char *root, const Triggers &triggers) {
    if (gbnf.empty()) {
        throw std::invalid_argument("the grammar is empty");
    }
    require_bounded(gbnf);
    std::vector<const char *> patterns;
    for (const auto &pattern : triggers.patterns) {
        const std::regex valid(pattern); // Throws here, as llama.cpp leaks when it does.
        patterns.push_back(pattern.c_str());
    }
    const ErrorLog log;
    Sampler sampler(
        triggers.are_needed
            ? llama_sampler_init_grammar_lazy_patterns(
                  vocab, gbnf.c_str(), root, patterns.data(), patterns.size(), triggers.tokens.data(),
                  triggers.tokens.size())
            : llama_sampler_init_grammar(vocab, gbnf.c_str(), root)
    );
    if (!sampler) {
        throw std::invalid_argument(log.text_or("failed to parse grammar"));
    }
    return sampler;
}

void require_vocab(const llama_vocab *vocab) {
    if (!vocab) {
        throw std::invalid_argument("a grammar sampler needs a vocabulary");
    }
}

std::string anchored(const std::string &pattern) {
    if (pattern.empty()) {
        return "^$";
    }
    return (pattern.front() == '^' ? "" : "^") + pattern + (pattern.back() == '$' ? "" : "$");
}

Triggers triggers_of(const llama_vocab *vocab, const json &rendered) {
    std::set<llama_token> preserved;
    for (const auto &text : rendered.at("preserved_tokens")) {
        if (const auto tokens = common_tokenize(vocab, text.get<std::string>(), false, true); tokens.size() == 1) {
            preserved.insert(tokens[0]);
        }
    }
    Triggers triggers;
    triggers.are_needed = true;
    for (const auto &trigger : rendered.at("triggers")) {
        const auto type = trigger.at("type").get<std::string>();
        const auto value = trigger.at("value").get<std::string>();
        if (type == "token") {
            triggers.tokens.push_back(trigger.at("token").get<int>());
        } else if (type == "pattern") {
            triggers.patterns.push_back(value);
        } else if (type == "pattern_full") {
            triggers.patterns.push_back(anchored(value));
        } else if (type == "word") {
            // A word that is one token, but not a preserved one, may also come out as several tokens.
            const auto tokens = common_tokenize(vocab, value, false, true);
            if (tokens.size() == 1 && preserved.count(tokens[0])) {
                triggers.tokens.push_back(tokens[0]);
            } else {
                triggers.patterns.push_back(regex_escape(value));
            }
        } else {
            throw std::invalid_argument("unknown trigger type " + type);
        }
    }
    if (triggers.tokens.empty() && triggers.patterns.empty()) {
        throw std::invalid_argument("a lazy grammar without triggers");
    }
    return triggers;
}

std::vector<llama_token> prefill_tokens(const llama_vocab *vocab, const std::string &prefill) {
    auto tokens = common_tokenize(vocab, prefill, false, true);
    if (!tokens.empty()) {
        // Some tokenizers put a space of their own before the first token.
        const std::string first = common_token_to_piece(vocab, tokens[0], true);
        const auto is_space = [](char byte) { return std::isspace(static_cast<unsigned char>(byte)) != 0; };
        if (!first.empty() && is_space(first[0]) && !is_space(prefill[0])) {
            tokens.erase(tokens.begin());
        }
    }
    return tokens;
}

} // namespace

void clc::require_grammar(const llama_vocab *vocab, const std::string &gbnf) { compile(vocab, gbnf, "root", {}); }

extern "C" {

llama_sampler *clc_sampler_init_grammar(
    const llama_vocab *vocab, const char *gbnf, const char *root, bool lazy, const char *const *trigger_patterns,
    size_t trigger_pattern_count, const llama_token *trigger_tokens, size_t trigger_token_count, char **error
) {
    return guarded<llama_sampler *>(error, nullptr, [&] {
        require_vocab(vocab);
        Triggers triggers;
        triggers.are_needed = lazy;
        triggers.patterns.assign(trigger_patterns, trigger_patterns + trigger_pattern_count);
        triggers.tokens.assign(trigger_tokens, trigger_tokens + trigger_token_count);
        auto grammar = std::make_unique<Grammar>();
        grammar->inner = compile(vocab, gbnf, root, triggers);
        return sampler_of(std::move(grammar));
    });
}

llama_sampler *clc_grammar_sampler(const llama_vocab *vocab, const char *rendered, size_t length, char **error) {
    return guarded<llama_sampler *>(error, nullptr, [&] {
        require_vocab(vocab);
        const json fields = json::parse(std::string(rendered, length));
        const bool lazy = fields.at("grammar_lazy").get<bool>();
        auto grammar = std::make_unique<Grammar>();
        grammar->inner = compile(
            vocab, fields.at("grammar").get<std::string>(), "root", lazy ? triggers_of(vocab, fields) : Triggers());
        if (!lazy) {
            grammar->prefill = prefill_tokens(vocab, fields.at("grammar_prefill").get<std::string>());
            grammar->feed_prefill();
        }
        if (grammar->is_broken) {
            throw std::runtime_error("the grammar does not take the generation prompt");
        }
        return sampler_of(std::move(grammar));
    });
}

bool clc_grammar_is_broken(const llama_sampler *sampler) {
    return is_grammar(sampler) && grammar_of(sampler).is_broken;
}

int clc_sampler_apply(llama_sampler *sampler, llama_token_data_array *candidates) {
    if (is_grammar(sampler)) {
        return grammar_of(sampler).apply(candidates);
    }
    return guarded(nullptr, static_cast<int>(CLC_THREW), [&] {
        llama_sampler_apply(sampler, candidates);
        return 0;
    });
}

int clc_sampler_accept(llama_sampler *sampler, llama_token token) {
    if (is_grammar(sampler)) {
        return grammar_of(sampler).accept(token);
    }
    return guarded(nullptr, static_cast<int>(CLC_THREW), [&] {
        llama_sampler_accept(sampler, token);
        return 0;
    });
}
}
