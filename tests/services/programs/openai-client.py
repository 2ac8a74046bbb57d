"""A client program with the official library; prints its results as one JSON document."""

import json
import sys

import openai

base_url, key = sys.argv[1:]
client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=0)
hello = {"model": "fake", "messages": [{"role": "user", "content": "Say four words"}]}


def raised(act):
    try:
        act()
    except openai.APIStatusError as error:
        return {"kind": type(error).__name__, "status": error.status_code, "code": error.code}
    return None


whole = client.chat.completions.create(**hello)
chunks = list(client.chat.completions.create(**hello, stream=True, stream_options={"include_usage": True}))
answer = {"model": "fake", "input": "Say four words"}
with client.responses.stream(**answer) as events:
    streamed_response = events.until_done().get_final_response()
print(
    json.dumps(
        {
            "models": [model.id for model in client.models.list()],
            "text": whole.choices[0].message.content,
            "tokens": whole.usage.total_tokens,
            "pieces": [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices],
            "streamed_tokens": chunks[-1].usage.total_tokens,
            "response": client.responses.create(**answer).output_text,
            "streamed_response": streamed_response.output_text,
            "completion": client.completions.create(model="fake", prompt="Say four words").choices[0].text,
            "no_tools": raised(lambda: client.chat.completions.create(**hello, tools=[{"type": "function", "function": {"name": "f"}}])),
            "wrong_key": raised(lambda: openai.OpenAI(base_url=base_url, api_key="unknown", max_retries=0).models.list()),
        }
    )
)
