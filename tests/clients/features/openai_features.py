import json

import openai
from connect.openai_python import client
from pydantic import BaseModel
from shared import BOTH, FUNCTIONS, IMAGE, LOOP, TOOLS, WEATHER, equal, error_of, joined, main, run_tools, says

create = client.chat.completions.create


class Weather(BaseModel):
    city: str
    degrees: float


def message(answer):
    return answer.choices[0].message.model_dump(exclude_none=True)


def chat():
    answer = create(model="full", messages=says("hello"))
    equal((answer.choices[0].message.content, answer.choices[0].finish_reason, answer.usage.total_tokens), ("You said: hello", "stop", 18))


def stream():
    chunks = list(create(model="full", messages=says("hello"), stream=True, stream_options={"include_usage": True}))
    equal((joined(chunks)["content"], chunks[-1].usage.total_tokens, len(chunks) > 4), ("You said: hello", 18, True))


def tools():
    equal(run_tools(lambda messages: message(create(model="full", messages=messages, tools=TOOLS)), "get_weather"), LOOP)


def streamed_tools():
    equal(run_tools(lambda messages: joined(create(model="full", messages=messages, tools=TOOLS, stream=True)), "get_weather"), LOOP)


def parallel_tools():
    both = "get_weather and get_time"
    equal(run_tools(lambda messages: message(create(model="full", messages=messages, tools=TOOLS)), both), BOTH)
    equal(run_tools(lambda messages: joined(create(model="full", messages=messages, tools=TOOLS, stream=True)), both), BOTH)
    one = create(model="full", messages=says(both), tools=TOOLS, parallel_tool_calls=False)
    equal(len(one.choices[0].message.tool_calls), 1)


def json_mode():
    answer = create(model="full", messages=says("as JSON"), response_format={"type": "json_object"})
    equal(json.loads(answer.choices[0].message.content), WEATHER)


def json_schema():
    answer = client.chat.completions.parse(model="full", messages=says("hello"), response_format=Weather)
    equal(answer.choices[0].message.parsed, Weather(**WEATHER))
    with client.chat.completions.stream(model="full", messages=says("hello"), response_format=Weather) as events:
        equal(events.get_final_completion().choices[0].message.parsed, Weather(**WEATHER))


def vision():
    equal(create(model="full", messages=IMAGE).choices[0].message.content, "An image/png of 3x2")


def embeddings():
    decoded = client.embeddings.create(model="full", input=["a", "b"])
    floats = client.embeddings.create(model="full", input=["a", "b"], encoding_format="float")
    equal([each.embedding for each in decoded.data], [each.embedding for each in floats.data])
    equal([len(each.embedding) for each in floats.data], [8, 8])


def responses():
    equal(client.responses.create(model="full", input="hello").output_text, "You said: hello")
    events = list(client.responses.create(model="full", input="hello", stream=True))
    equal("".join(event.delta for event in events if event.type == "response.output_text.delta"), "You said: hello")
    equal(events[-1].type, "response.completed")
    equal(client.responses.parse(model="full", input="hello", text_format=Weather).output_parsed, Weather(**WEATHER))
    functions = [{"type": "function", "strict": False, **tool["function"]} for tool in TOOLS]
    conversation = says("get_weather and get_time")
    calls = client.responses.create(model="full", input=conversation, tools=functions).output
    conversation += [item.model_dump() for item in calls]
    for item in calls:
        result = FUNCTIONS[item.name](**json.loads(item.arguments))
        conversation.append({"type": "function_call_output", "call_id": item.call_id, "output": result})
    equal(client.responses.create(model="full", input=conversation, tools=functions).output_text, BOTH)


def models():
    equal([model.id for model in client.models.list()], ["auto", "full", "text"])
    equal(client.models.retrieve("full").id, "full")


def errors():
    once = client.with_options(max_retries=0)

    def failed(using=once, **options):
        return error_of(lambda: using.chat.completions.create(**{"model": "full", "messages": says("hello"), **options}))

    equal(type(failed(once.with_options(api_key="wrong-key-0000000"))), openai.AuthenticationError)
    unknown = failed(model="unknown")
    equal((type(unknown), unknown.code), (openai.NotFoundError, "model_not_found"))
    unsupported = failed(model="text", tools=TOOLS)
    equal((type(unsupported), unsupported.param), (openai.BadRequestError, "tools"))
    long = failed(messages=says("far too long"))
    equal((type(long), long.code), (openai.BadRequestError, "context_length_exceeded"))


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
