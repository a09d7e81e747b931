#include "Boundary.hpp"

#include <memory>

using namespace clc;

struct clc_reader {
    common_chat_parser_params params;
};

namespace {

std::unique_ptr<clc_reader> reader_of(const json &rendered) {
    auto reader = std::make_unique<clc_reader>();
    const int format = rendered.at("format").get<int>();
    if (format < 0 || format >= COMMON_CHAT_FORMAT_COUNT) {
        throw std::invalid_argument("unknown format " + std::to_string(format));
    }
    reader->params.format = static_cast<common_chat_format>(format);
    if (const json prompt = member(rendered, "generation_prompt"); !prompt.is_null()) {
        reader->params.generation_prompt = prompt.get<std::string>();
    }
    const json parser = member(rendered, "parser");
    if (const std::string saved = parser.is_null() ? "" : parser.get<std::string>(); !saved.empty()) {
        reader->params.parser.load(saved);
    }
    return reader;
}

std::string read(const clc_reader &reader, const char *text, size_t length, bool is_partial) {
    const std::string input(text ? text : "", text ? length : 0);
    require_shallow(input);
    const common_chat_msg message = common_chat_parse(input, is_partial, reader.params);

    json calls = json::array();
    for (const auto &call : message.tool_calls) {
        calls.push_back({{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    }
    json result = json::object();
    result["content"] = message.render_content();
    result["reasoning_content"] = message.reasoning_content;
    result["tool_calls"] = calls;
    return result.dump_safe();
}

} // namespace

extern "C" {

clc_reader *clc_reader_create(const char *rendered, size_t length, char **error) {
    return guarded<clc_reader *>(error, nullptr, [&] {
        // The parser is JSON in a JSON string; llama-common made it, so its depth is not checked here.
        return reader_of(json::parse(std::string(rendered, length))).release();
    });
}

void clc_reader_free(clc_reader *reader) { delete reader; }

char *clc_reader_read(const clc_reader *reader, const char *text, size_t length, bool is_partial, char **error) {
    return guarded<char *>(error, nullptr, [&] { return copy(read(*reader, text, length, is_partial)); });
}

char *clc_read(
    const char *text, size_t length, bool is_partial, const char *rendered, size_t rendered_length, char **error
) {
    return guarded<char *>(error, nullptr, [&] {
        return copy(read(*reader_of(json::parse(std::string(rendered, rendered_length))), text, length, is_partial));
    });
}
}
