#include "Boundary.hpp"

#include "json-schema-to-grammar.h"
#include "llama.h"

#include <memory>
#include <mutex>
#include <vector>

using namespace clc;

struct clc_templates {
    common_chat_templates_ptr chat;
    const llama_vocab *vocab;
    // Rendering only reads the templates, but asks std::localtime for the date, which is not thread-safe.
    mutable std::mutex rendering;
};

namespace {

const char *const any_object = R"({"type":"object"})";

// MARK: Request

common_chat_templates_inputs inputs_of(const json &request, const clc_templates &templates) {
    common_chat_templates_inputs inputs;
    inputs.messages = common_chat_msgs_parse_oaicompat(member(request, "messages"));
    for (auto &message : inputs.messages) {
        for (auto &call : message.tool_calls) {
            require_shallow(call.arguments);
            // Templates are given the arguments as JSON; clients send "" for a call without any.
            if (call.arguments.find_first_not_of(" \t\r\n") == std::string::npos) {
                call.arguments = "{}";
            }
        }
    }
    inputs.tools = common_chat_tools_parse_oaicompat(member(request, "tools"));

    if (const json choice = member(request, "tool_choice"); !choice.is_null()) {
        inputs.tool_choice = common_chat_tool_choice_parse_oaicompat(choice.get<std::string>());
    }
    const json parallel = member(request, "parallel_tool_calls");
    inputs.parallel_tool_calls = parallel.is_null()
        ? common_chat_templates_get_caps(templates.chat.get())["supports_parallel_tool_calls"]
        : parallel.get<bool>();

    if (const json schema = member(request, "json_schema"); !schema.is_null()) {
        if (!schema.is_object()) {
            throw std::invalid_argument("json_schema must be an object");
        }
        inputs.json_schema = schema.empty() ? any_object : schema.dump();
    }
    if (const json grammar = member(request, "grammar"); !grammar.is_null()) {
        inputs.grammar = grammar.get<std::string>();
    }
    if (!inputs.json_schema.empty() && !inputs.grammar.empty()) {
        throw std::invalid_argument("json_schema and grammar exclude each other");
    }

    const json format = member(request, "reasoning_format");
    inputs.reasoning_format = format.is_null()
        ? COMMON_REASONING_FORMAT_DEEPSEEK
        : common_reasoning_format_from_name(format.get<std::string>());
    if (const json thinking = member(request, "enable_thinking"); !thinking.is_null()) {
        inputs.enable_thinking = thinking.get<bool>();
    }
    if (const json variables = member(request, "chat_template_kwargs"); !variables.is_null()) {
        if (!variables.is_object()) {
            throw std::invalid_argument("chat_template_kwargs must be an object");
        }
        for (const auto &[key, value] : variables.items()) {
            if (key == "enable_thinking") {
                inputs.enable_thinking = value.get<bool>();
            }
            inputs.chat_template_kwargs[key] = value.dump();
        }
    }
    if (const json prompt = member(request, "add_generation_prompt"); !prompt.is_null()) {
        inputs.add_generation_prompt = prompt.get<bool>();
    }
    return inputs;
}

// MARK: Rendering

struct Rendered {
    common_chat_params chat;
    std::string grammar_prefill;
    std::vector<std::string> relaxed_tools;
};

bool offers_tools(const common_chat_templates_inputs &inputs) {
    return !inputs.tools.empty() && inputs.tool_choice != COMMON_CHAT_TOOL_CHOICE_NONE;
}

common_chat_params apply(const clc_templates &templates, const common_chat_templates_inputs &inputs) {
    auto chat = common_chat_templates_apply(templates.chat.get(), inputs);
    if (!chat.grammar.empty()) {
        require_grammar(templates.vocab, chat.grammar);
    }
    return chat;
}

bool applies(const clc_templates &templates, const common_chat_templates_inputs &inputs) {
    try {
        apply(templates, inputs);
        return true;
    } catch (const std::exception &) {
        return false;
    }
}

/// The parameters without all that a grammar could stumble over: names and plain types of the top-level properties.
std::string outline(const std::string &parameters) {
    json outline = json::parse(any_object);
    const json schema = json::parse(parameters);
    const json properties = schema.is_object() ? member(schema, "properties") : json();
    if (!properties.is_object()) {
        return outline.dump();
    }
    outline["properties"] = json::object();
    for (const auto &[name, property] : properties.items()) {
        const json type = property.is_object() ? member(property, "type") : json();
        outline["properties"][name] = json::object();
        if (type.is_string()) {
            outline["properties"][name]["type"] = type;
        }
    }
    if (const json required = member(schema, "required"); required.is_array()) {
        outline["required"] = json::array();
        for (const auto &name : required) {
            if (name.is_string() && properties.contains(name.get<std::string>())) {
                outline["required"].push_back(name);
            }
        }
    }
    return outline.dump();
}

/// Relaxes the parameters of those tools that cannot be rendered, each tried alone, and returns their names.
std::vector<std::string> relax(const clc_templates &templates, common_chat_templates_inputs &inputs) {
    std::vector<std::string> names;
    for (auto &tool : inputs.tools) {
        auto alone = inputs;
        alone.tools = {tool};
        if (applies(templates, alone)) {
            continue;
        }
        names.push_back(tool.name);
        for (const std::string &parameters : {outline(tool.parameters), std::string(any_object)}) {
            alone.tools[0].parameters = tool.parameters = parameters;
            if (applies(templates, alone)) {
                break;
            }
        }
    }
    return names;
}

/// The prompt that shows the tools as they were sent, if it can be had: for the choice "none" no grammar is made of
/// them.
std::string prompt_with_all_parameters(
    const clc_templates &templates, common_chat_templates_inputs sent, common_chat_templates_inputs relaxed,
    const std::string &prompt
) {
    sent.tool_choice = relaxed.tool_choice = COMMON_CHAT_TOOL_CHOICE_NONE;
    try {
        const bool choice_shows = common_chat_templates_apply(templates.chat.get(), relaxed).prompt != prompt;
        return choice_shows ? prompt : common_chat_templates_apply(templates.chat.get(), sent).prompt;
    } catch (const std::exception &) {
        return prompt;
    }
}

Rendered render_tools(const clc_templates &templates, const common_chat_templates_inputs &inputs) {
    try {
        return {apply(templates, inputs), "", {}};
    } catch (const std::exception &) {
        if (!offers_tools(inputs)) {
            throw;
        }
        if (!inputs.json_schema.empty()) {
            // Some formats cannot have both. As in those that can, the schema wins; the prompt still shows the tools.
            auto answering = inputs;
            answering.tool_choice = COMMON_CHAT_TOOL_CHOICE_NONE;
            return {apply(templates, answering), "", {}};
        }
        auto loosest = inputs;
        for (auto &tool : loosest.tools) {
            tool.parameters = any_object;
        }
        if (!applies(templates, loosest)) {
            throw; // It was not the tools.
        }
        auto relaxed = inputs;
        auto names = relax(templates, relaxed);
        if (!applies(templates, relaxed)) {
            // Each is fine alone, but not together.
            relaxed = loosest;
            names.clear();
            for (const auto &tool : inputs.tools) {
                names.push_back(tool.name);
            }
        }
        Rendered rendered{apply(templates, relaxed), "", names};
        rendered.chat.prompt = prompt_with_all_parameters(templates, inputs, relaxed, rendered.chat.prompt);
        return rendered;
    }
}

/// The line of a grammar that defines its root rule: where it begins, and how long it is without its line feed.
std::pair<size_t, size_t> root_line(const std::string &gbnf) {
    const std::string name = "root ::= ";
    size_t start = gbnf.rfind(name, 0) == 0 ? 0 : gbnf.find("\n" + name);
    if (start == std::string::npos) {
        return {start, 0};
    }
    start += gbnf[start] == '\n';
    return {start, std::min(gbnf.find('\n', start), gbnf.size()) - start};
}

/// The grammar of a call from the first token on, or "" if it cannot be had.
///
/// The grammar that llama.cpp makes for the choice "required" lets the answer begin with any text, of which a model need
/// not come to an end. The one for "auto" begins where a call does: its root names the rules of calls.
std::string call_grammar(
    const clc_templates &templates, common_chat_templates_inputs inputs, const std::string &required
) {
    if (inputs.tool_choice != COMMON_CHAT_TOOL_CHOICE_REQUIRED || inputs.tools.empty() || !inputs.json_schema.empty()) {
        return "";
    }
    inputs.tool_choice = COMMON_CHAT_TOOL_CHOICE_AUTO;
    try {
        const Rendered offered = render_tools(templates, inputs);
        const auto [start, length] = root_line(required);
        const auto [first, count] = root_line(offered.chat.grammar);
        if (!offered.chat.grammar_lazy || start == std::string::npos || first == std::string::npos) {
            return "";
        }
        std::string grammar = required;
        grammar.replace(start, length, offered.chat.grammar, first, count);
        require_grammar(templates.vocab, grammar);
        return grammar;
    } catch (const std::exception &) {
        return "";
    }
}

Rendered render(const clc_templates &templates, const common_chat_templates_inputs &inputs) {
    Rendered rendered = render_tools(templates, inputs);
    if (const std::string call = call_grammar(templates, inputs, rendered.chat.grammar); !call.empty()) {
        rendered.chat.grammar = call;
        rendered.chat.grammar_lazy = false;
        return rendered;
    }
    if (!rendered.chat.grammar.empty()) {
        rendered.grammar_prefill = rendered.chat.grammar_lazy ? "" : rendered.chat.generation_prompt;
        return rendered;
    }
    // Not every format takes these into its own grammar; they then hold for the whole generated text.
    if (!inputs.grammar.empty()) {
        rendered.chat.grammar = inputs.grammar;
    } else if (!inputs.json_schema.empty()) {
        rendered.chat.grammar = json_schema_to_grammar(json::parse(inputs.json_schema));
    }
    if (!rendered.chat.grammar.empty()) {
        require_grammar(templates.vocab, rendered.chat.grammar);
    }
    return rendered;
}

// MARK: Result

/// Tries it: formats differ in what they trim or look for, and a text with markup and white space would show it.
bool is_plain_text(const common_chat_params &chat, const common_chat_templates_inputs &inputs) {
    if (chat.supports_thinking || offers_tools(inputs) || !inputs.json_schema.empty()) {
        return false;
    }
    const std::string text = "\n  a <b>{\"c\": [1]}</b> ``` \n\n";
    try {
        common_chat_parser_params params(chat);
        if (!chat.parser.empty()) {
            params.parser.load(chat.parser);
        }
        const auto message = common_chat_parse(text, false, params);
        return message.content == text && message.reasoning_content.empty() && message.tool_calls.empty();
    } catch (const std::exception &) {
        return false;
    }
}

json triggers_of(const common_chat_params &chat) {
    json triggers = json::array();
    for (const auto &trigger : chat.grammar_triggers) {
        const char *type = "token";
        switch (trigger.type) {
        case COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN: type = "token"; break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_WORD: type = "word"; break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN: type = "pattern"; break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN_FULL: type = "pattern_full"; break;
        }
        triggers.push_back({{"type", type}, {"value", trigger.value}, {"token", trigger.token}});
    }
    return triggers;
}

std::string result_of(const Rendered &rendered, const common_chat_templates_inputs &inputs) {
    const common_chat_params &chat = rendered.chat;
    json result = json::object();
    result["prompt"] = chat.prompt;
    result["format"] = static_cast<int>(chat.format);
    result["format_name"] = common_chat_format_name(chat.format);
    result["parser"] = chat.parser;
    result["generation_prompt"] = chat.generation_prompt;
    result["grammar"] = chat.grammar;
    result["grammar_lazy"] = chat.grammar_lazy;
    result["grammar_prefill"] = rendered.grammar_prefill;
    result["triggers"] = triggers_of(chat);
    result["preserved_tokens"] = chat.preserved_tokens;
    result["extra_stops"] = chat.additional_stops;
    result["supports_thinking"] = chat.supports_thinking;
    result["thinking_start_tag"] = chat.thinking_start_tag;
    result["thinking_end_tags"] = chat.thinking_end_tags;
    result["is_plain_text"] = is_plain_text(chat, inputs);
    result["relaxed_tools"] = rendered.relaxed_tools;
    return result.dump_safe();
}

} // namespace

extern "C" {

clc_templates *clc_templates_create(const llama_model *model, const char *override_source, char **error) {
    const std::string source = override_source ? override_source : "";
    return guarded<clc_templates *>(error, nullptr, [&] {
        if (!model && source.empty()) {
            throw std::invalid_argument("neither a model nor a template");
        }
        auto templates = std::make_unique<clc_templates>();
        templates->vocab = model ? llama_model_get_vocab(model) : nullptr;
        try {
            templates->chat = common_chat_templates_init(model, source);
        } catch (const std::exception &) {
            // llama-common rethrows a copy that has lost its message; parse the source again to have it.
            const char *own = model ? llama_model_chat_template(model, nullptr) : nullptr;
            common_chat_template(source.empty() && own ? own : source, "", "");
            throw;
        }
        return templates.release();
    });
}

void clc_templates_free(clc_templates *templates) { delete templates; }

char *clc_templates_caps(const clc_templates *templates, char **error) {
    return guarded<char *>(error, nullptr, [&] {
        const std::lock_guard<std::mutex> lock(templates->rendering);
        json caps = common_chat_templates_get_caps(templates->chat.get());
        caps["is_explicit"] = common_chat_templates_was_explicit(templates->chat.get());
        try {
            caps["supports_thinking"] = common_chat_templates_support_enable_thinking(templates->chat.get());
        } catch (const std::exception &) {
            caps["supports_thinking"] = false;
        }
        return copy(caps.dump_safe());
    });
}

char *clc_render(const clc_templates *templates, const char *request, size_t length, char **error) {
    return guarded<char *>(error, nullptr, [&] {
        const auto inputs = inputs_of(parse_object(request, length), *templates);
        const std::lock_guard<std::mutex> lock(templates->rendering);
        return copy(result_of(render(*templates, inputs), inputs));
    });
}

char *clc_schema_to_grammar(const char *schema, size_t length, char **error) {
    return guarded<char *>(error, nullptr, [&] {
        const std::string grammar = json_schema_to_grammar(parse_object(schema, length));
        require_grammar(nullptr, grammar);
        return copy(grammar);
    });
}
}
