import os

import litellm

server = {"api_base": os.environ["LEYENDA_URL"], "api_key": os.environ["LEYENDA_KEY"]}


def chat(messages, model="openai/full", **options):
    return litellm.completion(model=model, messages=messages, **{**server, **options})
