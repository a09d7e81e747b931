"""How a conversation becomes text and tokens: the same text as chat_template.jinja writes, and the tokenizer."""
import json
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import gen

VOCABULARY = 2048
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MARKERS = ["<tool_call>", "</tool_call>", "<tools>", "</tools>", "<tool_response>", "</tool_response>"]
# The pre-tokenizer that llama.cpp calls "qwen2": a token per digit, words with their leading space.
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
    r"\s+(?!\S)|\s+"
)
# Share of turns per skill at the start of training, and in the texts that the tokenizer is made from.
WEIGHTS = {"arith": 0.30, "world": 0.15, "talk": 0.09, "tool": 0.21, "code": 0.25}


def signature(function: dict) -> str:
    """A tool on one line: name(parameter: type, optional?: type) – description."""
    required = function["parameters"]["required"]
    parameters = ", ".join(
        f"{key}{'' if key in required else '?'}: {schema['type']}"
        for key, schema in function["parameters"]["properties"].items()
    )
    return f"{function['name']}({parameters}) – {function['description']}"


def system_text(prompt: str, tools: list[dict] | None) -> str:
    """The system message with the tools in it, or nothing."""
    if tools:
        lines = "".join(signature(tool["function"]) + "\n" for tool in tools)
        head = prompt + "\n\n" if prompt else ""
        return f"<|im_start|>system\n{head}<tools>\n{lines}</tools><|im_end|>\n"
    return f"<|im_start|>system\n{prompt}<|im_end|>\n" if prompt else ""


def call_text(call: dict) -> str:
    """A tool call as the model writes it."""
    function = call["function"]
    arguments = json.dumps(function["arguments"], ensure_ascii=False)
    return f'<tool_call>\n{{"name": "{function["name"]}", "arguments": {arguments}}}\n</tool_call>'


def render(document: dict) -> list[tuple[str, int]]:
    """The document as (text, is_target) pieces; targets (1) are what the assistant has to produce."""
    messages = document["messages"]
    prompt = messages[0]["content"] if messages[0]["role"] == "system" else ""
    pieces = []
    head = system_text(prompt, document.get("tools"))
    if head:
        pieces.append((head, 0))
    for message in messages[1 if prompt else 0:]:
        role, content = message["role"], message["content"]
        if role == "assistant":
            calls = "".join(call_text(call) for call in message.get("tool_calls", []))
            pieces += [("<|im_start|>assistant\n", 0), (content + calls + "<|im_end|>", 1), ("\n", 0)]
        elif role == "tool":
            pieces.append((f"<|im_start|>user\n<tool_response>\n{content}\n</tool_response><|im_end|>\n", 0))
        else:
            pieces.append((f"<|im_start|>{role}\n{content}<|im_end|>\n", 0))
    return pieces


def whole(document: dict) -> str:
    """The document as one text."""
    return "".join(text for text, _ in render(document))


def make_tokenizer(path: str, seed: int) -> Tokenizer:
    """Train the byte-level BPE tokenizer on 15,000 documents and save it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    r = random.Random(seed)
    texts = [whole(gen.document(r, WEIGHTS)) for _ in range(15000)]
    for special in CONTROL + MARKERS:
        texts = [text.replace(special, " ") for text in texts]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(CONTROL + MARKERS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(x, special=True) for x in CONTROL])
    tokenizer.add_tokens([AddedToken(x, normalized=False) for x in MARKERS])
    if tokenizer.get_vocab_size() != VOCABULARY:
        raise ValueError(f"the tokenizer has {tokenizer.get_vocab_size()} tokens instead of {VOCABULARY}")
    tokenizer.save(path)
    return tokenizer
