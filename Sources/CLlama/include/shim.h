#pragma once
// The built llama.cpp is linked into the clone by scripts/llama-cpp.
#include "../../../.llama/include/llama.h"
