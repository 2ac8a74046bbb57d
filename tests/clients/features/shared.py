"""What every Python client is checked with."""

import json
import sys

PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP4z8AAQQxwFgBB0gX7b/EWxwAAAABJRU5ErkJggg=="
WEATHER = {"city": "Oslo", "degrees": 7}
CITY_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
WEATHER_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "number"}},
    "required": ["city", "degrees"],
    "additionalProperties": False,
}
FUNCTIONS = {"get_weather": lambda city: f"{city} is cold", "get_time": lambda city: f"{city} has evening"}
TOOLS = [{"type": "function", "function": {"name": name, "description": name, "parameters": CITY_SCHEMA}} for name in FUNCTIONS]
LOOP = "The tools returned Oslo is cold"
BOTH = "The tools returned Oslo is cold and Oslo has evening"
IMAGE = [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": PNG}}]}]


def says(text):
    return [{"role": "user", "content": text}]


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def error_of(act):
    """The error that a call raises."""
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("no error was raised")


def run_tools(complete, text):
    """The loop of an agent: calls functions until the model answers. `complete` returns the message of an answer as a dictionary."""
    messages = says(text)
    for _ in range(3):
        message = complete(messages)
        if not message.get("tool_calls"):
            return message["content"]
        messages.append(message)
        for call in message["tool_calls"]:
            result = FUNCTIONS[call["function"]["name"]](**json.loads(call["function"]["arguments"]))
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
    raise AssertionError("the model did not stop to call functions")


def joined(chunks):
    """The message that the chunks of a stream form."""
    text, calls = "", {}
    for chunk in chunks:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            for call in choice.delta.tool_calls or []:
                known = calls.setdefault(call.index, {"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
                known["id"] += call.id or ""
                known["function"]["name"] += call.function.name or ""
                known["function"]["arguments"] += call.function.arguments or ""
    return {"role": "assistant", "content": text, **({"tool_calls": list(calls.values())} if calls else {})}


def main(features):
    """Prints the results: name → what to do, or a text: why the client does not have it."""
    results = {}
    for name, feature in features.items():
        if isinstance(feature, str):
            results[name] = {"missing": feature}
            continue
        try:
            feature()
            results[name] = {"works": True}
        except Exception as error:
            results[name] = {"fails": f"{type(error).__name__}: {error}"[:500]}
    # Libraries print to the standard output as well: the last line has the results.
    sys.stdout.write("\n" + json.dumps(results))
