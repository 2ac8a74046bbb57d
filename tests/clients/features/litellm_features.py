import json

import litellm
from connect.litellm_python import chat as complete
from connect.litellm_python import server
from pydantic import BaseModel
from shared import BOTH, IMAGE, LOOP, TOOLS, WEATHER, equal, error_of, joined, main, run_tools, says

litellm.num_retries = 0


class Weather(BaseModel):
    city: str
    degrees: float


def message(answer):
    return answer.choices[0].message.model_dump(exclude_none=True)


def chat():
    answer = complete(says("hello"))
    equal((answer.choices[0].message.content, answer.choices[0].finish_reason, answer.usage.total_tokens), ("You said: hello", "stop", 18))


def stream():
    chunks = list(complete(says("hello"), stream=True, stream_options={"include_usage": True}))
    equal((joined(chunks)["content"], chunks[-1].usage.total_tokens, len(chunks) > 4), ("You said: hello", 18, True))


def tools():
    equal(run_tools(lambda messages: message(complete(messages, tools=TOOLS)), "get_weather"), LOOP)


def streamed_tools():
    equal(run_tools(lambda messages: joined(complete(messages, tools=TOOLS, stream=True)), "get_weather"), LOOP)


def parallel_tools():
    both = "get_weather and get_time"
    equal(run_tools(lambda messages: message(complete(messages, tools=TOOLS)), both), BOTH)
    equal(run_tools(lambda messages: joined(complete(messages, tools=TOOLS, stream=True)), both), BOTH)
    one = complete(says(both), tools=TOOLS, parallel_tool_calls=False)
    equal(len(one.choices[0].message.tool_calls), 1)


def json_mode():
    equal(json.loads(complete(says("as JSON"), response_format={"type": "json_object"}).choices[0].message.content), WEATHER)


def json_schema():
    equal(json.loads(complete(says("hello"), response_format=Weather).choices[0].message.content), WEATHER)


def vision():
    equal(complete(IMAGE).choices[0].message.content, "An image/png of 3x2")


def embeddings():
    vectors = litellm.embedding(model="openai/full", input=["a", "b"], **server).data
    equal([len(each["embedding"]) for each in vectors], [8, 8])


def responses():
    answer = litellm.responses(model="openai/full", input="hello", **server)
    equal(answer.output[-1].content[0].text, "You said: hello")
    events = litellm.responses(model="openai/full", input="hello", stream=True, **server)
    equal("".join(event.delta for event in events if event.type == "response.output_text.delta"), "You said: hello")


def models():
    names = litellm.get_valid_models(check_provider_endpoint=True, custom_llm_provider="openai", **server)
    equal(sorted(name.removeprefix("openai/") for name in names), ["auto", "full", "text"])


def errors():
    equal(type(error_of(lambda: complete(says("hello"), api_key="wrong-key-0000000"))), litellm.AuthenticationError)
    equal(type(error_of(lambda: complete(says("hello"), model="openai/unknown"))), litellm.NotFoundError)
    unsupported = error_of(lambda: complete(says("hello"), model="openai/text", tools=TOOLS))
    equal((type(unsupported), "tools" in str(unsupported)), (litellm.BadRequestError, True))
    equal(type(error_of(lambda: complete(says("far too long")))), litellm.ContextWindowExceededError)


main(
    {
        "chat": chat,
        "stream": stream,
        "tools": tools,
        "streamed tools": streamed_tools,
        "parallel tools": parallel_tools,
        "JSON mode": json_mode,
        "JSON schema": json_schema,
        "vision": vision,
        "embeddings": embeddings,
        "responses": responses,
        "models": models,
        "errors": errors,
    }
)
