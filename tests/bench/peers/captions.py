"""Cached captions as a FastAPI service has them: API keys, limits, validation, cache, metrics, JSON log, security headers. KEY: the API key."""

import hashlib
import os
import time
import uuid
from typing import Annotated, Literal

import orjson
import structlog
from cachetools import TTLCache
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(serializer=orjson.dumps),
    ],
    logger_factory=structlog.BytesLoggerFactory(),
    cache_logger_on_first_use=True,
)
log = structlog.get_logger()
key_hashes = {hashlib.sha256(os.environ["KEY"].encode()).hexdigest(): "key-1"}
requests = Counter("http_requests", "Requests", ["method", "route", "status"])
durations = Histogram("http_request_duration_seconds", "Duration", ["method", "route"])
lookups = Counter("cache_lookups", "Lookups in the cache", ["result"])
cache: TTLCache[bytes, bytes] = TTLCache(maxsize=10_000, ttl=3600)
security_headers = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]


class CaptionRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    content_description: str = Field(min_length=1, max_length=2000)
    style: Literal["casual", "formal", "playful"]
    audience: Literal["general", "business"]
    client_id: str = Field(min_length=1, max_length=100)
    count: int = Field(default=3, ge=1, le=5)


class Observability:
    """Request id, metrics, access log and headers. Plain ASGI: BaseHTTPMiddleware is slower."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), None)
        request_id = given[:64] if given else uuid.uuid4().hex.encode()
        started, status = time.perf_counter(), 500

        async def send_with_headers(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), *security_headers, (b"x-request-id", request_id)]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            path = getattr(scope.get("route"), "path", "unmatched")
            requests.labels(scope["method"], path, str(status)).inc()
            durations.labels(scope["method"], path).observe(seconds)
            log.info("request", method=scope["method"], path=scope["path"], status=status, seconds=round(seconds, 5),
                     request_id=request_id.decode("latin-1"), client=scope["client"][0])


limiter = Limiter(key_func=lambda request: request.headers.get("authorization", "anonymous"), storage_uri="memory://")
app = FastAPI(openapi_url=None)
app.state.limiter = limiter
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
app.add_middleware(GZipMiddleware, minimum_size=1024)
app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"], allow_methods=["POST"], allow_headers=["authorization", "content-type"])
app.add_middleware(Observability)


async def authenticate(authorization: Annotated[str | None, Header()] = None) -> str:
    scheme, _, key = (authorization or "").partition(" ")
    caller = key_hashes.get(hashlib.sha256(key.encode()).hexdigest()) if scheme == "Bearer" else None
    if caller is None:
        raise HTTPException(401, "invalid API key")
    return caller


@app.post("/api/v4/generate")
@limiter.limit("1000000000/minute")
async def generate(request: Request, body: CaptionRequest, caller: Annotated[str, Depends(authenticate)]) -> Response:
    digest = hashlib.sha256(body.model_dump_json(exclude={"client_id"}).encode()).digest()
    cached = cache.get(digest)
    lookups.labels("miss" if cached is None else "hit").inc()
    if cached is None:
        text = f"{body.content_description[:60]}. Made for {body.audience}."
        cached = cache[digest] = orjson.dumps({"caption": text, "alternatives": [text] * (body.count - 1), "hashtags": ["#photo"], "style": body.style})
    return Response(cached, media_type="application/json")


@app.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
