from collections.abc import Iterable

import instructor
import openai
from connect.instructor_python import client, typed
from pydantic import BaseModel
from shared import PNG, WEATHER, equal, error_of, main, says


class Weather(BaseModel):
    city: str
    degrees: float


class City(BaseModel):
    city: str


def extract(using=typed, text="hello", **options):
    return using.chat.completions.create(**{"model": "full", "messages": says(text), "response_model": Weather, "max_retries": 0, **options})


def in_mode(mode):
    return instructor.from_openai(client, mode=mode)


def chat():
    answer = typed.chat.completions.create(model="full", messages=says("hello"), response_model=None)
    equal(answer.choices[0].message.content, "You said: hello")


def stream():
    equal(list(typed.chat.completions.create_partial(model="full", messages=says("hello"), response_model=Weather))[-1].model_dump(), WEATHER)


def tools():
    equal(extract().model_dump(), WEATHER)


def streamed_tools():
    found = typed.chat.completions.create_iterable(model="full", messages=says("hello"), response_model=City)
    equal([city.model_dump() for city in found], [{"city": "Oslo"}])


def parallel_tools():
    found = extract(in_mode(instructor.Mode.PARALLEL_TOOLS), "Weather and City", response_model=Iterable[Weather | City])
    equal([each.model_dump() for each in found], [WEATHER, {"city": "Oslo"}])


def json_mode():
    equal(extract(in_mode(instructor.Mode.JSON), "as JSON").model_dump(), WEATHER)


def json_schema():
    equal(extract(in_mode(instructor.Mode.JSON_SCHEMA)).model_dump(), WEATHER)


def vision():
    content = ["What is it?", instructor.Image.from_base64(PNG)]
    answer = typed.chat.completions.create(model="full", messages=[{"role": "user", "content": content}], response_model=None)
    equal(answer.choices[0].message.content, "An image/png of 3x2")


def responses():
    equal(extract(in_mode(instructor.Mode.RESPONSES_TOOLS)).model_dump(), WEATHER)


def cause_of(error):
    """instructor wraps errors."""
    while error is not None and not isinstance(error, openai.APIStatusError):
        error = error.__cause__ or getattr(error, "last_attempt", None) and error.last_attempt.exception()
    return error


def errors():
    wrong = instructor.from_openai(client.with_options(api_key="wrong-key-0000000"))
    equal(type(cause_of(error_of(lambda: extract(wrong)))), openai.AuthenticationError)
    unknown = cause_of(error_of(lambda: extract(model="unknown")))
    equal((type(unknown), unknown.code), (openai.NotFoundError, "model_not_found"))
    unsupported = cause_of(error_of(lambda: extract(model="text")))
    equal((type(unsupported), unsupported.param), (openai.BadRequestError, "tools"))
    long = cause_of(error_of(lambda: extract(text="far too long")))
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
        "embeddings": "the client extracts objects only",
        "responses": responses,
        "models": "the client extracts objects only",
        "errors": errors,
    }
)
