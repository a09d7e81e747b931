"""OpenAI's Python library against a running server."""

from openai import OpenAI

import openai_chat  # noqa: F401 (its checks register themselves)
import openai_other  # noqa: F401
from checking import Server, arguments
from openai_shared import MODEL, checks


def main():
    options = arguments(__doc__)
    with Server(options.swarm, options.bumble, MODEL) as server:
        with OpenAI(base_url=server.base, api_key="none", max_retries=0, timeout=120) as client:
            checks.run(server, client, only=options.only)
    raise SystemExit(checks.failed > 0)


if __name__ == "__main__":
    main()
