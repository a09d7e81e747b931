#include "Boundary.hpp"

#include "llama.h"

using namespace clc;

extern "C" {

int clc_decode(llama_context *context, llama_batch batch, char **error) {
    return guarded(error, static_cast<int>(CLC_THREW), [&] { return llama_decode(context, batch); });
}

llama_model *clc_model_load(const char *path, llama_model_params params, char **error) {
    return guarded<llama_model *>(error, nullptr, [&] {
        const ErrorLog log;
        llama_model *model = llama_model_load_from_file(path, params);
        if (!model) {
            throw std::runtime_error(log.text_or("failed to load the model"));
        }
        return model;
    });
}

llama_context *clc_context_create(llama_model *model, llama_context_params params, char **error) {
    return guarded<llama_context *>(error, nullptr, [&] {
        const ErrorLog log;
        llama_context *context = llama_init_from_model(model, params);
        if (!context) {
            throw std::runtime_error(log.text_or("failed to create the context"));
        }
        return context;
    });
}
}
