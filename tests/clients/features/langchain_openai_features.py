import openai
from connect.langchain_openai_python import chat as model
from connect.langchain_openai_python import embeddings as embedding_model
from connect.langchain_openai_python import server
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel
from shared import BOTH, IMAGE, LOOP, WEATHER, equal, error_of, main, says


class Weather(BaseModel):
    city: str
    degrees: float


@tool
def get_weather(city: str) -> str:
    """The weather."""
    return f"{city} is cold"


@tool
def get_time(city: str) -> str:
    """The time."""
    return f"{city} has evening"


declared = [get_weather, get_time]
agent = create_agent(model, declared)


def other(**options):
    return ChatOpenAI(**{"model": "full", "max_retries": 0, **server, **options})


def chat():
    answer = model.invoke("hello")
    equal((answer.content, answer.usage_metadata["total_tokens"]), ("You said: hello", 18))


def stream():
    chunks = list(model.stream("hello", stream_usage=True))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    equal((whole.content, whole.usage_metadata["total_tokens"], len(chunks) > 4), ("You said: hello", 18, True))


def tools():
    equal(agent.invoke({"messages": says("get_weather")})["messages"][-1].content, LOOP)


def streamed_tools():
    pieces = agent.stream({"messages": says("get_weather")}, stream_mode="messages")
    equal("".join(chunk.text for chunk, _ in pieces if chunk.type == "AIMessageChunk"), LOOP)


def parallel_tools():
    equal(agent.invoke({"messages": says("get_weather and get_time")})["messages"][-1].content, BOTH)
    one = model.bind_tools(declared, parallel_tool_calls=False).invoke("get_weather and get_time")
    equal([(call["name"], call["args"]) for call in one.tool_calls], [("get_weather", {"city": "Oslo"})])


def json_mode():
    equal(model.with_structured_output(Weather, method="json_mode").invoke("as JSON"), Weather(**WEATHER))


def json_schema():
    equal(model.with_structured_output(Weather, method="json_schema").invoke("hello"), Weather(**WEATHER))
    equal(model.with_structured_output(Weather, method="function_calling").invoke("hello"), Weather(**WEATHER))


def vision():
    equal(model.invoke([HumanMessage(content=IMAGE[0]["content"])]).content, "An image/png of 3x2")


def embeddings():
    equal(len(embedding_model.embed_query("a")), 8)
    equal([len(vector) for vector in embedding_model.embed_documents(["a", "b"])], [8, 8])


def responses():
    with_responses = other(use_responses_api=True)
    equal(with_responses.invoke("hello").text, "You said: hello")
    equal("".join(chunk.text for chunk in with_responses.stream("hello")), "You said: hello")
    equal(create_agent(with_responses, declared).invoke({"messages": says("get_weather and get_time")})["messages"][-1].text, BOTH)


def errors():
    equal(isinstance(error_of(lambda: other(api_key="wrong-key-0000000").invoke("hello")), openai.AuthenticationError), True)
    unknown = error_of(lambda: other(model="unknown").invoke("hello"))
    equal((isinstance(unknown, openai.NotFoundError), unknown.code), (True, "model_not_found"))
    unsupported = error_of(lambda: other(model="text").bind_tools(declared).invoke("hello"))
    equal((isinstance(unsupported, openai.BadRequestError), unsupported.param), (True, "tools"))
    long = error_of(lambda: other().invoke("far too long"))
    equal((isinstance(long, openai.BadRequestError), long.code), (True, "context_length_exceeded"))


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
        "models": "the client does not list models",
        "errors": errors,
    }
)
